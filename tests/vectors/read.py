#!/usr/bin/env python3
"""A second reader of SnapFs repositories, written from docs/format.md alone; section numbers refer to it.

    read.py repository DIRECTORY PASSWORD|@KEYFILE       checks a repository and lists the files of its snapshots
    read.py restore DIRECTORY PASSWORD|@KEYFILE TARGET   restores them into TARGET/host/source/name of the snapshot/
    read.py vectors DIRECTORY                            checks every vector of a directory

What an object holds is read here; repository.py says which count, commands.py has the commands, vectors.py checks vectors, and
primitives.py the cryptography. It needs libsodium and libzstd, and no Python packages.
"""
import base64, os, re, struct, sys
from collections import namedtuple
from primitives import *

MIB = 1 << 20

# ---- section 2.2: numbers and fields

class Reader:
    def __init__(self, data): self.data, self.at = data, 0
    def left(self): return len(self.data) - self.at
    def take(self, n):
        need(0 <= n <= self.left(), "a length passes the end")
        self.at += n
        return self.data[self.at - n:self.at]
    def rest(self): return self.take(self.left())
    def u8(self): return self.take(1)[0]
    def u32(self): return struct.unpack("<I", self.take(4))[0]
    def varint(self):
        value = shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                need(value < 1 << 64 and (byte or shift == 7), "a varint is not in its shortest form")
                return value
            need(shift < 70, "a varint is too long")
    def zigzag(self):
        value = self.varint()
        return (value >> 1) ^ -(value & 1)
    def bytes(self): return self.take(self.varint())
    def text(self): return utf8(self.bytes())
    def time(self):
        seconds, nanoseconds = self.zigzag(), self.varint()
        need(nanoseconds < 10 ** 9, "a time has too many nanoseconds")
        return seconds, nanoseconds
    def list(self, item):
        count = self.varint()
        need(count <= self.left(), "a list is longer than its object")
        return [item(self) for _ in range(count)]
    def until_end(self, item):
        result = []
        while self.left():
            result.append(item(self))
        return result

def utf8(data):
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Damaged("a text is not UTF-8")

# What decodes the value of a field: a function of a Reader that has that value alone.
number, zigzag, time, raw = Reader.varint, Reader.zigzag, Reader.time, Reader.rest
def text(reader): return utf8(reader.rest())
def label(reader):
    need(reader.left() <= 256, "too long a label")
    return text(reader)
def fixed(n): return lambda reader: reader.take(n)
def words(n): return lambda reader: tuple(reader.u32() for _ in range(n))
def listed(*items): return lambda reader: reader.list(together(*items))
def together(*items): return items[0] if len(items) == 1 else lambda reader: tuple(item(reader) for item in items)
def more(n): return lambda reader: (together(*[number] * n)(reader), reader.until_end(number))[0]
def nested(table, optional=()): return lambda reader: fields(reader.rest(), table, optional)

def whole(data, item):
    reader = Reader(data)
    result = item(reader)
    need(not reader.left(), "bytes are left over")
    return result

def scan(data):
    """The fields of a list as (tag, value, offset of the tag)."""
    reader, last = Reader(data), 0
    while reader.left():
        start, tag, value = reader.at, reader.varint(), reader.bytes()
        need(tag > last, "tags do not ascend")
        last = tag
        yield tag, value, start

def fields(data, table, optional=()):
    result = {}
    for tag, value, _ in scan(data):
        if tag in table:
            result[tag] = whole(value, table[tag])
        elif tag % 2:
            raise Newer(f"critical field {tag}")
    need(all(tag in result for tag in table if tag % 2 and tag not in optional), "a field is missing")
    return result

# ---- section 2.3: envelope

def envelope(data, kind):
    """The field list, and the offset of what follows it."""
    need(len(data) >= 12 and data[:4] == b"SNFS" and data[4] == kind, "not an object of this kind")
    if data[5] != 1 or data[6:8] != b"\2\0":
        raise Newer("version or suite")
    reader = Reader(data[8:])
    return reader.take(reader.u32()), 8 + reader.at

# ---- section 3: config and keys

CONFIG = {1: number, 3: fixed(32), 5: words(3), 7: words(2), 9: zigzag, 11: number, 13: fixed(32), 15: fixed(1216)}
BASE = {1: fixed(32), 2: listed(fixed(32)), 3: number}
EPOCH = {**BASE, 5: number, 7: fixed(32), 8: number, 10: listed(fixed(32))}
ADMINISTRATOR = {**BASE, 5: fixed(32), 7: fixed(1216), 8: label, 10: number}
SLOT = {**BASE, 5: fixed(16), 7: fixed(16), 9: number, 11: number, 12: label, 14: number, 15: raw}
GRANT = {**BASE, 5: fixed(16), 7: number, 9: raw}
DOMAIN = {**BASE, 5: fixed(16), 7: fixed(1216), 9: fixed(1216), 10: number, 11: raw}
CERTIFICATE = {**BASE, 5: fixed(32), 7: fixed(16), 9: listed(number), 11: number, 13: fixed(1216), 15: raw}
REVOCATION = {**BASE, 5: fixed(16), 8: label}
STORE = {**BASE, 5: fixed(16), 7: number, 8: label}
VOUCHER = {**BASE, 5: fixed(16), 7: listed(fixed(32))}
KEYS = {2: EPOCH, 3: ADMINISTRATOR, 4: SLOT, 5: GRANT, 6: DOMAIN, 7: CERTIFICATE, 8: REVOCATION, 9: STORE, 18: VOUCHER}
SEALED = {4: 15, 5: 9, 6: 11, 7: 15}
ADMINISTRATOR_SECRETS = {1: number, 3: fixed(32), 5: fixed(32), 8: fixed(32)}
DOMAIN_SECRETS = {1: fixed(32), 3: listed(number, fixed(32), fixed(32), fixed(32))}
AGENT_SECRETS = {1: fixed(16), 3: fixed(32), 5: listed(number, fixed(32)), 7: listed(fixed(32), fixed(32))}
NAMES = {1: listed(number, Reader.text), 2: label}
MARK = {**BASE, 5: fixed(16), 6: number, 7: listed(fixed(16), fixed(32)), 9: listed(fixed(16), fixed(32))}
FORGET = {**BASE, 5: fixed(16), 6: number, 7: listed(fixed(16), fixed(32))}
WITNESS = {**BASE, 5: fixed(16), 7: listed(fixed(32)), 9: listed(fixed(16), fixed(16))}
DELETION = {15: MARK, 16: FORGET, 17: WITNESS}
FOLDERS = {"keys": [*range(2, 10), *range(18, 64)], "gc": [*range(15, 18), *range(64, 128)]}

def read_config(data):
    need(len(data) <= 65536, "too long")
    clear, end = envelope(data, 1)
    config = fields(clear, CONFIG)
    low, target, high = config[5]
    need(end == len(data), "bytes are left over")
    need(1 <= low <= target <= high <= 64 * MIB and target >= 64, "chunk limits")
    need(max(config[7]) <= 16 * MIB and config[7][1] >= 1 and -7 <= config[9] <= 19 and config[11] <= 65535, "limits")
    return config

def signature_holds(data, repository, public):
    """Whether an object of section 3.2 or 10 has that repository and ends with a signature by that key; and its field 3."""
    end = 12 + struct.unpack("<I", data[8:12])[0] if len(data) >= 12 else 0
    need(data[:4] == b"SNFS" and len(data) == end + 64, "not an object of section 3.2")
    first = dict((tag, value) for tag, value, _ in scan(data[12:end]) if tag in (1, 3))
    need(first.get(1) == repository, "of another repository")
    signer = whole(first.get(3, b""), number)
    return data[6:8] == b"\2\0" and signer in public and signed_by(public[signer], repository, data[4], data[:end], data[end:]), signer

def decode_signed(data, tables):
    """The fields of an object of section 3.2 or 10 whose signature holds, and what the sealed one is bound to."""
    if data[4] not in tables:
        raise Newer(f"kind {data[4]}")
    clear, _ = envelope(data, data[4])
    starts = [start for tag, _, start in scan(clear) if tag == SEALED.get(data[4])]
    return fields(clear, tables[data[4]], (11,) if data[4] == 7 else ()), data[:8] + clear[:starts[0]] if starts else None

def open_slot(clear, aad, passphrase):
    """The administrator's secret, or None where this machine has not enough memory."""
    need(65536 <= clear[9] <= 4194304 and 2 <= clear[11] <= 64, "the cost is out of bounds")
    memory = clear[9] * 1024 <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    key = argon2id(passphrase, clear[7], clear[9], clear[11]) if memory else None
    secret = key and unpad(seal_open(key, aad, clear[15]))
    need(secret is None or recipient_of(secret) == clear[5], "the slot of another one")
    return secret

def recipient_of(secret): return key_id(recipient_key(derive(secret, "recipient")))

def open_grant(clear, aad, secret):
    secrets = unpad(box_open(derive(secret, "recipient"), lp(b"grant") + aad, clear[9]))
    return fields(secrets, ADMINISTRATOR_SECRETS if clear[7] == 1 else AGENT_SECRETS, (7,))

def open_domain(clear, aad, epoch_secret):
    secrets = fields(unpad(seal_open(derive(epoch_secret, "domain", clear[5]), aad, clear[11])), DOMAIN_SECRETS)
    numbers = [entry[0] for entry in secrets[3]]
    need(0 < len(numbers) <= 4096 and numbers == sorted(set(numbers)), "epochs of a domain")
    need(tuple(map(recipient_key, secrets[3][-1][2:])) == (clear[7], clear[9]), "keys of a domain do not match")
    return secrets

def open_names(clear, aad, index_key):
    names = fields(unpad(seal_open(derive(index_key, "certificate"), aad, clear[15])), NAMES)
    need(len(names[1]) <= 1024 and all(len(pattern.encode()) <= 4096 for _, pattern in names[1]), "too many patterns, or too long ones")
    return names

# ---- section 3.4: key files

def key_payload(role, payload):
    need(len(payload) == 68, "the length of a key")
    need(payload[64:] == sha(b"snapfs-key-2:" + role + b":" + payload[:64])[:4], "the key was altered")
    return role.decode(), payload[:32], payload[32:64]

def read_key_file(data):
    """Role, repository id and secret."""
    parts = data.strip().split(b":")
    need(len(parts) == 3 and parts[0] == b"snapfs-key-2" and parts[1] in (b"root", b"administrator", b"agent"), "not a key file")
    need(re.fullmatch(b"[A-Za-z0-9_-]{91}", parts[2]), "not base64url of 68 bytes")
    payload = base64.urlsafe_b64decode(parts[2] + b"=")
    need(base64.urlsafe_b64encode(payload).rstrip(b"=") == parts[2], "bits are left over")
    return key_payload(parts[1], payload)

def read_paper(data):
    alphabet, payload = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=+", b""
    for i, line in enumerate(data.decode("ascii").splitlines(), 1):
        n, letters = line.split(":")
        values = [alphabet.index(letter) for letter in letters if letter != " "]
        check = int(n) + sum(i * value for i, value in enumerate(values[:-1], 1))
        need(int(n) == i and max(values[:-1]) < 32 and check % 37 == values[-1], f"a slip in line {n}")
        bits = "".join(f"{value:05b}" for value in values[:-1])
        need("1" not in bits[len(bits) // 8 * 8:], "bits are left over")
        payload += bytes(int(bits[at:at + 8], 2) for at in range(0, len(bits) // 8 * 8, 8))
    need(payload and 1 <= payload[0] <= 3, "the role of a key")
    return key_payload((b"root", b"administrator", b"agent")[payload[0] - 1], payload[1:])

# ---- section 5: packs

Pack = namedtuple("Pack", "domain epoch kind salt signer sequence run key frames signature signed")
FOOTER = {1: fixed(16), 3: number, 5: fixed(16), 7: fixed(1212), 9: raw}

def open_run_key(sealed, repository, domain, epoch, kind, seed):
    context = lp(b"run-key") + repository + domain + u32(epoch) + bytes([kind])
    key = box_open(seed, context, sealed[:-32])
    need(len(key) == 32 and derive(key, "commit") == sealed[-32:], "another run key was sealed")
    return key

def open_pack(data, index_keys):
    """The signature is not yet checked, as who made it stands in the footer."""
    need(len(data) >= 116 and data[:5] == b"SNFS\x0a" and len(data) == padme(len(data)) <= 2048 * MIB, "not a pack")
    if data[5:8] != b"\1\2\0":
        raise Newer("version or suite")
    (epoch, kind), salt, (length,) = struct.unpack("<II", data[24:32]), data[32:48], struct.unpack("<I", data[-4:])
    end = len(data) - 68 - length
    need(kind in (1, 2) and 48 <= end and length <= 256 * MIB and epoch in index_keys, "a pack's header or footer")
    sealed = data[end:-68]
    footer = fields(unpad(seal_open(derive(index_keys[epoch], "pack-footer", salt), data[:48], sealed)), FOOTER)
    frames, offset = [], 48
    for stored, plain, codec, chunks in Reader(footer[9]).until_end(
            together(number, number, Reader.u8, listed(fixed(32), number))):
        if codec > 1:
            raise Newer(f"codec {codec}")
        need(chunks and plain == sum(length for _, length in chunks) <= 64 * MIB, "lengths do not add up")
        frames.append((offset, stored, plain, codec, chunks))
        offset += stored
    need(offset <= end, "the frames pass the footer")
    return Pack(data[8:24], epoch, kind, salt, footer[1], footer[3], footer[5], footer[7], frames, data[-68:-4], data[:48] + sealed)

def open_frame(key, salt, codec, length, data):
    plain = gcm_open(derive(key, "frame", salt), data[:12], data[12:], lp(b"frame") + salt + bytes([codec]) + u32(length))
    plain = decompress(plain, length) if codec else plain
    need(len(plain) == length, "the length of a frame")
    return plain

# ---- section 6: index

SIGNED = {1: fixed(32), 3: fixed(16), 5: fixed(16), 7: number, 9: fixed(16), 11: number}
CLEAR = {11: {**SIGNED, 13: number, 15: fixed(16)}, 12: {**SIGNED, 15: fixed(16)}, 13: {**SIGNED, 13: number}}
Signed = namedtuple("Signed", "clear aad head rest signature signed")
TABLES = {1: 32, 3: 1216, 5: 64, 7: 16, 9: 28}

def open_signed(data, kind, entire=True):
    """Section 2.4. The signature is not yet checked; the rest is None where only what is signed is there."""
    clear, end = envelope(data, kind)
    reader = Reader(data[end:])
    head = reader.take(reader.u32())
    need(len(head) <= MIB or kind == 13, "too long a head")
    digest, signed, signature = reader.take(32), data[:end + reader.at], reader.take(64)
    rest = reader.rest() if entire else None
    need(rest is None or sha(rest) == digest, "the rest was altered")
    need(len(signed) + 64 <= (8 if kind == 13 else 256) * MIB, "too long")
    return Signed(fields(clear, CLEAR[kind]), data[:end], head, rest, signature, signed)

def open_index(index, index_key):
    """The records of each table."""
    salt = index.clear[15]
    head = fields(unpad(seal_open(derive(index_key, "index-head", salt), index.aad, index.head)),
                  {1: listed(number, number, number)})
    key, reader, tables, last = derive(index_key, "index-block", salt), Reader(index.rest), {t: [] for t in TABLES}, 0
    for table, length, count in head[1]:
        need(last < table < 256 and 1 <= length <= 16384, "tables of an index")
        last = table
        if table % 2 and table not in TABLES:
            raise Newer(f"table {table}")
        need(TABLES.get(table, 1) <= length, "the length of a record")
        for n in range(-(-count // (16384 // length))):
            size = min(16384 // length, count - n * (16384 // length)) * length
            sealed = reader.take(size + 28)
            if table in TABLES:
                block = seal_open(key, bytes([table]) + u32(n), sealed)
                tables[table] += [block[at:at + TABLES[table]] for at in range(0, size, length)]
    need(len(index.rest) == padme(len(index.rest)), "the filler of an index")
    return tables

Frame = namedtuple("Frame", "pack salt key epoch offset stored plain codec")

def index_places(tables):
    """Each chunk's first 16 bytes with its frame, and where it begins and ends there."""
    keys = [(record[:1212], *struct.unpack("<I", record[1212:])) for record in tables[3]]
    packs = [(record[:32], record[32:48], *struct.unpack("<IIII", record[48:])) for record in tables[5]]
    frames, places = [], []
    for pack, offset, stored, plain in (struct.unpack("<IIII", record) for record in tables[7]):
        need(pack < len(packs) and packs[pack][3] < len(keys) and (plain & 0xfffffff) <= 64 * MIB, "a number of an index")
        if plain >> 28 > 1:
            raise Newer(f"codec {plain >> 28}")
        name, salt, length, key = packs[pack][:4]
        need(offset >= 48 and offset + stored <= length, "a frame passes the end of its pack")
        frames.append(Frame(name, salt, *keys[key], offset, stored, plain & 0xfffffff, plain >> 28))
    for chunk, frame, begin, length in (struct.unpack("<16sIII", record) for record in tables[9]):
        need(frame < len(frames) and begin + length <= frames[frame].plain, "a number of an index")
        places.append((chunk, frames[frame], begin, begin + length))
    return places

def open_heads(heads, index_key):
    """Section 6.2: what is replaced, and names of snapshots with what these begin with."""
    salt, reader, entries = heads.clear[15], Reader(heads.rest), []
    head = fields(unpad(seal_open(derive(index_key, "heads-head", salt), heads.aad, heads.head)), {1: number, 3: listed(fixed(32))})
    for n in range(head[1]):
        sealed = reader.take(reader.u32())
        need(len(sealed) <= 4 * MIB, "too long a block")
        block = unpad(seal_open(derive(index_key, "heads-block", salt), u32(n), sealed))
        entries += whole(block, listed(fixed(32), Reader.bytes))
    need(not reader.left(), "bytes are left over")
    return head[3], entries

# ---- section 7: trees

def read_chunk_list(data):
    """The level, and (chunk id, length of the data)."""
    reader = Reader(data)
    level, entries = reader.u8(), reader.until_end(together(fixed(32), number))
    need(level <= 4 and len(data) <= 4 * MIB and all(length for _, length in entries), "a chunk list")
    return level, entries

def read_extents(data):
    reader, end, result = Reader(data), 0, []
    if reader.u8():
        raise Newer("the form of extents")
    for gap, length in reader.until_end(together(number, number)):
        need(length, "an empty extent")
        result.append((end + gap, length))
        end += gap + length
    return result

def read_attributes(data):
    """Extended attributes as (name, value) or (name, (chunk id, length))."""
    reader, result, last = Reader(data), [], b""
    while reader.left():
        name, length = reader.bytes(), reader.varint()
        need(last < name and len(name) <= 255 and length >> 1 <= 65536, "an extended attribute")
        result.append((name, (reader.take(32), length >> 1) if length & 1 else reader.take(length >> 1)))
        last = name
    return result

def read_afs(reader):
    """Section 7.5: the numbers, and of a directory its access list, the length of its raw content and the chunk list of that."""
    numbers = together(number, number, Reader.u8, *[number] * 3, zigzag, zigzag, *[number] * 4)(reader)
    need(numbers[0] and 1 <= numbers[2] <= 3, "no vnode")
    return numbers, together(Reader.bytes, number, Reader.bytes)(reader) if numbers[2] == 2 else None

def read_node(reader):
    """Section 7.2, with its length in front."""
    reader = Reader(reader.bytes())
    node = {"name": reader.bytes(), "type": reader.u8()}
    flags = reader.varint()
    if flags > 15 or not 1 <= node["type"] <= 7:
        raise Newer("a node's type or flags")
    need(node["name"] not in (b".", b"..") and len(node["name"]) <= 1024 and not set(node["name"]) & set(b"/\0"), "a name")
    node["mode"], node["uid"], node["gid"], node["mtime"] = together(number, number, number, time)(reader)
    need(node["mode"] < 4096, "a mode")
    wrap = lambda n: (n + (1 << 63)) % (1 << 64) - (1 << 63)
    relative = lambda: (lambda seconds, ns: (need(ns < 10 ** 9, "a time"), (wrap(node["mtime"][0] + seconds), ns))[1])(
        reader.zigzag(), reader.varint())
    node["ctime"] = relative()
    node["birth"] = relative() if flags & 1 else None
    node["inode"], node["device"], node["links"] = together(number, number, number)(reader)
    if node["type"] == 1:
        node["size"], node["extents"] = reader.varint(), read_extents(reader.bytes()) if flags & 4 else None
        node["form"] = reader.u8()
        if node["form"] > 2:
            raise Newer("a form of content")
        node["data"] = reader.bytes() if node["form"] else b""
        need(node["form"] != 1 or len(node["data"]) <= 65535, "too much in a node")
    elif node["type"] == 2:
        node["page"], node["below"] = together(fixed(32), number)(reader), together(number, number)(reader)
    elif node["type"] == 3:
        node["target"] = reader.bytes()
        need(len(node["target"]) <= 65535, "a target")
    elif node["type"] in (4, 5):
        node["rdev"] = reader.varint()
    node["xattrs"] = read_attributes(reader.bytes()) if flags & 2 else []
    extensions = fields(reader.bytes(), {2: raw, 3: read_afs}, (3,)) if flags & 8 else {}
    node["afs"] = extensions.get(3)
    need(not reader.left(), "bytes are left over")
    return node

Page = namedtuple("Page", "level users groups items")

def read_page(data):
    reader = Reader(data)
    need(len(data) <= 4 * MIB, "too long a page")
    if reader.u8() != 1:
        raise Newer("page version")
    level = reader.u8()
    need(level <= 4, "too many levels of pages")
    fields(reader.bytes(), {})
    owners = [reader.list(together(number, Reader.bytes)) for _ in "ug"]
    need(all(a[0] < b[0] for known in owners for a, b in zip(known, known[1:])), "owners are not in order")
    items = reader.list(read_node if level == 0 else together(Reader.bytes, fixed(32), number, number))
    names = [item["name"] if level == 0 else item[0] for item in items]
    need(not reader.left() and all(a < b for a, b in zip([b""] + names, names)), "a page is not in order")
    return Page(level, *map(dict, owners), items)

# ---- section 8: snapshots; section 9: leases

VOLUME = {1: text, 3: text, 5: number, 6: fixed(32), 8: fixed(32)}
DUMP = {1: text, **{tag: number for tag in (3, 5, 7, 9, 11, 13, 15, 17, 18, 19, 21, 22, 24, 30)}, 26: more(2), 28: fixed(32), 32: more(2)}
HEAD = {1: text, 3: text, 5: time, 7: time, 8: text, 10: listed(Reader.text), 11: together(fixed(32), number), 12: fixed(32),
        13: number, 14: more(10), 16: nested(VOLUME), 18: nested(DUMP), 20: fixed(32),
        22: listed(fixed(32))}
SELECTION = {2: listed(Reader.bytes), 4: number, 6: number}
BODY = {1: read_node, 2: raw, 4: raw, 5: listed(Reader.bytes), 6: listed(Reader.text), 8: number,
        10: listed(Reader.bytes, number, number), 12: listed(Reader.bytes, number), 14: listed(number, number), 16: nested(SELECTION)}
LEASE = {1: fixed(32), 3: fixed(16), 5: fixed(16), 7: fixed(16), 9: number, 11: number, 13: number, 14: number, 16: time,
         18: listed(fixed(32)), 20: fixed(32)}

def open_snapshot_head(snapshot, index_key):
    head = fields(unpad(seal_open(derive(index_key, "snapshot-head"), snapshot.aad, snapshot.head)), HEAD)
    for name, limit in ((head[1], 255), (head[3], 65535)):
        need(0 < len(name.encode()) <= limit and name not in (".", "..") and not set(name) & set("/\0"), "a host or source")
    need(16 in head or 18 not in head, "a dump and no volume")
    need(16 not in head or (head[1], head[3]) == (head[16][1], head[16][3]), "a volume under another host or source")
    if head[13] > 7:
        raise Newer("flags of a snapshot")
    return head

def open_snapshot_body(snapshot, repository, head, tree_seed):
    clear, rest = snapshot.clear, snapshot.rest
    key = open_run_key(rest[:1212], repository, clear[3], clear[7], 2, tree_seed)
    body = fields(unpad(seal_open(derive(key, "snapshot-body", clear[9]), snapshot.aad, rest[1212:])), BODY)
    need(body[1]["type"] == 2 and not body[1]["name"] and body[1]["page"] == head[11], "the root of a snapshot")
    return body

def read_lease(data):
    """Section 9; the signature is not yet checked."""
    clear, end = envelope(data, 14)
    need(len(data) == end + 64 and len(data) <= 65536, "the end of a lease")
    return fields(clear, LEASE)

if __name__ == "__main__":
    import commands
    sys.exit(commands.main(sys.argv[1:]) if len(sys.argv) > 2 else __doc__)
