"""Reads a repository in a folder as docs/archive-format.md describes it, and verifies all that it reads.

    second_reader.py REPOSITORY_FOLDER PASSWORD_FILE

PASSWORD_FILE holds the passphrase, an identity file of a reader, or an age identity. The result is JSON on stdout.
The dictionary of codec 2 is where the document says, or where LIFEBOAT_DICTIONARY says. Needs cryptography, zstandard
and kyber-py. Words in quotes in comments are sections of the document.
"""
import datetime, functools, hashlib, itertools, json, sys
from pathlib import Path
from manifests import Manifests
from primitives import *


class Repository(Manifests):
    def read_packs(self):  # "Packs"
        for name in self.names("p"):
            data = self.get(name)
            foot = Cursor(data[-96:])
            end, length, count = foot.numbers(8, 4, 4)
            repository, session = foot.take(16), foot.take(16)
            header_length, *checksums = foot.numbers(4, 4, 4, 8)
            need(foot.take(14) == bytes(14), "flags")
            foot.magic(b"Q")
            need(foot.number(4) == crc32c(data[-96:-4]), "wrong checksum of the footer")
            header, body, trailer = data[:header_length], data[header_length:end], data[end:-96]
            head = Cursor(header)
            head.magic(b"P")
            need(head.number(4) == header_length <= 4 * MIB, "another length of the header")
            sort, aead, contexts = head.numbers(1, 1, 2)
            need(sort <= 2 and aead == 1 and head.take(16) == repository == self.id, "wrong header")
            contexts = [key_context(head) for _ in range(contexts)]
            dictionaries = [bytes(24)] + [head.take(24) for _ in range(head.number(1))]
            need(head.number(4) == crc32c(header[:-4]), "wrong checksum of the header")
            need(session == contexts[0][0], "another session")
            head.end()
            # The checksum in the footer is that of the whole header, its own checksum included.
            need(checksums[:2] == [crc32c(header), crc32c(trailer)] and len(trailer) == length, "wrong checksum")
            right = len(body) > 2 * MIB or crc(0xC96C5795D7870F42, MASK_64, body) == checksums[2]
            need(right, "wrong checksum of the body")
            need(sort < 2 or contexts[0][2:] == (bytes(16), []), "a first context that holds a key")
            domain, cursor = self.open_trailer(contexts[0][1], trailer, header)
            at, records = header_length, {}
            for _ in range(count):
                blob, (kind, codec) = cursor.take(24), divmod(cursor.number(1), 16)
                other = cursor.take(24) if codec == 3 else None
                context, dictionary = divmod(cursor.varint(), 16)
                ordinal, sealed, raw = cursor.varint(), cursor.varint(), cursor.varint()
                need(sort == 2 or (sort == 1) == (kind == CHUNK), "a blob in a pack of another class")
                other = other or dictionaries[dictionary]
                records[blob] = name, at, sealed, kind, codec, other, contexts[context], ordinal, raw
                self.places.setdefault((domain.id, blob), []).append(records[blob])
                at += sealed
            cursor.end()
            need(at == end, "a body of another length")
            self.packs[bytes.fromhex(name[-64:])] = sort, domain, records

    def open_trailer(self, salt, trailer, header):
        """A pack does not say of which domain it is, so each one is tried."""
        for domain in self.domains.values():
            try:
                key = hkdf(domain.structure, salt, b"lifeboat trailer v1")
                return domain, Cursor(AESGCM(key).decrypt(nonce(0), trailer, header))
            except InvalidTag:
                continue
        need(False, "the trailer does not open")

    def blob(self, domain, blob, kind, stored=False):
        """The bytes of a blob, opened and compared with its id ("Blobs", "Packs")."""
        if (domain.id, blob) in self.known:
            return self.known[domain.id, blob]
        Bad.where = f"blob {blob.hex()}"
        places = sorted(self.places.get((domain.id, blob), []), key=lambda record: record[4])
        need(places, "in no pack")
        name, at, sealed, found, codec, other, context, ordinal, raw = places[0]
        Bad.where = where = f"{name}: blob {blob.hex()}"
        need(found == kind and raw <= 64 * MIB and not (stored and codec), "of another type or codec")
        structure = kind in (STRUCTURE, CHUNK_LIST)
        secret, label = (domain.structure, "struct") if structure else (self.session_key(context), "blob")
        with open(self.folder / name, "rb") as file:
            data = os.pread(file.fileno(), sealed, at)
        authenticated = b"lb1" + self.id + bytes([kind, codec]) + other + raw.to_bytes(4, "little") + blob
        data = unseal(hkdf(secret, context[1], f"lifeboat {label} v1".encode()), ordinal, data, authenticated)
        if codec == 3:
            page = self.blob(domain, other, STRUCTURE, True)
            data = inflate(data, raw, zstandard.ZstdCompressionDict(page, zstandard.DICT_TYPE_RAWCONTENT))
        elif codec:
            data = inflate(data, raw, objects_dictionary(other) if codec == 2 else None)
        need(len(data) == raw, "another length", where)
        need(mac(domain.identifiers, bytes([kind]) + data)[:24] == blob, "not what its id stands for", where)
        if kind != CHUNK:
            self.known[domain.id, blob] = data
        return data

    def walk(self, domain, page, scope, height=None, resource=0, namespace=0, above=(None, ""), last=True):
        """"The tree": yields the objects below a page, in order; returns their number and the greatest tag."""
        where, cursor = f"page {page.hex()}", Cursor(self.blob(domain, page, STRUCTURE))
        level, count, tags, below = cursor.number(1), cursor.number(2), [], 0
        need(level >> 4 == scope and height in (None, level & 15), "another level", where)
        height = level & 15
        need(cursor.numbers(8, 8) == [resource, namespace], "another resource or namespace", where)
        names_id, names = cursor.take(24), []
        if height == 0:
            text = Cursor(self.blob(domain, names_id, NAMES))
            need(text.take(2) == bytes([1, scope]), "of another version or scope")
            read = (lambda: (*(text.text() for _ in range(4)), text.number(1))) if scope == 2 else text.text
            names = [read() for _ in range(count)]
            text.end()
        need(bool(height) == (names_id == bytes(24)), "names", where)
        for index in range(count):
            tags.append(cursor.number(8))
            if names:
                label = f"{names[index][0]}/{names[index][2]}" if scope == 2 else names[index]
                need(tags[-1] == domain.tag("nsg"[scope], label), "a wrong tag", where)
            if scope == 0 == height:
                yield *above, names[index], *(cursor.take(size) for size in (6, 6, 24)), cursor.number(2)
                below += 1
                continue
            child, objects = cursor.take(24), cursor.number(8)
            if height:
                inside = scope, height - 1, resource, namespace, above, last and index == count - 1
            elif scope == 2:
                inside = 1, None, tags[-1], 0, (names[index], "")
            else:
                inside = 0, None, resource, tags[-1], (above[0], names[index])
            found, greatest = yield from self.walk(domain, child, *inside)
            need(found == objects and (not height or greatest == tags[-1]), "another number or tag below", where)
            below += objects
        cursor.end()
        order = list(zip(tags, names)) if names else tags
        need(order == sorted(order), "entries out of order", where)
        least, most, bits = (4, 64, 4) if scope == 0 == height else (16, 256, 6)
        shift = (4 if scope == 0 else 6) + 6 * (height - 1) if height else 0
        ends = [place == most or place >= least and not tag >> shift & (1 << bits) - 1
                for place, tag in enumerate(tags, 1)]
        need(not any(ends[:-1]) and (last or ends[-1]), "ends elsewhere", where)
        return below, tags[-1] if tags else 0

    def contents(self, domain, identifier):
        """The document of a chunk list, and what is known of the contents ("Contents of files")."""
        if ("contents", identifier) not in self.known:
            cursor, where = Cursor(self.blob(domain, identifier, CHUNK_LIST)), f"chunk list {identifier.hex()}"
            document, size, chunks = cursor.take(24), cursor.number(8), cursor.many(24, 4)
            cursor.end()
            digest, kept, lengths = hashlib.sha256(), [], []
            for chunk, length in chunks:
                data = self.blob(domain, chunk, CHUNK)
                need(len(data) == int.from_bytes(length, "little") > 0, "a chunk of another length", where)
                digest.update(data)
                lengths.append(len(data))
                kept += [data] if size < 8 * MIB else []
            need(lengths and size == sum(lengths), "another size", where)
            if kept:
                rule = lengths == list(cuts(domain.gear, b"".join(kept)))
                need(rule or set(lengths[:-1]) == {MIB} and lengths[-1] <= MIB, "cut elsewhere", where)  # or a disk
                self.counts["cuts"] += rule
            self.known["contents", identifier] = document, {"size": size, "sha256": digest.hexdigest()}
        return self.known["contents", identifier]

    def snapshot(self, manifest):
        domain, objects = manifest["domain"], []
        for (group, version, resource, kind, namespaced), namespace, name, _, specification, blob, info in \
                self.walk(domain, manifest["root"], 2):
            content, where = None, f"{manifest['name']}: {group}/{resource} {namespace}/{name}"
            if info >> 12:
                need(info >> 12 == 1 and manifest["contents"], "unexpected contents", where)
                blob, content = self.contents(domain, blob)
            data = self.blob(domain, blob, DOCUMENT)
            size = content["size"] if content else len(data)
            need(info & 4095 == min(-(-size // 64), 4095), "another size", where)
            value = json.loads(data)
            meta = value["metadata"]
            need((value["apiVersion"], value["kind"], meta.get("namespace", ""), meta["name"]) ==
                 (f"{group}/{version}" if group else version, kind, namespace, name), "another object", where)
            need("resourceVersion" not in meta and (namespaced or not namespace), "not as it should be", where)
            if canonical(value) == data:  # else it has a number that Python writes in another way
                value.pop("status", None), meta.pop("managedFields", None)
                need(mac(domain.names, b"e" + canonical(value))[:6] == specification, "another specification", where)
                self.counts["specifications"] += 1
            entry = {"resource": f"{group}/{resource}", "version": version, "kind": kind, "namespace": namespace,
                     "name": name, "sha256": sha256(data).hex(), "document": data.decode()}
            objects.append(entry | ({"content": content} if content else {}))
        need(len(objects) == manifest["objects"], "another number of objects", manifest["name"])
        time = datetime.datetime.fromtimestamp(manifest["time"], datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"id": manifest["digest"].hex(), "sequence": manifest["sequence"], "takenAt": time, "objects": objects,
                "policy": manifest["about"].get("policy"), "cluster": manifest["about"]["cluster"]["name"]}

    def read_segments(self):  # "Index segments"
        for name in self.names("i"):
            cursor = self.record(name, b"I")
            domain, salt, (packs, entries) = self.domains[cursor.take(8)], cursor.take(32), cursor.numbers(4, 4)
            packs = [cursor.take(32) for _ in range(packs)]
            key, head = hkdf(domain.structure, salt, b"lifeboat index v1"), cursor.data[:cursor.at]
            sizes = [16 * min(4096, entries - first) for first in range(0, entries, 4096)] or [0]
            plain = b"".join(unseal(key, block, cursor.take(size + 16), head) for block, size in enumerate(sizes))
            cursor.end()
            said, order, cursor = [set() for _ in packs], [], Cursor(plain)
            for blob in (cursor.take(12) for _ in range(entries)):
                last = cursor.number(4)
                order.append((int.from_bytes(blob[:8], "little"), int.from_bytes(blob[8:], "little") << 32 | last))
                said[last // 2].add((blob, last % 2))
            need(order == sorted(order), "entries out of order")
            for pack, entries in zip(packs, said):
                _, owner, records = self.packs.get(pack, (None, None, {}))
                right = {(blob[:12], int(record[4] == 3)) for blob, record in records.items()}
                need(not owner or owner is domain and entries == right, f"wrong about pack {pack.hex()}")
            self.counts["indexSegments"] += 1

    def read_parity(self):  # "Parity", of packs of at most 2 MiB
        for name in self.names("parity") if self.about["algorithms"].get("parity") == "reed-solomon-20-2" else []:
            pack, data = self.get(name[7:]), self.get(name)
            self.counts["parity"]["packs"] += 1
            if len(pack) > 2 * MIB:
                continue
            cursor = Cursor(data)
            cursor.magic(b"R")
            size, unit = cursor.numbers(8, 4)
            need(size == len(pack) and unit == min(4096, size), "of another pack")
            units = [pack[at:at + unit].ljust(unit, b"\0") for at in range(0, size, unit)]
            stripes, made = -(-len(units) // 20), []
            checksums = [cursor.number(4) for _ in range(len(units) + 2 * stripes)]
            need(cursor.number(4) == crc32c(data[:cursor.at - 4]), "wrong checksum")
            for r, s in itertools.product(range(2), range(stripes)):
                terms = (one.translate(divided_by(20 + r ^ j)) for j, one in enumerate(units[s::stripes]))
                total = functools.reduce(lambda sum, term: sum ^ int.from_bytes(term, "little"), terms, 0)
                made.append(total.to_bytes(unit, "little"))
            need([cursor.take(unit) for _ in made] == made, "wrong parity")
            need([crc32c(one) for one in units + made] == checksums, "wrong checksum of a unit")
            cursor.end()
            self.counts["parity"]["ok"] += 1

    def read_verifications(self):  # "Verification records"
        manifests = {manifest["digest"]: manifest for manifest in self.manifests}
        for name in self.names("v"):
            cursor = self.record(name, b"V")
            need(cursor.take(9)[8] in (1, 2), "of another kind")
            head = cursor.data[:cursor.at]
            for digest, code in cursor.many(32, 32):
                if digest in manifests:
                    key = hkdf(self.session_key(manifests[digest]["context"]), digest, b"lifeboat verification v1")
                    self.counts["verifications"] += mac(key, head + digest) == code
            cursor.end()


def main():
    try:
        repository = Repository(sys.argv[1], Path(sys.argv[2]).read_text())
        snapshots = [repository.snapshot(manifest) for manifest in repository.manifests]
    except Bad as bad:
        sys.exit(f"second_reader: {bad}")
    except Exception as error:
        sys.exit(f"second_reader: {Bad.where}: {error!r}")
    json.dump({"snapshots": snapshots} | repository.counts, sys.stdout, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
