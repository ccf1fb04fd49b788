#!/usr/bin/env python3
"""Writes a SnapFs repository from docs/format.md alone; section numbers refer to it.

    make.py DIRECTORY [--seed N] [--extra NAME]...     (extras.py has the names)

Writes the repository DIRECTORY, DIRECTORY.keys/ with key files, and DIRECTORY.json: passphrases, what each key sees, and every
file of every snapshot. All of it follows from the seed, so that it can be made again; for that, compressed frames are put together by hand.
"""
import argparse, base64, json, os, shutil, struct
from primitives import *
from vectors import cut

NOW, NEWEST = 1795000000, 4712
LIMITS, GROUP, INLINE, FANOUT, PAGE = (1024, 4096, 16384), (2048, 8192), 512, 8, 12
DATA, TREE = 1, 2

# ---- section 2.2 and 2.3

def varint(n):
    result = bytearray()
    while n > 127:
        result.append(n & 127 | 128)
        n >>= 7
    return bytes(result + bytes([n]))

def zigzag(n):
    n = (n + (1 << 63)) % (1 << 64) - (1 << 63)
    return varint(n << 1 if n >= 0 else -n * 2 - 1)

def vbytes(data): return varint(len(data)) + data
def listed(items): return varint(len(items)) + b"".join(items)
def time(seconds, nanoseconds=0): return zigzag(seconds) + varint(nanoseconds)
def fields(values): return b"".join(varint(tag) + vbytes(value) for tag, value in sorted(values.items()) if value is not None)
def header(kind, version=1, suite=2): return b"SNFS" + bytes([kind, version]) + struct.pack("<H", suite)
def plain_object(kind, values, **envelope): return header(kind, **envelope) + lp(fields(values))

def sealed_object(kind, values, tag, sealing):
    """Section 3.2: the last field is what `sealing` makes of the first 8 bytes and all fields before it."""
    return plain_object(kind, {**values, tag: sealing(header(kind) + fields(values))})

class Chance:
    """Bytes that follow from a seed and a label, each label once."""
    def __init__(self, seed): self.seed, self.used = b"make.py %d" % seed, set()
    def __call__(self, label, n=32):
        assert label not in self.used, label
        self.used.add(label)
        return b"".join(derive(self.seed, label, u32(i), 8000) for i in range(-(-n // 8000)))[:n]

class Person:
    """Section 2.4: who has a secret."""
    def __init__(self, name, secret):
        self.name, self.secret, self.sequence = name, secret, 0
        self.seed = derive(secret, "signer")
        self.signer, self.recipient = signer_key(self.seed), recipient_key(derive(secret, "recipient"))
        self.id, self.recipient_id = key_id(self.signer), key_id(self.recipient)

class Domain:
    def __init__(self, chance, host):
        self.host, self.id, self.secret = host, chance("domain id " + host, 16), chance("domain secret " + host)
        self.epochs, self.chunks, self.segments, self.heads = [], {}, [], []
        self.chunk_key = {kind: derive(self.secret, "chunk-id", bytes([kind])) for kind in (DATA, TREE)}
        self.gear = struct.unpack("<256Q", derive(self.secret, "gear", b"", 2048))

    def index_key(self, epoch): return next(entry[1] for entry in self.epochs if entry[0] == epoch)
    def seed(self, epoch, kind): return next(entry[4 - kind] for entry in self.epochs if entry[0] == epoch)

# ---- section 3: a repository and its keys

class Repository:
    def __init__(self, directory, seed):
        self.directory, self.chance = directory, Chance(seed)
        self.root = Person("root", self.chance("root"))
        self.config = plain_object(1, {1: varint(NOW), 3: self.root.signer, 5: struct.pack("<3I", *LIMITS), 7: struct.pack("<2I", *GROUP),
                                       9: zigzag(3), 11: varint(INLINE), 13: self.chance("salt"), 15: self.root.recipient})
        self.id, self.epoch, self.snapshots, self.excluded = sha(self.config), 0, {}, {}

    def put(self, path, data):
        path = os.path.join(self.directory, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)

    def put_named(self, folder, data):
        """Returns the name as bytes."""
        self.put(f"{folder}/{sha(data).hex()}", data)
        return sha(data)

    def base(self, epoch=None, id=None): return {1: id or self.id, 3: varint(self.epoch if epoch is None else epoch)}

    def put_key(self, data, seed=None, folder="keys", id=None):
        """Signs an object of section 3.2 by the authority, or another key."""
        name = self.put_named(folder, data + sign(seed or self.authority, id or self.id, data[4], data))
        if data[4] in (3, 6, 7, 8, 18):
            self.starting.append(name)
        return name

    def start_epoch(self, n, people, vouchers=()):
        """Section 3.2: all that is to go on, signed anew; the epoch object last."""
        self.starting, self.epoch = [], n
        self.epoch, self.secret, self.authority = n, self.chance(f"epoch secret {n}"), self.chance(f"authority {n}")
        for domain in people.domains:
            domain.epochs.append((n, *(self.chance(f"{what} {n} {domain.host}") for what in ("index key", "tree seed", "data seed"))))
            self.put_domain(domain, 1 if domain is people.domains[0] else 0)
        secrets = fields({1: varint(n), 3: self.secret, 5: self.authority, 8: self.root.secret})
        for one in people.administrators:
            self.put_key(plain_object(3, {**self.base(), 5: one.signer, 7: one.recipient, 8: one.name.encode(), 10: varint(NOW)}))
            self.put_grant(one, 1, secrets)
        self.put_grant(self.root, 1, secrets)
        self.put_slot(people.administrators[0], people.passphrase)
        for domain, names in vouchers:
            self.put_voucher(domain, names)
        for one, domain, reads in people.agents:
            self.put_certificate(one, domain, [(1, domain.host)])
            entries = {1: domain.id, 3: domain.secret, 5: listed([varint(e[0]) + e[1] for e in domain.epochs])}
            self.put_grant(one, 2, fields({**entries, 7: listed([e[2] + e[3] for e in domain.epochs]) if reads else None}))
        self.put_key(plain_object(9, {**self.base(), 5: people.store, 7: varint(1), 8: b"here"}))
        epoch = plain_object(2, {**self.base(0), 5: varint(n), 7: signer_key(self.authority), 8: varint(NOW + n),
                                 10: listed(sorted(self.starting))})
        self.put_key(epoch, self.root.seed)

    def kind_of(self, name): return open(os.path.join(self.directory, "keys", name.hex()), "rb").read()[4]

    def put_domain(self, domain, flags):
        secrets = pad(fields({1: domain.secret, 3: listed([varint(e[0]) + e[1] + e[2] + e[3] for e in domain.epochs])}))
        trees, data = (recipient_key(domain.seed(self.epoch, kind)) for kind in (TREE, DATA))
        values = {**self.base(), 5: domain.id, 7: trees, 9: data, 10: varint(flags)}
        key = derive(self.secret, "domain", domain.id)
        self.put_key(sealed_object(6, values, 11, lambda aad: seal(key, aad, secrets)))

    def put_grant(self, one, kind, secrets):
        secrets, seed = pad(secrets), self.chance(f"grant {self.epoch} {one.name}", 64)
        self.put_key(sealed_object(5, {**self.base(), 5: one.recipient_id, 7: varint(kind)}, 9,
                                   lambda aad: box(one.recipient, lp(b"grant") + aad, secrets, seed)))

    def put_slot(self, one, passphrase, memory=65536, passes=2, label="office"):
        salt, secret = self.chance(f"slot {self.epoch} {label}", 16), pad(one.secret)
        key = argon2id(passphrase.encode(), salt, memory, passes) if memory < 1 << 20 else bytes(32)
        values = {**self.base(), 5: one.recipient_id, 7: salt, 9: varint(memory), 11: varint(passes), 12: label.encode(), 14: varint(NOW)}
        self.put_key(sealed_object(4, values, 15, lambda aad: seal(key, aad, secret)))

    def put_certificate(self, one, domain, patterns, kinds=(10, 11, 12, 13, 14), not_after=None, seed=None, epoch=None):
        names = pad(fields({1: listed([varint(kind) + vbytes(pattern.encode()) for kind, pattern in patterns]), 2: one.name.encode()}))
        values = {**self.base(epoch), 5: one.signer, 7: domain.id, 9: listed(list(map(varint, kinds))),
                  11: None if not_after is None else varint(not_after), 13: one.recipient}
        key = derive(domain.epochs[-1][1], "certificate")
        return self.put_key(sealed_object(7, values, 15, lambda aad: seal(key, aad, names)), seed)

    def put_revocation(self, one): return self.put_key(plain_object(8, {**self.base(), 5: one.id, 8: b"lost"}))

    def put_voucher(self, domain, names): return self.put_key(plain_object(18, {**self.base(), 5: domain.id, 7: listed(sorted(names))}))

    def key_file(self, role, one):
        """Section 3.4."""
        start = f"snapfs-key-2:{role}:".encode()
        check = sha(start + self.id + one.secret)[:4]
        return start + base64.urlsafe_b64encode(self.id + one.secret + check).rstrip(b"=") + b"\n"

    def paper(self, role, one):
        alphabet, result = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=+", ""
        check = sha(f"snapfs-key-2:{role}:".encode() + self.id + one.secret)[:4]
        payload = bytes([1 + ("root", "administrator", "agent").index(role)]) + self.id + one.secret + check
        for n, at in enumerate(range(0, len(payload), 20), 1):
            bits = "".join(f"{byte:08b}" for byte in payload[at:at + 20])
            values = [int(bits[i:i + 5].ljust(5, "0"), 2) for i in range(0, len(bits), 5)]
            letters = "".join(alphabet[value] for value in values)
            groups = " ".join(letters[i:i + 4] for i in range(0, len(letters), 4))
            result += f"{n}: {groups} {alphabet[(n + sum(i * value for i, value in enumerate(values, 1))) % 37]}\n"
        return result.encode()

# ---- sections 4 to 6: a run that writes packs, segments and a snapshot

def zstd_frame(plain):
    """RFC 8878, without a compressor: one segment with its size, blocks of 1 KiB, those of one byte as RLE."""
    result = struct.pack("<IBI", 0xfd2fb528, 0xa0, len(plain))
    for at in range(0, len(plain), 1024):
        block, last = plain[at:at + 1024], at + 1024 >= len(plain)
        same = block == block[:1] * len(block)
        result += struct.pack("<I", len(block) << 3 | same << 1 | last)[:3] + (block[:1] if same else block)
    return result

def filler(chance, label, used):
    """Random bytes up to a Padmé length."""
    return chance("filler " + label, padme(used) - used)

DUMP = fields({1: b"dump", **{tag: b"\1" for tag in (3, 5, 7, 9, 11, 13, 15, 17, 19, 21)}})

class Run:
    seal, dump = staticmethod(seal), DUMP

    def __init__(self, repository, domain, signer, sequence=None, epoch=None):
        signer.sequence = sequence if sequence is not None else signer.sequence + 1
        self.repository, self.domain, self.signer, self.sequence = repository, domain, signer, signer.sequence
        self.epoch, self.chance = epoch or repository.epoch, repository.chance
        self.label = f"{domain.host} {self.epoch} {signer.name} {self.sequence}"
        while self.label + " run" in self.chance.used:
            self.label += "+"
        self.id, self.index_key = self.chance(self.label + " run", 16), domain.index_key(self.epoch)
        self.new, self.sealed, self.keys, self.names = {DATA: {}, TREE: {}}, {}, {}, []
        self.base = {1: repository.id, 3: domain.id, 5: signer.id, 7: varint(self.epoch), 9: self.id, 11: varint(self.sequence)}

    def add(self, kind, plain):
        """A chunk, unless the domain has it; its id."""
        name = mac(self.domain.chunk_key[kind], plain)
        if (kind, name) not in self.domain.chunks:
            self.domain.chunks[kind, name] = self.new[kind][name] = plain
        return name

    def run_key(self, kind):
        """Section 5.1: made and sealed once."""
        if kind not in self.keys:
            key = self.keys[kind] = self.chance(f"{self.label} key {kind}")
            context = lp(b"run-key") + self.repository.id + self.domain.id + u32(self.epoch) + bytes([kind])
            public = recipient_key(self.domain.seed(self.epoch, kind))
            self.sealed[kind] = box(public, context, key, self.chance(f"{self.label} box {kind}", 64)) + derive(key, "commit")
        return self.keys[kind]

    def groups(self, kind):
        """Section 3.1, field 7: chunks that share a frame."""
        shared = []
        for name, plain in self.new[kind].items():
            if len(plain) >= GROUP[0]:
                yield [(name, plain)]
                continue
            shared.append((name, plain))
            if sum(len(plain) for _, plain in shared) >= GROUP[1]:
                yield shared
                shared = []
        if shared:
            yield shared

    def frame(self, kind, salt, chunks, codec):
        key, plain = self.run_key(kind), b"".join(plain for _, plain in chunks)
        name = chunks[0][0] if len(chunks) == 1 else sha(b"".join(name for name, _ in chunks))
        content, aad = zstd_frame(plain) if codec else plain, lp(b"frame") + salt + bytes([codec]) + u32(len(plain))
        nonce = mac(derive(key, "frame-nonce", salt), lp(name) + bytes([codec]) + u32(len(content)))[:12]
        return nonce + gcm(derive(key, "frame", salt), nonce, content, aad), len(plain)

    def flush(self):
        """Packs of at most eight frames, and a segment for each kind."""
        for kind in (DATA, TREE):
            groups, packs = list(self.groups(kind)), []
            for at in range(0, len(groups), 8):
                packs.append(self.pack(kind, groups[at:at + 8], at // 8))
            if packs:
                self.domain.segments.append((kind, self.segment(kind, packs), packs))
            self.new[kind] = {}

    def pack(self, kind, groups, number):
        """Section 5.2. Returns name, length, salt, epoch, sealed run key and frames."""
        label = f"{self.label} pack {kind} {number}"
        while label in self.chance.used:
            label += "+"
        salt = self.chance(label, 16)
        start = header(10) + self.domain.id + u32(self.epoch) + u32(kind) + salt
        data, frames, table = start, [], b""
        for i, chunks in enumerate(groups):
            sealed, length = self.frame(kind, salt, chunks, i % 2)
            frames.append((len(data), len(sealed), length, i % 2, [(name, len(plain)) for name, plain in chunks]))
            table += varint(len(sealed)) + varint(length) + bytes([i % 2]) + listed([name + varint(len(plain)) for name, plain in chunks])
            data += sealed
        footer = fields({1: self.signer.id, 3: varint(self.sequence), 5: self.id, 7: self.sealed[kind], 9: table})
        sealed = seal(derive(self.index_key, "pack-footer", salt), start, pad(footer))
        data += filler(self.chance, label, len(data) + len(sealed) + 68) + sealed
        data += sign(self.signer.seed, self.repository.id, 10, start + sealed) + u32(len(sealed))
        self.repository.put(f"packs/{self.domain.id.hex()}/{sha(data).hex()[:2]}/{sha(data).hex()}", data)
        return sha(data), len(data), salt, self.epoch, self.sealed[kind], frames

    def signed(self, kind, extra, key, head, rest, folder):
        """Section 2.4: a signed object."""
        aad = plain_object(kind, {**self.base, **extra})
        sealed = self.seal(key, aad, pad(head))
        rest = rest(aad) if callable(rest) else rest
        data = aad + lp(sealed) + sha(rest)
        data += sign(self.signer.seed, self.repository.id, kind, data)
        name = self.repository.put_named(f"{folder}/{self.domain.id.hex()}", data + rest)
        return name, data

    def segment(self, kind, packs, replaced=(), wrong=0):
        """Section 6.1. `packs` are those of pack(); `wrong` shifts every chunk, for a segment that lies."""
        label = f"{self.label} segment {kind} {len(self.domain.segments)}"
        salt, tables, keys = self.chance(label, 16), {t: [] for t in (1, 3, 5, 7, 9)}, []
        tables[1] = sorted(replaced)
        for name, length, pack_salt, epoch, sealed, frames in packs:
            record = sealed + u32(epoch)
            if record not in tables[3]:
                tables[3].append(record)
            tables[5].append(name + pack_salt + struct.pack("<IIII", length, tables[3].index(record), len(tables[7]), 0))
            for offset, stored, plain, codec, chunks in frames:
                begin = 0
                for chunk, size in chunks:
                    tables[9].append(chunk[:16] + u32(len(tables[7])) + u32(begin + wrong) + u32(size - wrong))
                    begin += size
                tables[7].append(struct.pack("<IIII", len(tables[5]) - 1, offset, stored, plain + (codec << 28)))
        tables[9].sort()
        tables = {number: records for number, records in tables.items() if records}
        head = fields({1: listed([varint(number) + varint(len(records[0])) + varint(len(records)) for number, records in tables.items()])})
        key, rest = derive(self.index_key, "index-block", salt), b""
        for number, records in tables.items():
            per = 16384 // len(records[0])
            for n in range(-(-len(records) // per)):
                rest += seal(key, bytes([number]) + u32(n), b"".join(records[n * per:n * per + per]))
        rest += filler(self.chance, label, len(rest))
        return self.signed(11, {13: varint(kind), 15: salt}, derive(self.index_key, "index-head", salt), head, rest, "index")[0]

    def put_heads(self, snapshots, replaced=()):
        """Section 6.2: (name, all bytes or those up to the end of the signature), two in a block."""
        salt, rest, blocks = self.chance(self.label + " heads", 16), b"", range(0, len(snapshots), 2)
        for n, at in enumerate(blocks):
            entries = pad(listed([name + vbytes(data) for name, data in snapshots[at:at + 2]]))
            rest += lp(seal(derive(self.index_key, "heads-block", salt), u32(n), entries))
        head = fields({1: varint(len(blocks)), 3: listed(list(replaced))})
        return self.signed(12, {15: salt}, derive(self.index_key, "heads-head", salt), head, rest, "index")[0]

    # -- section 7

    def chunk_list(self, data, raw=None):
        """Section 7.4. Levels of at most FANOUT entries; the upper ones name tree chunks."""
        entries = [(self.add(DATA, piece), len(piece)) for piece in cut(data, self.domain.gear, LIMITS)]
        level = 0
        while len(entries) > FANOUT:
            parts = [entries[at:at + FANOUT] for at in range(0, len(entries), FANOUT)]
            entries = [(self.add(TREE, self.encoded_list(level, part)), sum(length for _, length in part)) for part in parts]
            level += 1
        return self.encoded_list(level, entries)

    def encoded_list(self, level, entries): return bytes([level]) + b"".join(name + varint(length) for name, length in entries)

    def node(self, name, entry):
        """Section 7.2; returns its bytes with their length, and the size and nodes below for a directory."""
        kind, birth, extents = entry["type"], entry.get("birth"), entry.get("extents")
        xattrs = sorted(entry.get("xattrs", {}).items())
        seconds, nanoseconds = entry["mtime"]
        result = vbytes(name) + bytes([kind]) + varint((birth is not None) | bool(xattrs) << 1 | (extents is not None) << 2)
        result += varint(entry["mode"]) + varint(entry["uid"]) + varint(entry["gid"]) + time(seconds, nanoseconds)
        for other in [entry["ctime"]] + ([birth] if birth is not None else []):
            result += time(other[0] - seconds, other[1])
        result += varint(entry["inode"]) + varint(entry.get("device", 8 << 32 | 1)) + varint(entry.get("links", 1))
        if kind == 1:
            result += self.file(entry)
        elif kind == 2:
            page, length, below, size = self.directory(entry["children"])
            result += page + varint(length) + varint(below) + varint(size)
            entry["page"], entry["below"] = (page, length), (below, size)
        elif kind == 3:
            result += vbytes(entry["target"])
        elif kind in (4, 5):
            result += varint(entry["rdev"])
        if xattrs:
            result += vbytes(b"".join(vbytes(key) + (varint(2 * len(value)) + value if len(value) <= 512 else
                                                     varint(2 * len(value) + 1) + self.add(DATA, value)) for key, value in xattrs))
        return vbytes(result)

    def file(self, entry):
        data, extents, result = entry["data"], entry.get("extents"), varint(len(entry["data"]))
        if extents is not None:
            end, encoded, data = 0, b"\0", b"".join(data[offset:offset + length] for offset, length in extents)
            for offset, length in extents:
                encoded += varint(offset - end) + varint(length)
                end = offset + length
            result += vbytes(encoded)
        if not data:
            return result + b"\0"
        return result + (b"\1" + vbytes(data) if len(data) <= INLINE else b"\2" + vbytes(self.chunk_list(data)))

    def directory(self, children):
        """Section 7.1: the root page's id and length, the nodes below, and their sizes."""
        encoded, below, size = [], 0, 0
        for name, entry in sorted(children.items()):
            encoded.append((name, self.node(name, entry), entry))
            more, bytes_below = entry.get("below", (0, 0))
            below, size = below + 1 + more, size + bytes_below + (len(entry["data"]) if entry["type"] == 1 else 0)
        pages = []
        for at in range(0, max(len(encoded), 1), PAGE):
            nodes = encoded[at:at + PAGE]
            users, groups = ({entry[key]: entry[label] for _, _, entry in nodes} for key, label in (("uid", "user"), ("gid", "group")))
            owners = b"".join(listed([varint(id) + vbytes(name) for id, name in sorted(known.items())]) for known in (users, groups))
            page = b"\1\0" + vbytes(b"") + owners + listed([node for _, node, _ in nodes])
            pages.append((nodes[0][0] if nodes else b"", self.add(TREE, page), len(page), len(nodes)))
        level = 0
        while len(pages) > 1:
            level, lower, pages = level + 1, pages, []
            for at in range(0, len(lower), PAGE):
                part = lower[at:at + PAGE]
                page = bytes([1, level]) + vbytes(b"") + b"\0\0" + listed(
                    [vbytes(first) + name + varint(length) + varint(count) for first, name, length, count in part])
                pages.append((part[0][0], self.add(TREE, page), len(page), sum(one[3] for one in part)))
        return pages[0][1], pages[0][2], below, size

    # -- sections 8 and 9

    def snapshot(self, root, host=None, source="home", end=None, counts=True, why="", volume=None, dump=False):
        encoded = self.node(b"", root)
        self.flush()
        self.run_key(TREE)
        host, paths, start = host or self.domain.host, [b"/data", b"/data/many"], (NOW + self.sequence * 3600, 5)
        end = end or (start[0] + 60, 999999999)
        head = fields({1: host.encode(), 3: source.encode(), 5: time(*start), 7: time(*end), 8: b"make.py 1",
                       10: listed([vbytes("größer".encode())]), 11: root["page"][0] + varint(root["page"][1]), 13: varint(2),
                       14: b"".join(map(varint, [root["below"][0], 0, 0, root["below"][1], 0, 0, 0, 0, 0, 0, 7])), 16: volume,
                       18: self.dump if dump else None,
                       20: mac(derive(self.domain.secret, "paths"), b"".join(map(lp, paths)))})
        body = fields({1: encoded, 2: b"root", 4: b"wheel", 5: listed([vbytes(path) for path in paths]),
                       6: listed([vbytes(b"/data/x: permission denied")]), 8: varint(1),
                       10: listed([vbytes(b"/data/x") + varint(2) + varint(13)]),
                       12: listed([vbytes(b"/data/x") + varint(2), vbytes(b"/data/\xff") + varint(8)]), 14: listed([varint(8) + varint(3)]),
                       16: fields({2: listed([vbytes(b"*.o")]), 4: varint(1), 6: varint(0)})})
        key = derive(self.keys[TREE], "snapshot-body", self.id)
        name, signed = self.signed(13, {13: varint(0)}, derive(self.index_key, "snapshot-head"), head,
                                   lambda aad: self.sealed[TREE] + seal(key, aad, pad(body)), "snapshots")
        self.names.append(name)
        result = {"domain": self.domain.id.hex(), "host": host, "source": source, "start": start, "end": end,
                  "signer": self.signer.id.hex(), "sequence": self.sequence, "epoch": self.epoch, "files": listing(root)}
        (self.repository.snapshots if counts else self.repository.excluded)[name.hex()] = result if counts else why
        return name, signed

    def lease(self, n, ended, domain=None):
        domain = self.domain.id if domain is None else domain
        values = {1: self.repository.id, 3: domain, 5: self.signer.id, 7: self.id, 9: varint(n), 11: varint(1), 13: varint(ended),
                  14: varint(NOW), 16: time(NOW, 700) if n else None, 18: listed(self.names) if n else None, 20: sha(b"") if n else None}
        data = plain_object(14, values)
        data += sign(self.signer.seed, self.repository.id, 14, data)
        self.repository.put(f"leases/{domain.hex()}/{self.id.hex()}-{n}-{sha(data).hex()}", data)

def listing(root, path=""):
    """What the manifest says of files."""
    result = {}
    for name, entry in sorted(root["children"].items()):
        at = path + "/" + os.fsdecode(name)
        result[at] = {"type": entry["type"], "mode": entry["mode"], "uid": entry["uid"], "gid": entry["gid"], "mtime": entry["mtime"],
                      "inode": entry["inode"], "links": entry.get("links", 1),
                      "xattrs": {key.decode(): sha(value).hex() for key, value in entry.get("xattrs", {}).items()}}
        if entry["type"] == 1:
            result[at].update(size=len(entry["data"]), sha256=sha(entry["data"]).hex(), extents=entry.get("extents"))
        elif entry["type"] == 3:
            result[at]["target"] = os.fsdecode(entry["target"])
        elif entry["type"] in (4, 5):
            result[at]["rdev"] = entry["rdev"]
        result.update(listing(entry, at) if entry["type"] == 2 else {})
    return result

# ---- what the repository holds

class Source:
    """The files of a host: one of every kind."""
    def __init__(self, chance, host): self.host, self.seed, self.inode = host, chance("files " + host), 1

    def entry(self, kind, **more):
        self.inode += 1
        return {"type": kind, "mode": 0o755 if kind == 2 else 0o640, "uid": 1000, "gid": 50, "user": b"ann", "group": b"staff",
                "mtime": (1700000000 + self.inode, 123456789), "ctime": (1700000001 + self.inode, 1), "inode": self.inode, **more}

    def file(self, data, **more): return self.entry(1, data=data, **more)
    def random(self, label, n): return b"".join(derive(self.seed, label, u32(i), 8000) for i in range(-(-n // 8000)))[:n]

    def root(self, version):
        holes = bytearray(100000)
        holes[4096:4196], holes[70000:80000] = self.random(f"hole {version}", 100), self.random(f"hole end {version}", 10000)
        linked = self.file(self.random(f"linked {version}", 3000), links=2)
        many = {b"%03d" % i: self.file(b"file %d" % i, uid=1000 + i % 3, user=b"user%d" % (i % 3)) for i in range(5 + PAGE * PAGE)}
        children = {
            b"inline": self.file(b"hello, %d" % version, birth=(-5, 7)), b"empty": self.file(b"", mtime=(-1, 999999999)),
            b"one chunk": self.file(self.random(f"one {version}", 900)), b"same": self.file(bytes(5000)),
            b"chunk list": self.file(self.random("list", 20000)),
            b"long list": self.file(self.random(f"long {version}", 9000) + self.random("long", 350000)),
            b"holes": self.file(bytes(holes), extents=[(4096, 100), (70000, 10000)]), b"all hole": self.file(bytes(1 << 20), extents=[]),
            b"link": self.entry(3, target=b"../else\xffwhere", mode=0o777), b"hard 1": linked, b"hard 2": dict(linked),
            b"fifo": self.entry(6), b"null": self.entry(4, rdev=1 << 32 | 3),
            b"attributes": self.file(b"x", xattrs={b"user.short": b"fine", b"user.long": self.random(f"attribute {version}", 600)}),
            "größe\n".encode(): self.file(b"a name"), b"\xff": self.file(b"bytes that are no UTF-8"),
            b"many": self.entry(2, children=many), b"none": self.entry(2, children={}, mode=0o1700)}
        return self.entry(2, children={b"data": self.entry(2, children=children)})

class People:
    def __init__(self, chance):
        self.passphrase, self.store = "größer als sonst", chance("store", 16)
        self.administrators = [Person(name, chance("administrator " + name)) for name in ("anna", "bert")]
        self.domains = [Domain(chance, host) for host in ("alpha", "beta", "gamma")]
        self.agents = [(Person(domain.host + "-agent", chance("agent " + domain.host)), domain, domain.host == "beta")
                       for domain in self.domains]
        self.leaver = Person("leaver", chance("leaver"))

def make(directory, seed=1, extras=()):
    import extras as known
    repository = Repository(directory, seed)
    people = People(repository.chance)
    alpha, beta, gamma = people.domains
    anna, (one, two, three) = people.administrators[0], [agent for agent, _, _ in people.agents]
    sources = {domain.host: Source(repository.chance, domain.host) for domain in people.domains}
    heads = {domain.host: [] for domain in people.domains}

    def backup(domain, signer, version, **more):
        run = Run(repository, domain, signer)
        name = run.snapshot(sources[domain.host].root(version), **more)
        if more.get("counts", True):
            heads[domain.host].append(name)
        return run

    people.agents.append((people.leaver, alpha, True))
    repository.start_epoch(1, people)
    repository.put("config-" + repository.id.hex(), repository.config)
    for version in (1, 2):
        run = backup(alpha, one, version)
    run.lease(0, 0)
    run.lease(1, 1)
    backup(beta, two, 1)
    for version in (1, 2):
        backup(gamma, three, version)
    before = len(alpha.segments)
    left = backup(alpha, people.leaver, 1, source="of one who left")
    of_leaver = left.names + [segment[1] for segment in alpha.segments[before:]]
    old_heads = Run(repository, alpha, anna).put_heads(heads["alpha"][:-1])
    repository.old = {"authority": repository.authority, "secret": repository.secret}
    vouched = [name for name, _ in heads["gamma"]] + [segment[1] for segment in gamma.segments]

    people.agents.pop()
    repository.start_epoch(NEWEST, people, [(alpha, of_leaver)])
    backup(alpha, one, 3)
    run = backup(beta, two, 2)
    run.lease(0, 0)
    backup(gamma, three, 3, counts=False, why="the signer is revoked, and nobody vouches for this")
    repository.put_revocation(three)
    repository.put_voucher(gamma, vouched)
    run = Run(repository, gamma, anna)
    heads["gamma"].append(run.snapshot(again(sources["gamma"]), source="chunks of the revoked"))
    run.lease(0, 0, bytes(16))
    replaced = [segment for segment in alpha.segments if segment[0] == DATA][:2]
    run = Run(repository, alpha, anna)
    run.segment(DATA, [pack for segment in replaced for pack in segment[2]], [segment[1] for segment in replaced])
    os.remove(os.path.join(directory, "index", alpha.id.hex(), replaced[0][1].hex()))
    for domain, signer in ((alpha, anna), (beta, two), (gamma, anna)):
        Run(repository, domain, signer).put_heads(heads[domain.host], [old_heads] if domain is alpha else [])

    manifest = {"seed": seed, "extras": list(extras), "repository": repository.id.hex(), "passphrase": people.passphrase,
                "newer": False, "index": True, "missing": 0, "epoch": NEWEST, "ignored": {}, "unreadable": [],
                "domains": {domain.host: domain.id.hex() for domain in people.domains}}
    for extra in extras:
        known.EXTRAS[extra](repository, people, sources, manifest)
    keys = {"root": ("root", repository.root), **{one.name: ("administrator", one) for one in people.administrators},
            **{agent.name: ("agent", agent) for agent, _, _ in people.agents}}
    os.makedirs(directory + ".keys", exist_ok=True)
    manifest["keys"] = {}
    for name, (role, one) in keys.items():
        path = os.path.join(directory + ".keys", name)
        with open(path, "wb") as file:
            file.write(repository.key_file(role, one))
        own = [domain for agent, domain, _ in people.agents if agent is one] or people.domains
        reads = role != "agent" or any(agent is one and reads for agent, _, reads in people.agents)
        domains = [domain.id.hex() for domain in own]
        snapshots = sorted(name for name, one in repository.snapshots.items() if one["domain"] in domains)
        manifest["keys"][name] = {"role": role, "file": name, "domains": domains, "reads": reads, "snapshots": snapshots}
    manifest["snapshots"], manifest["excluded"] = repository.snapshots, repository.excluded
    with open(directory + ".json", "w") as file:
        json.dump(manifest, file, indent=1, sort_keys=True)
    return repository, people

def again(source):
    """A tree one file of which only the index of a revoked run has; section 3.3 lets readers find it."""
    data = source.random("one 3", 900)
    return source.entry(2, children={b"data": source.entry(2, children={b"again": source.file(data)})})

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--extra", action="append", default=[])
    arguments = parser.parse_args()
    if os.path.exists(arguments.directory):
        raise SystemExit(arguments.directory + " is there already")
    make(arguments.directory.rstrip("/"), arguments.seed, arguments.extra)
