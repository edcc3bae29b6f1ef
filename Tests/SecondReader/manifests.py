"""The keys, the epochs of the garbage collection and the manifests of a repository in a folder."""
import base64, json
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from primitives import *


class Manifests:
    def __init__(self, folder, secret):
        self.folder, self.sessions, self.places, self.packs, self.known = Path(folder), {}, {}, {}, {}
        self.counts = {"parity": {"packs": 0, "ok": 0}, "verifications": 0, "indexSegments": 0, "cuts": 0,
                       "specifications": 0}
        for read in (lambda: self.read_keys(secret), self.read_epochs, self.read_manifests, self.read_packs,
                     self.read_segments, self.read_parity, self.read_verifications):
            read()

    def names(self, folder):
        return sorted(p.relative_to(self.folder).as_posix() for p in (self.folder / folder).rglob("*") if p.is_file())

    def get(self, name):
        Bad.where, data = name, (self.folder / name).read_bytes()
        need(name[:2] not in ("p/", "s/", "i/", "f/", "v/") or sha256(data).hex() == name[-64:],
             "not the bytes of its name")
        return data

    def record(self, name, letter, public=None, purpose=None):
        """A cursor after the magic and the id of the repository; what is signed is looked at."""
        data = self.get(name)
        if purpose:
            check_signature(public, purpose, data[:-64], data[-64:])
        cursor = Cursor(data[:-64] if purpose else data)
        cursor.magic(letter)
        need(cursor.take(16) == self.id, "of another repository")
        return cursor

    def document(self, data, kind):
        """"Keys": a JSON document that the root key signed."""
        value = json.loads(data)
        need(value["kind"] == f"lifeboat.{kind}/v1", f"no {kind}")
        signature = base64.b64decode(value.pop("signature"), validate=True)
        check_signature(self.root or base64.b64decode(value["rootKey"]), b"document", canonical(value), signature)
        need(not self.root or value["repository"] == self.about["id"], "of another repository")
        return value

    def open_keys(self, secret):
        """The text of the age identity that reads, and the key bundle when the passphrase opens it."""
        lines = secret.splitlines()
        for line in lines:
            if line.startswith("AGE-SECRET-KEY-"):
                return line, None
            if line.startswith("LIFEBOAT-IDENTITY-1"):
                value = json.loads(bech32(line)[1])
                of_reader = value["role"] == "reader" and value["rootKey"] == self.about["rootKey"]
                need(of_reader, "no reader's, or of another repository", "identity file")
                return value["identity"], None
        for name in self.names("keys"):
            if name.startswith("keys/root") and (plain := open_age(self.get(name), lines[0].encode())):
                bundle = self.document(plain, "root-bundle")
                return bundle["dataIdentity"], bundle
        need(False, "another passphrase", "keys/root*.age")

    def read_keys(self, secret):  # "Keys"
        self.root, self.signers, self.revocations, self.domains, self.rewraps = None, {}, {}, {}, {}
        self.about = self.document(self.get("lifeboat.repo"), "repository")
        self.root, self.id = base64.b64decode(self.about["rootKey"]), bytes.fromhex(self.about["id"].replace("-", ""))
        readable = self.about["format"] == 1 >= self.about["min_reader"] and not self.about["features"]["read"]
        need(readable, "of a later version")
        identity, bundle = self.open_keys(secret)
        self.identity = Identity(identity)
        for name in self.names("keys"):
            kind = name[5:].partition("-")[0]
            if name.endswith(".cert"):
                value = self.document(self.get(name), "certificate")
                key, role = base64.b64decode(value["publicKey"]), {"wr": "writer", "mt": "maintainer"}[kind]
                identifier = sha256(b"lifeboat signing key v1" + key)[:8].hex()
                need(identifier == value["id"] == name[8:24], "not the key of its name")
                need(value["role"] == role, "another role")
                self.signers[role, value["id"]] = key, value
            elif name.endswith(".rev"):
                value = self.document(self.get(name), "revocation")
                number = value.get("version", 1)
                own = f"keys/wr-{value['writer']}.rev" + (f"-{number:03}.rev" if number > 1 else "")
                need(name == own, "of another name")
                self.revocations.setdefault(value["writer"], []).append(value)
            elif kind == "rcpt":
                value = self.document(self.get(name), "recipients")
                need(name == f"keys/rcpt-{value['version']}", "another version")
                for one in value["recipients"]:
                    prefix, key = bech32(one["key"])
                    identifier = recipient_id({"age": 1, "age1pq": 2}[prefix], key).hex()
                    need(identifier == one["id"], "another id of a recipient")
                    need(one["access"] in ("data", "structure"), "another access")
            elif kind == "dom":
                cursor = self.record(name, b"D", self.root, b"domain-envelope")
                domain = cursor.take(8)
                secret = self.unwrap([stanza(cursor) for _ in range(cursor.number(1))], b"lifeboat domain v1", domain)
                cursor.end()
                need(domain.hex() == name[9:25] and (not secret or Domain(secret).id == domain), "another domain")
                self.domains |= {domain: Domain(secret)} if secret else {}
            elif kind == "rewrap":
                cursor = self.record(name, b"W", self.root, b"rewraps")
                while cursor.at < len(cursor.data):
                    self.rewraps.setdefault(cursor.take(16), []).append(stanza(cursor))
        if bundle:
            seeds = (base64.b64decode(bundle[f"{role}SigningKey"]) for role in ("root", "writer", "maintainer"))
            keys = (Ed25519PrivateKey.from_private_bytes(seed).public_key() for seed in seeds)
            root, *others = (key.public_bytes_raw() for key in keys)
            first = Domain(base64.b64decode(bundle["firstDomainSecret"])).id
            need(root == self.root and first in self.domains, "another root key or domain", "key bundle")
            certified = {key for key, _ in self.signers.values()}
            need(certified.issuperset(others), "keys without a certificate", "key bundle")

    def unwrap_all(self, stanzas, info, authenticated):
        for kind, recipient, enc, wrapped in stanzas:
            if (kind, recipient) == (self.identity.type, self.identity.id):
                try:
                    key = self.identity.unwrap(enc, wrapped, info + self.id, authenticated)
                except Exception:  # a stanza that does not open is none for us
                    continue
                yield key

    def unwrap(self, stanzas, info, authenticated):
        return next(self.unwrap_all(stanzas, info, authenticated), None)

    def session_key(self, context):  # "Keys of contents"
        session, salt, commitment, stanzas = context
        def is_right(key):
            return hkdf(key, salt, b"lifeboat session v1 commit", 16) == commitment

        known = self.sessions.get(session)
        if known and is_right(known):
            return known
        stanzas = stanzas + self.rewraps.get(session, [])
        keys = list(self.unwrap_all(stanzas, b"lifeboat session v1", session))
        need(keys, f"session {session.hex()} has no key for us")
        key = next(filter(is_right, keys), None)
        need(key, "wrong commitment")
        self.sessions[session] = key
        return key

    def maintained(self, name, letter):
        for key in (key for (role, _), (key, _) in self.signers.items() if role == "maintainer"):
            try:
                check_signature(key, b"maintenance", self.get(name)[:-64], self.get(name)[-64:])
                data = Cursor(self.get(name)[:-64])
                data.magic(letter)
                return data
            except Bad as bad:
                last = bad
        raise last

    def read_epochs(self):  # "Garbage collection", "Forget records"
        self.newest, self.kept, self.forgotten = 0, None, set()
        for name in self.names("g"):
            cursor = self.maintained(name, b"G")
            step, repository, epoch, _ = cursor.number(1), cursor.take(16), *cursor.numbers(8, 8)
            step_name = ("condemn", "sweep", "keep", "done")[step - 1]
            need(repository == self.id and name == f"g/{epoch}/{step_name}", "not of its name")
            lists = [cursor.many(*sizes) for sizes in ((32,), (32, 8), (32,), (32,), (32,))]
            cursor.end()
            if step == 3 and epoch > self.newest:
                self.newest, self.kept = epoch, {digest for digest, in lists[2]}
        for name in self.names("f"):
            cursor = self.maintained(name, b"F")
            need(cursor.take(24)[:16] == self.id, "of another repository")
            self.forgotten.update(digest for digest, in cursor.many(32))
            cursor.end()

    def read_manifests(self):  # "Manifests", "Which manifests count"
        self.manifests, chain = [], {}
        for name in self.names("s"):
            data = self.get(name)
            cursor, digest = Cursor(data[:-64]), sha256(data)
            cursor.magic(b"S")
            writer, sequence, before = cursor.take(8).hex(), cursor.number(8), cursor.take(32)
            time, seen = cursor.number(8, True), cursor.number(8)
            domain, _, cluster, policy, root = cursor.take(8), *cursor.numbers(4, 8, 8), cursor.take(24)
            objects, context, packs = cursor.number(8), key_context(cursor), cursor.many(32, 8)
            need(cursor.number(1) == 0, "deltas")
            extensions = {cursor.number(2): cursor.take(cursor.number(4)) for _ in range(cursor.number(1))}
            need(all(kind < 0x8000 or kind == 0x8001 for kind in extensions), "an unknown critical extension")
            head, sealed = data[:cursor.at], cursor.take(cursor.number(4))
            cursor.end()
            need(f"s/{writer}/{sequence:016x}-{digest.hex()}" == name, "not of its name")
            need(("writer", writer) in self.signers, "no certificate of the writer")
            key, certificate = self.signers["writer", writer]
            check_signature(key, b"manifest", data[:-64], data[-64:])
            need(certificate["domain"] == domain.hex(), "the writer has no certificate for the domain")
            chain[writer, sequence] = before, digest
            hexadecimal = digest.hex()
            trusted = all(sequence <= int(rev.get("lastSequence", "0")) and hexadecimal in rev.get("trusted", [hexadecimal])
                          for rev in self.revocations.get(writer, []))
            in_time = self.kept is None or seen >= self.newest or digest in self.kept
            if not trusted or not in_time or digest in self.forgotten:
                continue
            key = hkdf(self.session_key(context), context[1], b"lifeboat manifest v1")
            plain = Cursor(unseal(key, 0, sealed, head))
            size, rest = plain.varint(), plain.data[plain.at:]
            about, keys = json.loads(rest if len(rest) == size else inflate(rest, size)), self.domains[domain]
            need(cluster == keys.tag("c", about["cluster"]["uid"]), "another cluster")
            need(policy == (keys.tag("p", about["policy"]) if about.get("policy") else 0), "another policy")
            for pack, size in packs:
                path = self.folder / f"p/{pack.hex()[:2]}/{pack.hex()}"
                of_size = not path.exists() or path.stat().st_size == int.from_bytes(size, "little")
                need(of_size, "another size of a pack")
            self.manifests.append({"name": name, "digest": digest, "sequence": sequence, "time": time, "domain": keys,
                                   "root": root, "objects": objects, "context": context, "about": about,
                                   "contents": 0x8001 in extensions})
        for (writer, sequence), (before, _) in chain.items():
            known = chain.get((writer, sequence - 1), (None, bytes(32) if sequence == 1 else before))[1]
            need(before == known, "another one before it", f"s/{writer}/{sequence:016x}")
