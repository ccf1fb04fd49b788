#!/usr/bin/env python3
"""A second reader of SnapFs repositories, written from docs/format.md alone; section numbers refer to it.

    read.py vectors DIRECTORY              checks every vector of a directory
    read.py repository DIRECTORY PASSWORD  checks a repository and lists the files of its snapshots

It needs libsodium and libzstd, as SnapFs does, and no Python packages.
"""
import base64, ctypes, hashlib, hmac, os, struct, sys

sodium = ctypes.CDLL("libsodium.so.23")
zstd = ctypes.CDLL("libzstd.so.1")
sodium.sodium_init()
zstd.ZSTD_decompress.restype = ctypes.c_size_t
Long, Size = ctypes.c_ulonglong, ctypes.c_size_t

class Damaged(Exception): pass
class Newer(Exception): pass

def need(condition, finding):
    if not condition:
        raise Damaged(finding)

# ---- section 2: numbers, fields, envelope, cryptography

class Reader:
    def __init__(self, data): self.data, self.at = data, 0
    def left(self): return len(self.data) - self.at
    def take(self, n):
        need(0 <= n <= self.left(), "a length passes the end")
        self.at += n
        return self.data[self.at - n:self.at]
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
    def zigzag(self):
        value = self.varint()
        return (value >> 1) ^ -(value & 1)
    def bytes(self): return self.take(self.varint())
    def items(self): return self.list(self.bytes)
    def list(self, item): return [item() for _ in range(self.varint())]
    def time(self): return self.zigzag(), self.varint()
    def several(self, count): return [self.varint() for _ in range(count)]
    def until_end(self, item):
        while self.left():
            yield item()

def number(value): return Reader(value).varint()
def text(value): return value.decode()
def time(value): return "%d %d" % Reader(value).time()
def texts(value): return " ".join(map(text, Reader(value).items()))
def listed(item):
    """Shows the items of a list, each a few values."""
    return lambda value: " | ".join(" ".join(map(str, one)) for one in (lambda reader: reader.list(lambda: item(reader)))(Reader(value)))
def numbers(form): return lambda value: " ".join(map(str, struct.unpack(form, value)))

def fields(data, table):
    """A field list by tags. The table has name and decoder of each known tag, or None; odd tags are critical."""
    reader, result, last = Reader(data), {}, 0
    while reader.left():
        tag, value = reader.varint(), reader.bytes()
        need(tag > last, "tags do not ascend")
        last = tag
        result[tag] = value
        if tag % 2 and tag not in table:
            raise Newer(f"critical field {tag}")
    return result

def named(values, table):
    """What vectors show of a field list: every field that has a name; those with odd tags must be there."""
    need(all(tag in values for tag, entry in table.items() if entry and tag % 2), "a field is missing")
    return {entry[0]: entry[1](values[tag]) for tag, entry in table.items() if entry and tag in values}

def envelope(data, kind, table):
    """Returns the clear fields and the offset of what follows them."""
    need(data[:4] == b"SNFS" and len(data) > 12 and data[4] == kind, "not an object of this kind")
    if data[5] != 1 or data[6:8] != b"\1\0":
        raise Newer("version or suite")
    reader = Reader(data[8:])
    clear = reader.take(reader.u32())
    return fields(clear, table), 8 + reader.at

def lp(data): return struct.pack("<I", len(data)) + data
def mac(key, data): return hmac.digest(key, data, "sha256")

def derive(secret, purpose, context=b"", length=32):
    info = lp(b"snapfs") + lp(purpose.encode()) + lp(context)
    key, block, result = mac(bytes(32), secret), b"", b""
    for i in range(1, -(-length // 32) + 1):
        block = mac(key, block + info + bytes([i]))
        result += block
    return result[:length]

def gcm_open(key, nonce, data, aad):
    need(len(data) >= 16, "a sealed message is too short")
    plain = ctypes.create_string_buffer(max(len(data) - 16, 1))
    need(sodium.crypto_aead_aes256gcm_is_available(), "this machine has no AES instructions")
    need(0 == sodium.crypto_aead_aes256gcm_decrypt(
        plain, None, None, data, Long(len(data)), aad, Long(len(aad)), nonce, key), "a tag does not match")
    return plain.raw[:len(data) - 16]

def seal_open(key, aad, data):
    plain = gcm_open(derive(key, "seal-key"), data[:12], data[12:], aad)
    need(data[:12] == mac(derive(key, "seal-nonce"), lp(aad) + lp(plain))[:12], "a nonce is not synthetic")
    return plain

def box_open(seed, box):
    public, private = ctypes.create_string_buffer(32), ctypes.create_string_buffer(32)
    sodium.crypto_box_seed_keypair(public, private, seed)
    plain = ctypes.create_string_buffer(len(box) - 48)
    need(0 == sodium.crypto_box_seal_open(plain, box, Long(len(box)), public, private), "a box does not open")
    return plain.raw

def public_keys(seed):
    """The X25519 and the Ed25519 public key of a seed."""
    box, sign, private = (ctypes.create_string_buffer(n) for n in (32, 32, 64))
    sodium.crypto_box_seed_keypair(box, private, seed)
    sodium.crypto_sign_seed_keypair(sign, private, seed)
    return box.raw, sign.raw

def padme(length):
    if length < 2:
        return length
    e = length.bit_length() - 1
    zeros = max(0, e - max(1, e.bit_length()))
    return -(-length >> zeros) << zeros

def unpad(data):
    reader = Reader(data)
    content = reader.take(reader.u32())
    need(not any(data[reader.at:]) and len(data) == padme(4 + len(content)), "the filler is wrong")
    return content

class Keys:
    """Section 3: what derives from the secrets of an administrator and of a domain."""
    def __init__(self, repository, root_seed, epoch_secret):
        self.repository, self.root_seed, self.epoch_secret = repository, root_seed, epoch_secret
        self.signers = {}

    def set_domain(self, domain_id, secret, tree_seed, data_seed):
        self.domain, self.secret, self.seeds = domain_id, secret, {1: data_seed, 2: tree_seed}
        self.index = derive(secret, "index")
        self.trust(public_keys(derive(self.epoch_secret, "signer", domain_id))[1], True, "")

    def trust(self, public, any_host, host):
        self.signers[hashlib.sha256(public).digest()[:8]] = public, any_host, host

    def chunk_id(self, kind, plain): return mac(derive(self.secret, "chunk-id", bytes([kind])), plain)

    def verify(self, public, kind, data, signature):
        message = lp(b"snapfs signature") + lp(self.repository) + bytes([kind]) + lp(data)
        need(len(signature) == 64 and 0 == sodium.crypto_sign_verify_detached(
            signature, message, Long(len(message)), public), "the signature is wrong")

    def verify_agent(self, signer, kind, data, signature):
        need(signer in self.signers, "the signer has no certificate")
        self.verify(self.signers[signer][0], kind, data, signature)

    def rooted(self, data, kind, known):
        clear, end = envelope(data, kind, known)
        need(len(data) == end + 64, "no signature at the end")
        self.verify(public_keys(self.root_seed)[1], kind, data[:end], data[end:])
        return clear

# ---- section 3: config and keys

CONFIG = {1: ("created", number), 3: ("root-public-key", bytes.hex), 5: ("chunk-limits", numbers("<3I")),
          7: ("group-limits", numbers("<2I")), 9: ("compression-level", lambda value: Reader(value).zigzag()),
          11: ("inline-limit", number), 13: ("salt", bytes.hex)}
SLOT = {1: None, 2: ("label", text), 4: ("created", number), 5: None, 7: ("memory-kib", number), 9: ("passes", number)}
ADMINISTRATOR = {1: ("root-seed", bytes.hex), 3: ("epoch", number), 5: ("epoch-secret", bytes.hex)}
EPOCH = {1: None, 3: ("number", number), 5: None}
DOMAIN = {1: None, 3: ("domain-id", bytes.hex), 5: ("epoch", number), 7: ("tree-public-key", bytes.hex),
          9: ("data-public-key", bytes.hex), 11: None}
DOMAIN_SECRETS = {1: ("domain-secret", bytes.hex), 3: ("tree-seed", bytes.hex), 5: ("data-seed", bytes.hex)}
CERTIFICATE = {1: None, 3: ("public-key", bytes.hex), 5: ("domain-id", bytes.hex),
               7: ("any-host", lambda value: number(value) & 1)}
CERTIFICATE_NAMES = {1: ("host", text), 2: ("agent-name", text)}

def read_config(keys, data):
    need(hashlib.sha256(data[:-32]).digest() == data[-32:], "the checksum is wrong")
    clear, end = envelope(data, 1, CONFIG)
    need(end == len(data) - 32, "bytes are left over")
    low, target, high = struct.unpack("<3I", clear[5])
    need(1 <= low <= target <= high <= 64 << 20 and target >= 64, "chunk limits")
    return named(clear, CONFIG)

def administrator(data): return named(fields(data, ADMINISTRATOR), ADMINISTRATOR)

def read_slot(keys, data, password):
    clear, end = envelope(data, 2, SLOT)
    memory, passes, key = number(clear[7]), number(clear[9]), ctypes.create_string_buffer(32)
    need(65536 <= memory <= 4194304 and 2 <= passes <= 64, "the cost is out of bounds")
    need(0 == sodium.crypto_pwhash(key, Long(32), password, Long(len(password)), clear[5], Long(passes),
                                   Size(memory * 1024), 2), "no memory")
    return {"label": "", **named(clear, SLOT), **administrator(unpad(seal_open(key.raw, data[:end], data[end:])))}

def read_epoch(keys, data, secret):
    clear = keys.rooted(data, 3, EPOCH)
    result = named(clear, EPOCH)
    if 5 in clear:
        wrap = derive(secret, "epoch-wrap", struct.pack("<I", result["number"]))
        result["previous-secret"] = seal_open(wrap, b"", clear[5]).hex()
    return result

def read_domain(keys, data):
    clear = keys.rooted(data, 4, DOMAIN)
    plain = unpad(seal_open(derive(keys.epoch_secret, "domain", clear[3]), clear[3], clear[11]))
    secrets = fields(plain, DOMAIN_SECRETS)
    need(public_keys(secrets[3])[0] == clear[7] and public_keys(secrets[5])[0] == clear[9], "keys do not match")
    return {**named(clear, DOMAIN), **named(secrets, DOMAIN_SECRETS)}

def read_certificate(keys, data):
    clear = keys.rooted(data, 5, CERTIFICATE)
    names = fields(unpad(seal_open(derive(keys.index, "certificate-names"), clear[3], clear[8])), CERTIFICATE_NAMES)
    return {**named(clear, CERTIFICATE), **named(names, CERTIFICATE_NAMES),
            "signer": hashlib.sha256(clear[3]).hexdigest()[:16]}

def key_payload(role, payload):
    body, check = payload[:-4], payload[-4:]
    need(hashlib.sha256(b"snapfs-key-1:" + role + b":" + body).digest()[:4] == check, "the key file was altered")
    return {**administrator(body[32:]), "repository-id": body[:32].hex()}

def read_key_file(keys, data):
    prefix, role, payload = data.strip().split(b":")
    need(prefix == b"snapfs-key-1" and role == b"administrator", "not an administrator's key file")
    return key_payload(role, base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))

def read_paper(keys, data):
    alphabet, payload = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=+", b""
    for line in data.decode().splitlines():
        n, letters = line.split(":")
        values = [alphabet.index(letter) for letter in letters if letter != " "]
        check = int(n) + sum(i * value for i, value in enumerate(values[:-1], 1))
        need(check % 37 == values[-1], f"a slip in line {n}")
        bits = "".join(f"{value:05b}" for value in values[:-1])
        payload += bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits) // 8 * 8, 8))
    return key_payload(b"administrator", payload)

# ---- sections 4 to 6: chunks, packs, index

def read_chunker(keys, data):
    gear = struct.unpack("<256Q", derive(keys.secret, "gear", b"", 2048))
    (low, target, high), bits, lengths, start = (64, 256, 1024), 8, [], 0
    while start < len(data):
        h, i, end = 0, low, min(high, len(data) - start)
        while i < end:
            h = (h << 1) + gear[data[start + i]] & (1 << 64) - 1
            i += 1
            if h >> 64 - (bits + 2 if i - 1 < target else bits - 2) == 0:
                break
        lengths.append(min(i, end) if end > low else end)
        start += lengths[-1]
    return {"limits": "64 256 1024", "lengths": " ".join(map(str, lengths))}

PACK = {1: ("domain", bytes), 3: ("epoch", number), 5: ("kind", number), 7: ("box", bytes), 9: ("commitment", bytes),
        11: ("signer", bytes), 13: None}
AGENT_SIGNED = {1: None, 3: None, 5: None, 7: None}

def describe(data, salt):
    """A pack description; its frames as (offset, stored, plain, codec, [(chunk id, length)])."""
    clear = fields(data, PACK)
    reader, offset, frames = Reader(clear[13]), 24, []
    while reader.left():
        stored, plain, codec = reader.varint(), reader.varint(), reader.u8()
        frames.append((offset, stored, plain, codec, reader.list(lambda: (reader.take(32), reader.varint()))))
        offset += stored
    return {**named(clear, PACK), "salt": salt, "frames": frames}

def show(pack):
    chunks = [chunk for frame in pack["frames"] for chunk in frame[4]]
    return {"kind": pack["kind"], "epoch": pack["epoch"], "signer": pack["signer"].hex(), "salt": pack["salt"].hex(),
            **{f"frame-{i}": "%d %d %d %d" % f[:4] + f" {len(f[4])}" for i, f in enumerate(pack["frames"], 1)},
            **{f"chunk-{i}": f"{name.hex()} {length}" for i, (name, length) in enumerate(chunks, 1)}}

def pack_key(keys, pack):
    key = box_open(keys.seeds[pack["kind"]], pack["box"])
    need(mac(derive(key, "commit", pack["salt"]), b"snapfs pack key") == pack["commitment"], "another key was sealed")
    return key

def open_frame(keys, pack, key, data, frame):
    """Yields the chunks of a frame, each checked against its id."""
    offset, stored, plain, codec, chunks = frame
    sealed, salt = data[offset:offset + stored], pack["salt"]
    name = chunks[0][0] if len(chunks) == 1 else hashlib.sha256(b"".join(c[0] for c in chunks)).digest()
    need(sealed[:12] == mac(derive(key, "frame-nonce", salt), lp(name) + bytes([codec]))[:12], "a nonce is wrong")
    content = gcm_open(derive(key, "frame", salt), sealed[:12], sealed[12:],
                       lp(b"frame") + salt + bytes([codec]) + struct.pack("<I", plain))
    if codec == 1:
        out = ctypes.create_string_buffer(max(plain, 1))
        need(zstd.ZSTD_decompress(out, Size(plain), content, Size(len(content))) == plain, "zstd")
        content = out.raw[:plain]
    need(len(content) == plain == sum(length for _, length in chunks), "lengths do not add up")
    reader = Reader(content)
    for chunk, length in chunks:
        piece = reader.take(length)
        need(keys.chunk_id(pack["kind"], piece) == chunk, "a chunk's id is wrong")
        yield chunk, piece

def open_pack(keys, data):
    need(data[:5] == b"SNFS\x08" and len(data) > 92 and len(data) == padme(len(data)), "not a pack")
    if data[5:8] != b"\1\1\0":
        raise Newer("version or suite")
    length, salt = struct.unpack("<I", data[-4:])[0], data[8:24]
    need(length <= len(data) - 92, "the footer has no room")
    footer = data[-68 - length:-68]
    pack = describe(unpad(seal_open(derive(keys.index, "pack-footer", salt), data[:8], footer)), salt)
    keys.verify_agent(pack["signer"], 8, data[:24] + footer, data[-68:-4])
    return pack

def read_pack(keys, data):
    pack = open_pack(keys, data)
    key = pack_key(keys, pack)
    plain = [chunk for frame in pack["frames"] for _, chunk in open_frame(keys, pack, key, data, frame)]
    return {**show(pack), **{f"plain-{i}": hashlib.sha256(chunk).hexdigest() for i, chunk in enumerate(plain, 1)}}

def open_segment(keys, data):
    clear, end = envelope(data, 9, AGENT_SIGNED)
    keys.verify_agent(clear[5], 9, data[:-64], data[-64:])
    reader = Reader(unpad(seal_open(derive(keys.index, "index-segment"), data[:end], data[end:-64])))
    packs = reader.list(lambda: (reader.take(32), reader.varint(), reader.take(16), reader.bytes()))
    return [(name, length, describe(description, salt)) for name, length, salt, description in packs]

def read_segment(keys, data):
    (name, length, pack), = open_segment(keys, data)
    return {**show(pack), "pack": name.hex(), "pack-length": length}

# ---- sections 7 to 9: trees, snapshots, leases

def read_node(data):
    reader = Reader(data)
    node = {"name": reader.bytes(), "type": reader.u8()}
    flags = reader.varint()
    node["mode"], node["uid"], node["gid"] = reader.varint(), reader.varint(), reader.varint()
    node["mtime"] = reader.time()
    wrap = lambda n: (n + (1 << 63)) % (1 << 64) - (1 << 63)
    relative = lambda: (wrap(node["mtime"][0] + reader.zigzag()), reader.varint())
    node["ctime"] = relative()
    node["birth"] = relative() if flags & 1 else None
    node["inode"], node["device"], node["links"] = reader.varint(), reader.varint(), reader.varint()
    kind, content, xattrs = node["type"], "-", ""
    if kind == 1:
        size, extents = reader.varint(), Reader(reader.bytes()) if flags & 4 else None
        content, end, node["extents"] = str(size), 0, None
        if extents:
            need(extents.u8() == 0, "the form of extents")
            node["extents"] = []
            for gap, length in extents.until_end(lambda: (extents.varint(), extents.varint())):
                node["extents"].append((end + gap, length))
                content += f" [{end + gap} {length}]"
                end += gap + length
        form = reader.u8()
        node["size"], node["inline"], node["list"] = size, reader.bytes() if form == 1 else b"", None
        if form == 1:
            content += " " + node["inline"].hex()
        elif form == 2:
            node["list"] = Reader(reader.bytes())
            node["level"] = node["list"].u8()
            node["list"] = list(node["list"].until_end(lambda: (node["list"].take(32), node["list"].varint())))
            content += f" level {node['level']}" + "".join(f" {name.hex()} {length}" for name, length in node["list"])
    elif kind == 2:
        node["page"] = reader.take(32)
        content = f"{node['page'].hex()} {reader.varint()} {reader.varint()} {reader.varint()}"
    elif kind == 3:
        node["target"] = reader.bytes()
        content = node["target"].hex()
    elif kind in (4, 5):
        content = str(reader.varint())
    if flags & 2:
        attributes = Reader(reader.bytes())
        while attributes.left():
            name, length = attributes.bytes(), attributes.varint()
            xattrs += (f" {name.hex()}@{attributes.take(32).hex()} {length >> 1}" if length & 1
                       else f" {name.hex()}={attributes.take(length >> 1).hex()}")
    node["content"] = content + xattrs
    extensions = fields(reader.bytes(), {}) if flags & 8 else {}
    node["afs"] = read_afs(Reader(extensions[4])) if 4 in extensions else None
    need(not reader.left(), "bytes are left over")
    return node

def read_afs(reader):
    """Section 7.5."""
    numbers = reader.several(2) + [reader.u8()] + reader.several(3) + [reader.zigzag(), reader.zigzag()] + reader.several(4)
    content = ""
    if numbers[2] == 2:
        content = f" {reader.bytes().hex() or '-'} {reader.varint()}"
        chunks = Reader(reader.bytes())
        if chunks.left():
            content += f" level {chunks.u8()}" + "".join(
                f" {name.hex()} {length}" for name, length in chunks.until_end(lambda: (chunks.take(32), chunks.varint())))
    need(numbers[0] and 1 <= numbers[2] <= 3 and not reader.left(), "no vnode")
    return " ".join(map(str, numbers)) + content

def open_page(data):
    """The level of a page, its owners, and its nodes or the pages below it."""
    reader = Reader(data)
    if reader.u8() != 1:
        raise Newer("page version")
    level = reader.u8()
    fields(reader.bytes(), {})
    users, groups = (dict(reader.list(lambda: (reader.varint(), reader.bytes()))) for _ in "ug")
    items = reader.list(lambda: read_node(reader.bytes()) if level == 0 else
                        (reader.bytes(), reader.take(32), reader.varint(), reader.varint())[1])
    need(not reader.left(), "bytes are left over")
    return level, users, groups, items

def read_page(keys, data):
    level, users, groups, nodes = open_page(data)
    result = {"level": level}
    for i, n in enumerate(nodes, 1):
        time = lambda t: f"{t[0]}.{t[1]}" if t else "-"
        result[f"node-{i}"] = (
            f"{n['name'].hex()} {n['type']} {n['mode']} {n['uid']}={users[n['uid']].hex()} "
            f"{n['gid']}={groups[n['gid']].hex()} {time(n['mtime'])} {time(n['ctime'])} {time(n['birth'])} "
            f"{n['inode']} {n['device']} {n['links']}")
        result[f"content-{i}"] = n["content"]
        if n["afs"]:
            result[f"afs-{i}"] = n["afs"]
    return result

VOLUME = {1: ("volume-cell", text), 3: ("volume-name", text), 5: ("volume-id", number),
          6: ("chain-full", bytes.hex), 8: ("chain-predecessor", bytes.hex)}
DUMP = {1: ("dump-name", text), 3: ("dump-id", number), 5: ("dump-type", number), 7: ("dump-from", number),
        9: ("dump-to", number), 11: ("dump-created", number), 13: ("dump-updated", number), 15: ("dump-cloned", number),
        17: ("dump-accessed", number), 18: ("dump-taken", number), 19: ("dump-length", number),
        21: ("dump-full-length", number), 22: ("dump-quota", number), 24: ("dump-used", number),
        26: ("dump-salvage", lambda value: " ".join(str(n) for n in Reader(value).several(2)))}
HEAD = {1: ("host", text), 3: ("source", text), 5: ("started", time), 7: ("ended", time), 8: ("agent", text),
        10: ("tags", texts), 11: ("root-page", lambda value: f"{value[:32].hex()} {number(value[32:])}"),
        12: ("previous", bytes.hex), 13: ("partial", lambda value: number(value) & 1),
        14: ("statistics", lambda value: " ".join(str(n) for n in Reader(value).several(10)))}
SELECTION = {2: ("excludes", lambda value: ",".join(map(bytes.hex, Reader(value).items()))), 4: ("flags", number),
             6: ("more-excludes", number)}
BODY = {1: ("root-node", bytes.hex), 2: ("root-user", bytes.hex), 4: ("root-group", bytes.hex),
        5: ("paths", lambda value: " ".join(map(bytes.hex, Reader(value).items()))),
        6: ("problems", lambda value: " | ".join(map(text, Reader(value).items()))), 8: ("more-problems", number),
        10: ("problem-details", listed(lambda reader: (reader.bytes().hex() or "-", reader.varint(), reader.varint()))),
        12: ("omissions", listed(lambda reader: (reader.bytes().hex(), reader.varint()))),
        14: ("more-omissions", listed(lambda reader: (reader.varint(), reader.varint()))),
        16: ("selection", lambda value: " ".join(f"{name}={shown}" for name, shown in named(fields(value, SELECTION), SELECTION).items()))}
LEASE = {1: None, 3: ("run-id", bytes.hex), 5: ("sequence", number), 7: ("signer", bytes.hex), 9: ("run-kind", number),
         11: ("time", number), 13: ("ended", number)}

def read_snapshot(keys, data):
    clear, end = envelope(data, 11, AGENT_SIGNED)
    keys.verify_agent(clear[5], 11, data[:-64], data[-64:])
    reader = Reader(data[end:-64])
    sealed = reader.take(reader.u32())
    head = fields(unpad(seal_open(derive(keys.index, "snapshot-head"), data[:end + 4], sealed)), HEAD)
    sealed = reader.take(reader.u32())
    body = fields(unpad(seal_open(box_open(keys.seeds[2], sealed[:80]), keys.domain, sealed[80:])), BODY)
    any_host, host = keys.signers[clear[5]][1:]
    need(any_host or host == head[1].decode(), "the signer may not sign for this host")
    volume = named(fields(head[16], VOLUME), VOLUME) if 16 in head else {}
    dump = named(fields(head[18], DUMP), DUMP) if 18 in head else {}
    return {"tags": "", "previous": "", **volume, **dump, **named(head, HEAD), "xattrs": number(head[13]) >> 1 & 1, **named(body, BODY)}

def read_lease(keys, data):
    clear, end = envelope(data, 12, LEASE)
    keys.verify_agent(clear[7], 12, data[:end], data[end:])
    return named(clear, LEASE)

# ---- the two commands

def parse(path):
    head, _, body = open(path, encoding="utf-8").read().partition("\n\n")
    return dict(line.split(": ", 1) for line in head.splitlines()), bytes.fromhex(body)

def check_vectors(directory):
    secrets, _ = parse(os.path.join(directory, "secrets.txt"))
    secret = lambda name: bytes.fromhex(secrets[name])
    keys = Keys(secret("repository-id"), secret("root-seed"), secret("epoch-secret"))
    keys.set_domain(secret("domain-id"), secret("domain-secret"), secret("tree-seed"), secret("data-seed"))
    readers = {
        "config": read_config, "passphrase-slot": lambda k, d: read_slot(k, d, secrets["password"].encode()),
        "epoch": lambda k, d: read_epoch(k, d, secret("epoch-2-secret")), "domain": read_domain,
        "agent-certificate": read_certificate, "pack": read_pack, "index-segment": read_segment,
        "snapshot": read_snapshot, "lease": read_lease, "tree-page": read_page, "key-file": read_key_file,
        "paper-key": read_paper, "chunker": read_chunker}
    failed = count = 0
    for name in sorted(os.listdir(directory)):
        if not name.endswith(".txt") or name == "secrets.txt":
            continue
        header, data = parse(os.path.join(directory, name))
        expected = {k: v for k, v in header.items() if k not in ("expect", "object", "about")}
        try:
            decoded = {k: str(v) for k, v in readers[header["object"]](keys, data).items()}
            outcome = "ok" if {**decoded, "sha256": hashlib.sha256(data).hexdigest()} == expected else f"got {decoded}"
        except Damaged:
            outcome = "damaged"
        except Newer:
            outcome = "newer"
        count += 1
        if outcome != header["expect"]:
            failed += 1
            print(f"{name}: expected {header['expect']}, {outcome}")
    print(f"{count} vectors, {failed} failed")
    return failed or not count

def load(directory, folder):
    """Every object of a folder, its name checked."""
    for at, _, names in sorted(os.walk(os.path.join(directory, folder))):
        for name in sorted(names):
            data = open(os.path.join(at, name), "rb").read()
            need(hashlib.sha256(data).hexdigest() == name, f"{folder}/{name}: not its SHA-256")
            yield data

def check_repository(directory, password):
    config = open(os.path.join(directory, "config"), "rb").read()
    objects = {kind: [d for d in load(directory, "keys") if d[4] == kind] for kind in range(2, 6)}
    keys = Keys(hashlib.sha256(config).digest(), b"", b"")
    root = read_config(keys, config)["root-public-key"]
    slot = read_slot(keys, objects[2][0], password.encode())
    keys.root_seed, keys.epoch_secret = bytes.fromhex(slot["root-seed"]), bytes.fromhex(slot["epoch-secret"])
    need(public_keys(keys.root_seed)[1].hex() == root, "another root")
    need([read_epoch(keys, d, keys.epoch_secret)["number"] for d in objects[3]] == [slot["epoch"]], "epochs")
    domain = read_domain(keys, objects[4][0])
    keys.set_domain(*(bytes.fromhex(domain[k]) for k in ("domain-id", "domain-secret", "tree-seed", "data-seed")))
    keys.signers.clear()
    for data in objects[5]:
        certificate = read_certificate(keys, data)
        keys.trust(bytes.fromhex(certificate["public-key"]), certificate["any-host"], certificate["host"])
    chunks = {}
    for data in load(directory, "index"):
        for name, length, pack in open_segment(keys, data):
            path = os.path.join(directory, "packs", name.hex()[:2], name.hex())
            content = open(path, "rb").read()
            need(hashlib.sha256(content).digest() == name and len(content) == length, f"pack {name.hex()}")
            need(open_pack(keys, content) == pack, "footer and index differ")
            key = pack_key(keys, pack)
            for frame in pack["frames"]:
                chunks.update(((pack["kind"], c), p) for c, p in open_frame(keys, pack, key, content, frame))

    def data_of(level, references):
        for name, length in references:
            if level == 0:
                need(len(chunks[1, name]) == length, "a length is wrong")
                yield chunks[1, name]
            else:
                below = Reader(chunks[2, name])
                yield from data_of(below.u8(), list(below.until_end(lambda: (below.take(32), below.varint()))))

    def walk(page, path):
        level, _, _, items = open_page(chunks[2, page])
        for item in items:
            if level:
                walk(item, path)
                continue
            name = path + b"/" + item["name"]
            digest = "-"
            if item["type"] == 1:
                data = item["inline"] + b"".join(data_of(item.get("level", 0), item["list"] or []))
                if item["extents"] is not None:
                    whole, source = bytearray(item["size"]), Reader(data)
                    for offset, length in item["extents"]:
                        whole[offset:offset + length] = source.take(length)
                    data = bytes(whole)
                need(len(data) == item["size"], "a file's size is wrong")
                digest = hashlib.sha256(data).hexdigest()
            elif item["type"] == 3:
                digest = item["target"].decode(errors="backslashreplace")
            print(item["type"], f"{item['mode']:04o}", item["uid"], item["gid"], "%d.%09d" % item["mtime"], digest,
                  name.decode(errors="backslashreplace"))
            if item["type"] == 2:
                walk(item["page"], name)

    for data in load(directory, "snapshots"):
        snapshot = read_snapshot(keys, data)
        print("snapshot", hashlib.sha256(data).hexdigest(), snapshot["host"], snapshot["source"])
        walk(bytes.fromhex(snapshot["root-page"].split()[0]), b"")
    return 0

if __name__ == "__main__":
    if sys.argv[1:2] == ["vectors"] and len(sys.argv) == 3:
        sys.exit(check_vectors(sys.argv[2]))
    if sys.argv[1:2] == ["repository"] and len(sys.argv) == 4:
        sys.exit(check_repository(*sys.argv[2:]))
    sys.exit(__doc__)
