"""Numbers, hashes, ciphers and keys of docs/archive-format.md. Words in quotes in comments are its sections."""
import base64, functools, hashlib, hmac, itertools, json, os
from pathlib import Path
import zstandard
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from kyber_py.ml_kem import ML_KEM_768

DICTIONARY = Path(__file__).resolve().parents[2] / "Sources" / "CBlobDictionary" / "objects-1.dictionary"
DOCUMENT, NAMES, STRUCTURE, CHUNK_LIST, CHUNK = 1, 2, 3, 5, 6
MIB, MASK_64 = 1 << 20, (1 << 64) - 1


class Bad(Exception):
    where = ""  # the object that was opened last


def need(condition, text, where=None):
    if not condition:
        raise Bad(f"{where or Bad.where}: {text}")


def sha256(data): return hashlib.sha256(data).digest()
def mac(key, data): return hmac.digest(key, data, "sha256")
def hkdf(key, salt, info, length=32): return HKDF(hashes.SHA256(), length, salt or None, info).derive(key)
def canonical(value): return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
def nonce(ordinal): return ordinal.to_bytes(8, "little") + bytes(4)


class Cursor:
    def __init__(self, data): self.data, self.at = data, 0
    def number(self, size, signed=False): return int.from_bytes(self.take(size), "little", signed=signed)
    def numbers(self, *sizes): return [self.number(size) for size in sizes]
    def many(self, *sizes): return [[self.take(size) for size in sizes] for _ in range(self.number(4))]
    def text(self): return self.take(self.varint()).decode()
    def magic(self, letter): need(self.take(10) == b"Lifeboat" + letter + b"\1", "wrong magic")
    def end(self): need(self.at == len(self.data), "bytes after the end")

    def take(self, count):
        need(self.at + count <= len(self.data), "cut off")
        self.at += count
        return self.data[self.at - count:self.at]

    def varint(self):
        value = 0
        for shift in itertools.count(0, 7):
            byte = self.number(1)
            value |= (byte & 127) << shift
            if byte < 128:
                need(byte or not shift, "a varint that is not the shortest")
                return value


def crc(polynomial, ones, data):
    value, table = ones, crc_table(polynomial)
    for byte in data:
        value = table[(value ^ byte) & 255] ^ value >> 8
    return value ^ ones


@functools.cache
def crc_table(polynomial):
    step = lambda value, _: value >> 1 ^ (polynomial if value & 1 else 0)
    return [functools.reduce(step, range(8), value) for value in range(256)]


def crc32c(data): return crc(0x82F63B78, 0xFFFFFFFF, data)


def check_signature(public, purpose, data, signature):  # "Keys"
    try:
        signed = b"lifeboat signature v1\0" + purpose + b"\0" + data
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except InvalidSignature:
        need(False, "wrong signature")


def bech32(text):
    prefix, _, rest = text.strip().lower().rpartition("1")
    digits = ["qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(letter) for letter in rest]
    value = 1
    for digit in [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + digits:
        top, value = value >> 25, (value & 0x1FFFFFF) << 5 ^ digit
        for bit, mask in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            value ^= mask if top >> bit & 1 else 0
    need(value == 1, f"wrong checksum of {prefix}1…")
    bits = "".join(f"{digit:05b}" for digit in digits[:-6])
    return prefix, bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits) - 7, 8))


def open_age(data, passphrase):
    """An age v1 file for a passphrase; None when it is for another one."""
    head, _, rest = data.partition(b"\n--- ")
    code, _, payload = rest.partition(b"\n")
    unpadded = lambda text: base64.b64decode(text + b"=" * (-len(text) % 4))
    version, recipient, body = head.split(b"\n")
    arrow, kind, salt, cost = recipient.split(b" ")
    need((version, arrow, kind) == (b"age-encryption.org/v1", b"->", b"scrypt"), "no age file for a passphrase")
    wrap = hashlib.scrypt(passphrase, salt=b"age-encryption.org/v1/scrypt" + unpadded(salt), n=1 << int(cost), r=8, p=1,
                          maxmem=1 << 30, dklen=32)
    try:
        key = ChaCha20Poly1305(wrap).decrypt(bytes(12), unpadded(body), None)
    except InvalidTag:
        return None
    need(mac(hkdf(key, None, b"header"), head + b"\n---") == unpadded(code), "wrong code of the header")
    stream, parts = ChaCha20Poly1305(hkdf(key, payload[:16], b"payload")), range(16, len(payload), 65552)
    return b"".join(stream.decrypt(count.to_bytes(11, "big") + bytes([at == parts[-1]]), payload[at:at + 65552], None)
                    for count, at in enumerate(parts))


class Identity:
    """An age identity, and HPKE in base mode for it ("Keys": types 1 and 2)."""

    def __init__(self, text):
        prefix, scalar = bech32(text)
        self.type = {"age-secret-key-": 1, "age-secret-key-pq-": 2}[prefix]
        if self.type == 2:
            expanded = hashlib.shake_256(scalar).digest(96)
            lattice, self.lattice = ML_KEM_768._keygen_internal(expanded[:32], expanded[32:64])
            scalar = expanded[64:]
        self.scalar = X25519PrivateKey.from_private_bytes(scalar)
        self.point = self.scalar.public_key().public_bytes_raw()
        self.public = self.point if self.type == 1 else lattice + self.point
        self.id = recipient_id(self.type, self.public)

    def shared(self, enc):
        agreed = self.scalar.exchange(X25519PublicKey.from_public_bytes(enc[-32:]))
        if self.type == 2:
            secret = ML_KEM_768.decaps(self.lattice, enc[:-32])
            return hashlib.sha3_256(secret + agreed + enc[-32:] + self.point + b"\\.//^\\").digest()
        secret, label = mac(b"", b"HPKE-v1KEM\0\x20eae_prk" + agreed), b"\0\x20HPKE-v1KEM\0\x20shared_secret"
        return HKDFExpand(hashes.SHA256(), 32, label + enc + self.public).derive(secret)

    def unwrap(self, enc, wrapped, info, authenticated):
        label = b"HPKE-v1HPKE" + (b"\0\x20\0\1\0\3" if self.type == 1 else b"\x64\x7a\0\1\0\2")
        context = b"\0" + mac(b"", label + b"psk_id_hash") + mac(b"", label + b"info_hash" + info)
        secret = mac(self.shared(enc), label + b"secret")
        expand = lambda name, size: HKDFExpand(hashes.SHA256(), size, size.to_bytes(2, "big") + label + name + context
                                               ).derive(secret)
        cipher = ChaCha20Poly1305 if self.type == 1 else AESGCM
        return cipher(expand(b"key", 32)).decrypt(expand(b"base_nonce", 12), wrapped, authenticated)


def recipient_id(kind, public): return sha256(b"lifeboat recipient v1" + bytes([kind]) + public)[:4]
def stanza(cursor): return cursor.number(1), cursor.take(4), cursor.take(cursor.number(2)), cursor.take(48)


def key_context(cursor):  # "Keys of contents"
    return cursor.take(16), cursor.take(32), cursor.take(16), [stanza(cursor) for _ in range(cursor.number(1))]


class Domain:  # "Keys of contents"
    def __init__(self, secret):
        derive = lambda what, size=32: hkdf(secret, None, f"lifeboat domain {what} v1".encode(), size)
        self.identifiers, self.names, self.structure = derive("identifiers"), derive("names"), derive("structure")
        self.id, table = derive("id", 8), Cursor(hkdf(derive("chunks"), None, b"lifeboat gear v1", 2048))
        self.gear = [table.number(8) for _ in range(256)]

    def tag(self, label, text): return int.from_bytes(mac(self.names, (label + text).encode())[:8], "little")


def unseal(key, ordinal, sealed, authenticated):
    try:
        return AESGCM(key).decrypt(nonce(ordinal), sealed, authenticated)
    except InvalidTag:
        need(False, "does not open")


def inflate(frame, size, dictionary=None):
    return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(frame, size, allow_extra_data=False)


@functools.cache
def objects_dictionary(identifier):  # "Blobs"
    data = Path(os.environ.get("LIFEBOAT_DICTIONARY") or DICTIONARY).read_bytes()
    need(sha256(data)[:24] == identifier, f"dictionary {identifier.hex()} is not there")
    return zstandard.ZstdCompressionDict(data, zstandard.DICT_TYPE_FULLDICT)


def cuts(gear, data):
    """The lengths of the chunks that the rule gives ("Contents of files")."""
    start = 0
    while start < len(data):
        rest, h = len(data) - start, 0
        length = min(rest, MIB // 4)
        for byte in data[start + max(0, length - 64):start + length]:
            h = (h << 1) + gear[byte] & MASK_64
        if h >= 1 << 42:
            for length in range(length + 1, min(rest, 4 * MIB) + 1):
                h = (h << 1) + gear[data[start + length - 1]] & MASK_64
                if h < 1 << 46 and (length >= MIB or h < 1 << 42):
                    break
        yield length
        start += length


def product(a, b):
    """In GF(2⁸) with 0x11D ("Parity")."""
    value = 0
    while b:
        value ^= a if b & 1 else 0
        a, b = a << 1 ^ (0x11D if a & 128 else 0), b >> 1
    return value


@functools.cache
def divided_by(divisor):
    inverse = next(a for a in range(256) if product(a, divisor) == 1)
    return bytes(product(inverse, byte) for byte in range(256))
