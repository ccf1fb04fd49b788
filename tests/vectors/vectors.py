"""Checks vectors: DIRECTORY/*.txt, each one object and what it holds.

A vector is lines `name: value`, an empty line, and the object in hex. `expect` is ok, damaged or newer; `object` names one of READERS;
`about` is for people; every other line must be what is read here, and nothing may be read that has no line. Bytes are shown in hex, X-Wing
public keys by their ids, the parts of an item with blanks between and items with ` | `.

secrets.txt has, in hex: repository-id, root-secret, administrator-secret, agent-secret, epoch-secret, authority-seed, domain-id,
domain-secret, and for each epoch n of the domain index-key-n, tree-seed-n and data-seed-n; besides, password and epoch (the newest).
Signers are the root, the administrator and the agent.
"""
import os, struct
from read import *

def cut(data, gear, limits):
    """Section 4: the chunks of a file."""
    low, target, high = limits
    bits, start = target.bit_length() - 1, 0
    while start < len(data):
        h, i, end = 0, start + low, min(start + high, len(data))
        while i < end:
            h = (h << 1) + gear[data[i]] & (1 << 64) - 1
            i += 1
            if h >> 64 - (bits + 2 if i - 1 - start < target else bits - 2) == 0:
                break
        i = min(i, end)
        yield data[start:i]
        start = i

class World:
    """What secrets.txt has."""
    def __init__(self, secrets):
        get = lambda name: bytes.fromhex(secrets[name])
        self.id, self.epoch, self.password = get("repository-id"), int(secrets["epoch"]), secrets["password"].encode()
        self.secrets = {name: get(name + "-secret") for name in ("root", "administrator", "agent")}
        self.epoch_secret, self.domain, self.domain_secret = get("epoch-secret"), get("domain-id"), get("domain-secret")
        signers = {name: signer_key(derive(secret, "signer")) for name, secret in self.secrets.items()}
        self.signers = {key_id(key): key for key in signers.values()}
        self.authorities = {0: signers["root"], self.epoch: signer_key(get("authority-seed"))}
        numbers = [int(name[10:]) for name in secrets if name.startswith("index-key-")]
        self.index = {n: get(f"index-key-{n}") for n in numbers}
        self.seeds = {(n, kind): get(f"{what}-seed-{n}") for n in numbers for kind, what in ((1, "data"), (2, "tree"))}

    def verify(self, kind, signer, signed, signature):
        need(signer in self.signers, "the signer has no certificate")
        need(signed_by(self.signers[signer], self.id, kind, signed, signature), "the signature is wrong")

    def secret_of(self, recipient):
        found = [secret for secret in self.secrets.values() if recipient_of(secret) == recipient]
        need(found, "for somebody else")
        return found[0]

# ---- how values are shown

def show(value):
    if isinstance(value, bytes):
        return key_id(value).hex() if len(value) == 1216 else value.hex() or "-"
    if isinstance(value, list):
        return " | ".join(map(show, value))
    return " ".join(map(show, value)) if isinstance(value, tuple) else str(value)

def named(values, names):
    """The fields that have names."""
    return {name: values[tag] for tag, name in names.items() if tag in values}

CONFIG_NAMES = {1: "created", 3: "root-signer", 5: "chunk-limits", 7: "group-limits", 9: "compression-level", 11: "inline-limit",
                13: "salt", 15: "root-recipient"}
KEYS_NAMES = {
    2: {3: "signed-by", 5: "number", 7: "authority", 8: "created", 10: "starts-with"},
    3: {3: "signed-by", 5: "signer", 7: "recipient", 8: "name", 10: "created"},
    4: {3: "signed-by", 5: "recipient", 7: "salt", 9: "memory-kib", 11: "passes", 12: "label", 14: "created"},
    5: {3: "signed-by", 5: "recipient", 7: "kind"},
    6: {3: "signed-by", 5: "domain-id", 7: "tree-recipient", 9: "data-recipient", 10: "flags"},
    7: {3: "signed-by", 5: "public-key", 7: "domain-id", 9: "kinds", 11: "not-after", 13: "recipient"},
    8: {3: "signed-by", 5: "signer", 8: "why"},
    9: {3: "signed-by", 5: "store-id", 7: "flags", 8: "label"},
    15: {3: "signed-by", 5: "store-id", 6: "created", 7: "packs", 9: "index-objects"},
    16: {3: "signed-by", 5: "store-id", 6: "created", 7: "snapshots"},
    18: {3: "signed-by", 5: "domain-id", 7: "names"},
    17: {3: "signed-by", 5: "store-id", 7: "names", 9: "runs"}}
SIGNED_NAMES = {3: "domain-id", 5: "signer", 7: "epoch", 9: "run-id", 11: "sequence"}
VOLUME_NAMES = {1: "volume-cell", 3: "volume-name", 5: "volume-id", 6: "chain-full", 8: "chain-predecessor"}
DUMP_NAMES = {1: "dump-name", 3: "dump-id", 5: "dump-type", 7: "dump-from", 9: "dump-to", 11: "dump-created", 13: "dump-updated",
              15: "dump-cloned", 17: "dump-accessed", 18: "dump-taken", 19: "dump-length", 21: "dump-full-length", 22: "dump-quota",
              24: "dump-used", 26: "dump-salvage", 28: "dump-identity", 30: "dump-service", 32: "dump-examined"}
HEAD_NAMES = {1: "host", 3: "source", 5: "started", 7: "ended", 8: "agent", 10: "tags", 11: "root-page", 12: "previous", 13: "flags",
              14: "statistics", 20: "paths-mac", 22: "names-before"}
BODY_NAMES = {2: "root-user", 4: "root-group", 5: "paths", 6: "problems", 8: "more-problems", 10: "problem-details", 12: "omissions",
              14: "more-omissions"}
SELECTION_NAMES = {2: "excludes", 4: "selection-flags", 6: "more-excludes"}
LEASE_NAMES = {3: "domain-id", 5: "signer", 7: "run-id", 9: "n", 11: "run-kind", 13: "ended", 14: "time", 16: "first-received",
               18: "snapshots", 20: "deletions"}

# ---- one function a kind: of the world and the object's bytes

def config(world, data): return {**named(read_config(data), CONFIG_NAMES), "repository-id": sha(data)}

def signed_key(world, data, kind):
    """An object of section 3.2 or 10 whose signature holds: its fields, what they are shown as, and the aad of the sealed one."""
    holds, signer = signature_holds(data, world.id, world.authorities)
    need(holds and (kind != 2 or signer == 0), "not signed by the root or the newest authority")
    clear, aad = decode_signed(data, {**KEYS, **DELETION})
    need(data[4] == kind, "another kind")
    return clear, {**named(clear, KEYS_NAMES[kind]), **named(clear, {2: "replaces"})}, aad

def simple(kind): return lambda world, data: signed_key(world, data, kind)[1]

def slot(world, data):
    clear, shown, aad = signed_key(world, data, 4)
    return {**shown, "secret": open_slot(clear, aad, world.password)}

def grant(world, data):
    clear, shown, aad = signed_key(world, data, 5)
    secrets = open_grant(clear, aad, world.secret_of(clear[5]))
    names = {1: {1: "epoch", 3: "epoch-secret", 5: "authority-seed", 8: "root-secret"},
             2: {1: "domain-id", 3: "domain-secret", 5: "index-keys", 7: "seeds"}}
    return {**shown, **named(secrets, names.get(clear[7], {}))}

def domain(world, data):
    clear, shown, aad = signed_key(world, data, 6)
    return {**shown, **named(open_domain(clear, aad, world.epoch_secret), {1: "domain-secret", 3: "epochs"})}

def certificate(world, data):
    clear, shown, aad = signed_key(world, data, 7)
    return {**shown, **named(open_names(clear, aad, world.index[world.epoch]), {1: "patterns", 2: "agent-name"}),
            "signer": key_id(clear[5])}

def pack(world, data):
    found = open_pack(data, world.index)
    world.verify(10, found.signer, found.signed, found.signature)
    key = open_run_key(found.key, world.id, found.domain, found.epoch, found.kind, world.seeds[found.epoch, found.kind])
    chunk_key, chunks = derive(world.domain_secret, "chunk-id", bytes([found.kind])), {}
    for offset, stored, length, codec, entries in found.frames:
        plain = Reader(open_frame(key, found.salt, codec, length, data[offset:offset + stored]))
        for name, size in entries:
            piece = plain.take(size)
            need(mac(chunk_key, piece) == name, "a chunk's id is wrong")
            chunks[f"chunk-{len(chunks) + 1}"] = name, size, sha(piece)
    return {"domain-id": found.domain, "epoch": found.epoch, "kind": found.kind, "salt": found.salt, "signer": found.signer,
            "sequence": found.sequence, "run-id": found.run, "run-key": key,
            **{f"frame-{i}": (*frame[:4], len(frame[4])) for i, frame in enumerate(found.frames, 1)}, **chunks}

def signed(world, data, kind, entire=True):
    found = open_signed(data, kind, entire)
    need(found.clear[1] == world.id, "of another repository")
    world.verify(kind, found.clear[5], found.signed, found.signature)
    need(found.clear[7] in world.index, "of an unknown epoch")
    return found, named(found.clear, SIGNED_NAMES), world.index[found.clear[7]]

def index(world, data):
    found, shown, key = signed(world, data, 11)
    tables, places = open_index(found, key), {}
    names = {1: "replaced", 3: "run-key", 5: "pack", 7: "frame", 9: "chunk"}
    forms = {1: "32s", 3: "<1212sI", 5: "<32s16sIIII", 7: "<IIII", 9: "<16sIII"}
    for table, records in tables.items():
        for i, record in enumerate(records, 1):
            value = struct.unpack(forms[table], record)
            places[f"{names[table]}-{i}"] = (sha(value[0]), value[1]) if table == 3 else value
    index_places(tables)
    return {**shown, "kind": found.clear[13], "salt": found.clear[15], **places}

def heads(world, data):
    found, shown, key = signed(world, data, 12)
    replaced, entries = open_heads(found, key)
    lines = {f"entry-{i}": (name, sha(head)) for i, (name, head) in enumerate(entries, 1)}
    return {**shown, "salt": found.clear[15], "replaced": replaced, **lines}

def snapshot_head(world, data):
    """Only what is signed, as in heads."""
    found, shown, key = signed(world, data, 13, False)
    head = open_snapshot_head(found, key)
    return {**shown, "heartbeat": found.clear[13], **named(head, HEAD_NAMES), **named(head.get(16, {}), VOLUME_NAMES),
            **named(head.get(18, {}), DUMP_NAMES)}

def snapshot(world, data):
    found, _, key = signed(world, data, 13)
    head = open_snapshot_head(found, key)
    body = open_snapshot_body(found, world.id, head, world.seeds[found.clear[7], 2])
    shown = snapshot_head(world, found.signed + found.signature)
    return {**shown, **named(body, BODY_NAMES), **named(body.get(16, {}), SELECTION_NAMES), **node_lines("root", body[1], {}, {})}

def lease(world, data):
    clear = read_lease(data)
    need(clear[1] == world.id, "of another repository")
    world.verify(14, clear[5], data[:-64], data[-64:])
    return named(clear, LEASE_NAMES)

def node_lines(label, node, users, groups):
    time = lambda at: "%d.%09d" % at if at else "-"
    result = {f"{label}-node": (node["name"], node["type"], node["mode"], f"{node['uid']}={users.get(node['uid'], b'').hex()}",
                                f"{node['gid']}={groups.get(node['gid'], b'').hex()}",
                                *[time(node[key]) for key in ("mtime", "ctime", "birth")],
                                node["inode"], node["device"], node["links"])}
    if node["type"] == 1:
        data = read_chunk_list(node["data"]) if node["form"] == 2 else node["data"]
        result[f"{label}-file"] = (node["size"], "dense" if node["extents"] is None else f"extents {node['extents']}", node["form"], data)
    elif node["type"] == 2:
        result[f"{label}-directory"] = (*node["page"], *node["below"])
    elif node["type"] in (3, 4, 5):
        result[f"{label}-value"] = node.get("target", node.get("rdev"))
    if node["xattrs"]:
        result[f"{label}-attributes"] = node["xattrs"]
    if node["afs"]:
        numbers, directory = node["afs"]
        result[f"{label}-afs"] = numbers
        if directory:
            result[f"{label}-afs-directory"] = (*directory[:2], read_chunk_list(directory[2]) if directory[2] else "-")
    return result

def tree_page(world, data):
    page = read_page(data)
    result = {"level": page.level}
    for i, item in enumerate(page.items, 1):
        result.update(node_lines(str(i), item, page.users, page.groups) if page.level == 0 else {f"child-{i}": item})
    return result

def key(reader):
    def read(world, data):
        role, repository, secret = reader(data)
        return {"role": role, "repository-id": repository, "secret": secret}
    return read

def chunker(world, data):
    gear = struct.unpack("<256Q", derive(world.domain_secret, "gear", b"", 2048))
    return {"limits": "64 256 1024", "lengths": tuple(map(len, cut(data, gear, (64, 256, 1024))))}

READERS = {
    "config": config, "epoch": simple(2), "administrator": simple(3), "slot": slot, "grant": grant, "domain": domain,
    "certificate": certificate, "revocation": simple(8), "store": simple(9), "pack": pack, "index": index, "heads": heads,
    "snapshot": snapshot, "snapshot-head": snapshot_head, "lease": lease, "mark": simple(15), "forget": simple(16), "witness": simple(17),
    "voucher": simple(18), "tree-page": tree_page, "chunker": chunker, "key-file": key(read_key_file), "paper-key": key(read_paper)}

# ---- the directory

def parse(path):
    with open(path, encoding="utf-8") as file:
        head, _, body = file.read().partition("\n\n")
    return dict(line.split(": ", 1) for line in head.splitlines()), bytes.fromhex(body)

def decode(world, kind, data):
    """The outcome, and what was read."""
    try:
        return "ok", {**{name: show(value) for name, value in READERS[kind](world, data).items()}, "sha256": sha(data).hex()}
    except Damaged as reason:
        return "damaged", {"": reason}
    except Newer as reason:
        return "newer", {"": reason}

def check(directory):
    world = World(parse(os.path.join(directory, "secrets.txt"))[0])
    failed, names = 0, sorted(name for name in os.listdir(directory) if name.endswith(".txt") and name != "secrets.txt")
    for name in names:
        header, data = parse(os.path.join(directory, name))
        outcome, found = decode(world, header["object"], data)
        wanted = {key: value for key, value in header.items() if key not in ("expect", "object", "about")}
        wrong = [key for key in {**found, **wanted} if found.get(key) != wanted.get(key)] if header["expect"] == "ok" else []
        if outcome != header["expect"] or wrong:
            failed += 1
            print(f"{name}: expected {header['expect']}, got {outcome}")
            for key in wrong:
                print(f"  {key}: {found.get(key)} instead of {wanted.get(key)}")
    print(f"{len(names)} vectors, {failed} failed")
    return 1 if failed or not names else 0
