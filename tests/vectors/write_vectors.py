#!/usr/bin/env python3
"""Writes the vectors beside this file anew: write_vectors.py DIRECTORY

They follow from a seed, as what make.py writes. What is expected of each is said here; what is shown of those that are whole is what
read.py reads. Vectors of a released format stay as they are: this is for kinds that are added.
"""
import os, sys, tempfile
import make, vectors
from make import *

SEED = 2

class Writer:
    def __init__(self, folder, world): self.folder, self.world = folder, world

    def write(self, name, head, data=b""):
        with open(os.path.join(self.folder, name + ".txt"), "w", encoding="utf-8") as file:
            digits = data.hex()
            file.write(head + "\n" + "".join(digits[at:at + 128] + "\n" for at in range(0, len(digits), 128)))

    def __call__(self, name, kind, about, data, expect="ok"):
        outcome, found = vectors.decode(self.world, kind, data)
        if outcome != expect:
            raise SystemExit(f"{name}: {outcome} {found if outcome != 'ok' else ''} instead of {expect}")
        shown = "".join(f"{key}: {value}\n" for key, value in found.items()) if expect == "ok" else ""
        self.write(name, f"about: {about}\nexpect: {expect}\nobject: {kind}\n{shown}", data)

def flip(data, at): return data[:at] + bytes([data[at] ^ 4]) + data[at + 1:] if at >= 0 else flip(data, len(data) + at)

def secrets_of(repository, people, domain):
    secrets = {"repository-id": repository.id, "epoch-secret": repository.secret, "authority-seed": repository.authority,
               "root-secret": repository.root.secret, "administrator-secret": people.administrators[0].secret,
               "agent-secret": people.agents[0][0].secret, "domain-id": domain.id, "domain-secret": domain.secret}
    for n, *keys in domain.epochs:
        secrets.update({f"{name}-{n}": key for name, key in zip(("index-key", "tree-seed", "data-seed"), keys)})
    return {**{name: value.hex() for name, value in secrets.items()}, "epoch": str(NEWEST), "password": people.passphrase}

class Kept:
    """The objects of a repository that are put after each other: what was new since the last look."""
    def __init__(self, repository): self.directory, self.seen = repository.directory, set()
    def new(self, kind):
        found = []
        for at, _, names in os.walk(self.directory):
            for path in sorted(os.path.join(at, name) for name in names):
                with open(path, "rb") as file:
                    data = file.read()
                if path not in self.seen and data[4] == kind:
                    self.seen.add(path)
                    found.append((os.path.getmtime(path), path, data))
        return [data for _, _, data in found]
    def one(self, kind):
        found = self.new(kind)
        assert len(found) == 1, (kind, len(found))
        return found[0]

def small_root(source):
    """One node of every kind, and little data."""
    holes = bytes(4096) + source.random("hole", 100) + bytes(60000)
    linked = source.file(source.random("linked", 700), links=2)
    children = {
        b"inline": source.file(b"hello", birth=(-5, 7)), b"empty": source.file(b"", mtime=(-1, 999999999)),
        b"chunk": source.file(source.random("one", 2100)), b"same": source.file(bytes(5000)),
        b"list": source.file(source.random("list", 3000)), b"holes": source.file(holes, extents=[(4096, 100)]),
        b"all hole": source.file(bytes(1 << 20), extents=[]), b"link": source.entry(3, target=b"../else\xffwhere", mode=0o777),
        b"hard 1": linked, b"hard 2": dict(linked), b"fifo": source.entry(6),
        b"attributes": source.file(b"x", xattrs={b"user.short": b"fine", b"user.long": source.random("attribute", 600)})}
    names = {b"null": source.entry(4, rdev=1 << 32 | 3), b"disk": source.entry(5, rdev=8 << 32), b"socket": source.entry(7),
             "größe\n".encode(): source.file(b"a name", uid=1001, user=b"bert"), b"\xff": source.file(b"no UTF-8", gid=51, group=b""),
             b"n" * 1024: source.file(b"the longest name"), b"none": source.entry(2, children={}, mode=0o1700)}
    return source.entry(2, children={b"data": source.entry(2, children=children), b"names": source.entry(2, children=names)})

def volume_root(source):
    return source.entry(2, children={b"files": source.entry(2, children={b"a": source.file(b"in a volume")})})

def volume(cell, name, full=None, before=None):
    return fields({1: cell.encode(), 3: name.encode(), 5: varint(536870931), 6: full, 8: before})

def dump(**more):
    values = {1: b"user.alice.backup", 3: varint(536870933), 5: varint(2), 7: varint(0), 9: varint(NOW), 11: varint(NOW - 5),
              13: varint(NOW - 6), 15: varint(NOW), 17: varint(2 ** 32 - 1), 18: varint(NOW + 1), 19: varint(1 << 33),
              21: varint((1 << 34) + 5), 22: varint(5000), 24: varint(4321), 28: sha(b"dump"), 30: varint(1),
              32: varint(NOW - 9) + varint(NOW - 8)}
    return fields({**values, **{int(tag[1:]): value for tag, value in more.items()}})

def afs_page(domain):
    """Section 7.5: a directory, a file and a link of a volume."""
    def node(name, kind, typed, vnode, afs_type, extra=b""):
        numbers = b"".join(map(varint, [0xfff, 1, 7])) + zigzag(5) + zigzag(-204) + b"".join(map(varint, [0, 0o644, 1, NOW]))
        afs = varint(vnode) + varint(9) + bytes([afs_type]) + numbers + extra
        start = vbytes(name) + bytes([kind]) + b"".join(map(varint, [8, 0o644, 5, 2 ** 32 - 204])) + time(NOW) + zigzag(1) + varint(0)
        return vbytes(start + varint(9 << 32 | vnode) + varint(536870931) + varint(1) + typed + vbytes(fields({2: b"", 3: afs})))
    page, access = sha(b"page"), bytes([1, 0, 0, 0]) + bytes(188)
    content = bytes([0]) + sha(b"directory") + varint(2048)
    nodes = [node(b"directory", 2, page + varint(100) + varint(3) + varint(12), 3, 2, vbytes(access) + varint(2048) + vbytes(content)),
             node(b"empty", 2, page + varint(100) + varint(0) + varint(0), 5, 2, vbytes(b"") + varint(0) + vbytes(b"")),
             node(b"file", 1, varint(5) + b"\1" + vbytes(b"hello"), 2, 1), node(b"link", 3, vbytes(b"file"), 4, 3)]
    return b"\1\0" + vbytes(b"") + listed([varint(5) + vbytes(b"alice")]) + listed([]) + listed(nodes)

def one_node_page(flags=0, kind=6, name=b"x", more=b""):
    body = vbytes(name) + bytes([kind]) + varint(flags) + b"".join(map(varint, [0o644, 0, 0])) + time(NOW) + zigzag(0) + varint(0)
    return b"\1\0" + vbytes(b"") + b"\0\0" + listed([vbytes(body + b"".join(map(varint, [1, 2, 1])) + more)])

def write_all(folder, directory):
    repository = Repository(directory, SEED)
    people, kept = People(repository.chance), Kept(repository)
    people.domains, people.agents = people.domains[:1], people.agents[:1]
    alpha, anna, agent, source = people.domains[0], people.administrators[0], people.agents[0][0], Source(repository.chance, "alpha")
    people.administrators = [anna]
    repository.start_epoch(1, people)
    first = Run(repository, alpha, agent)
    old, _ = first.snapshot(source.entry(2, children={}), source="old")
    for kind in range(2, 19):
        kept.new(kind)
    people.agents = [(agent, alpha, True)]
    repository.start_epoch(NEWEST, people)
    world = vectors.World(secrets_of(repository, people, alpha))
    put = Writer(folder, world)
    put.write("secrets", "about: What opens the vectors beside this file. Never use these for anything else.\n"
              + "".join(f"{name}: {value}\n" for name, value in secrets_of(repository, people, alpha).items()))

    # Config
    config = repository.config
    clear = fields_of(config)
    put("config", "config", "the parameters of a repository", config)
    put("config-ignorable-field", "config", "field 18, which is even", plain_object(1, {**clear, 18: b"later"}))
    put("config-critical-field", "config", "field 17, which is odd", plain_object(1, {**clear, 17: b"later"}), "newer")
    put("config-newer-version", "config", "version 2", plain_object(1, clear, version=2), "newer")
    put("config-newer-suite", "config", "suite 3", plain_object(1, clear, suite=3), "newer")
    put("config-preview-suite", "config", "suite 1, of previews", plain_object(1, clear, suite=1), "newer")
    put("config-truncated", "config", "its last byte is missing", config[:-1], "damaged")
    put("config-longer", "config", "a byte after its fields", config + b"\0", "damaged")
    long_chunks = struct.pack("<3I", 1, 64, 1 << 27)
    put("config-hostile-limits", "config", "chunks of 128 MiB", plain_object(1, {**clear, 5: long_chunks}), "damaged")
    put("config-missing-field", "config", "field 15 is missing", plain_object(1, {**clear, 15: None}), "damaged")
    put("config-tags-descend", "config", "field 3 before field 1",
        header(1) + lp(varint(3) + vbytes(clear[3]) + fields({1: clear[1]})), "damaged")
    put("config-long-varint", "config", "a number that is not in its shortest form", plain_object(1, {**clear, 11: b"\x80\x00"}), "damaged")

    # Keys
    epoch = kept.one(2)
    put("epoch", "epoch", "the newest", epoch)
    put("epoch-flipped", "epoch", "a byte of the authority's key", flip(epoch, -150), "damaged")
    forged = plain_object(2, {**repository.base(0), 5: varint(NEWEST), 7: anna.signer, 8: varint(NOW)})
    signed = lambda data: data + sign(repository.authority, repository.id, data[4], data)
    put("epoch-forged", "epoch", "signed by the authority of an epoch", signed(forged), "damaged")
    for kind, name, about in ((3, "administrator", "one"), (4, "slot", "of the administrator, with the least cost"),
                              (6, "domain", "in two epochs"), (7, "certificate", "for one host, all kinds"),
                              (9, "store", "where this copy lies")):
        data = kept.one(kind)
        put(name, name, about, data)
        put(name + "-flipped", name, "a byte before its signature", flip(data, -65), "damaged")
        if kind == 3:
            own = fields_of(data)
            put("administrator-newer-version", name, "version 2", signed(plain_object(3, own, version=2)), "newer")
            put("administrator-critical-field", name, "field 11", signed(plain_object(3, {**own, 11: b"x"})), "newer")
            put("administrator-ignorable-field", name, "field 12", signed(plain_object(3, {**own, 12: b"x"})))
            others = listed([sha(b"1"), sha(b"2")])
            put("administrator-replacing", name, "it replaces two others", signed(plain_object(3, {**own, 2: others})))
            put("administrator-long-name", name, "a name of 257 bytes", signed(plain_object(3, {**own, 8: b"n" * 257})), "damaged")
            of_another = signed(plain_object(3, {**own, 1: sha(b"another")}))
            put("administrator-other-repository", name, "of another repository", of_another, "damaged")
        elif kind == 4:
            own = fields_of(data)
            for about, cost in (("cheap", {9: varint(8192)}), ("dear", {9: varint(8 << 20)}), ("many-passes", {11: varint(65)})):
                put("slot-" + about, name, "a cost that is out of bounds", signed(plain_object(4, {**own, **cost})), "damaged")
            other = signed(plain_object(4, {**own, 12: b"other"}))
            put("slot-bound", name, "what is sealed in it was sealed in another slot", other, "damaged")
    grants = {fields_of(data)[7] + fields_of(data)[5]: data for data in kept.new(5)}
    put("grant-administrator", "grant", "administrator secrets", grants[b"\1" + anna.recipient_id])
    put("grant-root", "grant", "administrator secrets for the root", grants[b"\1" + repository.root.recipient_id])
    put("grant-agent", "grant", "agent secrets, with the right to read", grants[b"\2" + agent.recipient_id])
    put("grant-flipped", "grant", "a byte before its signature", flip(grants[b"\2" + agent.recipient_id], -65), "damaged")
    keys = listed([varint(entry[0]) + entry[1] for entry in alpha.epochs])
    repository.put_grant(Person("writer", agent.secret), 2, fields({1: alpha.id, 3: alpha.secret, 5: keys}))
    put("grant-agent-writing", "grant", "agent secrets, without the right to read", kept.one(5))
    repository.put_certificate(agent, alpha, [(1, "*"), (2, "example.*"), (3, "user.*")], (10, 13), NOW + 9)
    put("certificate-patterns", "certificate", "for patterns and two kinds, with an end", kept.one(7))
    repository.put_revocation(Person("lost", bytes(32)))
    put("revocation", "revocation", "of a signer", kept.one(8))
    repository.put_voucher(alpha, [old, sha(b"index")])
    put("voucher", "voucher", "for two objects", kept.one(18))
    for role, one in (("root", repository.root), ("administrator", anna), ("agent", agent)):
        put("key-file-" + role, "key-file", "the line of a file", repository.key_file(role, one))
        put("paper-key-" + role, "paper-key", "the lines on paper", repository.paper(role, one))
    line = repository.key_file("agent", agent)
    put("key-file-flipped", "key-file", "another letter", line[:40] + (b"A" if line[40:41] != b"A" else b"B") + line[41:], "damaged")
    put("key-file-other-role", "key-file", "the role of another key", line.replace(b":agent:", b":root:"), "damaged")

    # A run
    run = Run(repository, alpha, agent)
    root = small_root(source)
    name, head = run.snapshot(root)
    run.lease(0, 0)
    run.lease(1, 1)
    packs, segments = {data[28]: data for data in kept.new(10)}, {fields_of(data)[13][0]: data for data in kept.new(11)}
    for kind, what in ((DATA, "data"), (TREE, "tree")):
        put("pack-" + what, "pack", "chunks of kind " + what, packs[kind])
        put("index-segment-" + what, "index", "where chunks of kind " + what + " lie", segments[kind])
    pack = packs[DATA]
    put("pack-frame-flipped", "pack", "a byte of its first frame", flip(pack, 100), "damaged")
    put("pack-footer-flipped", "pack", "a byte of its footer", flip(pack, -80), "damaged")
    put("pack-footer-length-lies", "pack", "a footer of 4 GiB", pack[:-4] + b"\xff" * 4, "damaged")
    put("pack-newer-version", "pack", "version 2", pack[:5] + b"\2" + pack[6:], "newer")
    put("pack-other-kind", "pack", "chunks of kind 3", pack[:28] + b"\3" + pack[29:], "damaged")
    snapshot = kept.one(13)
    put("snapshot", "snapshot", "with something in most fields", snapshot)
    put("snapshot-flipped", "snapshot", "a byte of its body", flip(snapshot, -1), "damaged")
    put("snapshot-head-flipped", "snapshot", "a byte of its head", flip(snapshot, 200), "damaged")
    put("snapshot-truncated", "snapshot", "its last byte is missing", snapshot[:-1], "damaged")
    leases = sorted(kept.new(14), key=lambda data: fields_of(data)[9])
    put("lease-first", "lease", "number 0", leases[0])
    put("lease", "lease", "the last one of a run", leases[1])
    put("lease-flipped", "lease", "a byte of its signature", flip(leases[1], -1), "damaged")
    with_segment = [segment for segment in alpha.segments if segment[0] == DATA][-1:]
    catalogue = Run(repository, alpha, anna)
    catalogue.segment(DATA, with_segment[0][2], [with_segment[0][1], sha(b"gone")])
    put("index-catalogue", "index", "in place of two others, by an administrator", kept.one(11))
    put("index-flipped", "index", "a byte of a block", flip(segments[DATA], 900), "damaged")
    catalogue.put_heads([(name, head)], [sha(b"heads")])
    heads = kept.one(12)
    put("heads", "heads", "of one snapshot, in place of another heads object", heads)
    put("heads-flipped", "heads", "a byte of its block", flip(heads, -30), "damaged")
    Run(repository, alpha, agent, agent.sequence).put_heads([(name, snapshot), (sha(b"another"), snapshot), (name, head)])
    put("heads-whole", "heads", "by an agent: of a whole snapshot, once under another name, and of its signed part", kept.one(12))

    # Snapshots of volumes
    def volume_snapshot(label, about, **more):
        run = Run(repository, alpha, agent)
        run.dump = more.pop("dump_fields")
        run.snapshot(volume_root(source), host="example.org", source="user.alice", **more)
        put(label, "snapshot", about, kept.one(13))
    volume_snapshot("snapshot-volume", "of a full dump", volume=volume("example.org", "user.alice"), dump=True, dump_fields=dump())
    increment = volume("example.org", "user.alice", sha(b"full"), sha(b"before"))
    volume_snapshot("snapshot-volume-increment", "of an increment", volume=increment, dump=True, dump_fields=dump(t7=varint(NOW - 3)))
    volume_snapshot("snapshot-volume-salvaged", "of a dump that was damaged", volume=volume("example.org", "user.alice"), dump=True,
                    dump_fields=dump(t26=varint(1 << 32) + varint(12) + varint(1), t18=None, t32=None))

    # Deletion
    ids = lambda *names: listed([alpha.id + name for name in names])
    certified = lambda kind, values: signed(plain_object(kind, {**repository.base(), 5: people.store, **values}))
    mark = certified(15, {2: listed([sha(b"undone")]), 6: varint(NOW), 7: ids(sha(pack)), 9: ids(sha(segments[DATA]), sha(heads))})
    put("mark", "mark", "a pack, a segment and heads", mark)
    put("mark-flipped", "mark", "a byte of its signature", flip(mark, -1), "damaged")
    put("forget", "forget", "a snapshot", certified(16, {6: varint(NOW), 7: ids(old)}))
    put("witness", "witness", "for a mark, and a run under way", certified(17, {7: listed([sha(mark)]), 9: listed([alpha.id + run.id])}))

    # Trees
    pages = {page: len(page) for (kind, _), page in alpha.chunks.items() if kind == TREE and page[0] == 1 and page[1] == 0}
    by_names = lambda wanted: next(page for page in pages if wanted in page)
    put("tree-page", "tree-page", "files in every form", by_names(b"all hole"))
    put("tree-page-names", "tree-page", "names of all kinds", by_names(b"socket"))
    put("tree-page-empty", "tree-page", "the page of an empty directory", b"\1\0\0\0\0\0")
    children = [vbytes(b"a") + sha(b"1") + varint(900) + varint(7), vbytes(b"b\xff") + sha(b"2") + varint(800) + varint(5)]
    upper = b"\1\1" + vbytes(b"") + b"\0\0"
    put("tree-page-upper", "tree-page", "above two pages", upper + listed(children))
    put("tree-page-upper-order", "tree-page", "children that do not ascend", upper + listed(children[::-1]), "damaged")
    put("tree-page-afs", "tree-page", "nodes of an AFS volume", afs_page(alpha))
    put("tree-page-truncated", "tree-page", "its last byte is missing", by_names(b"all hole")[:-1], "damaged")
    put("tree-page-newer-version", "tree-page", "version 2", b"\2\0\0\0\0\0", "newer")
    put("tree-page-too-high", "tree-page", "level 5", b"\1\5\0\0\0\0", "damaged")
    put("tree-page-ignorable-field", "tree-page", "an extension with an even tag", b"\1\0" + vbytes(fields({4: b"x"})) + b"\0\0\0")
    put("tree-page-critical-field", "tree-page", "an extension with an odd tag", b"\1\0" + vbytes(fields({1: b"x"})) + b"\0\0\0", "newer")
    put("tree-page-long-name", "tree-page", "a name of 1025 bytes", one_node_page(name=b"n" * 1025), "damaged")
    put("tree-page-slash", "tree-page", "a name with a slash", one_node_page(name=b"a/b"), "damaged")
    put("tree-page-newer-type", "tree-page", "a node of type 8", one_node_page(kind=8), "newer")
    put("tree-page-newer-flag", "tree-page", "a node with flag 16", one_node_page(flags=16), "newer")
    put("tree-page-newer-form", "tree-page", "content of form 3", one_node_page(kind=1, more=varint(5) + b"\3"), "newer")
    other_extents = varint(5) + vbytes(b"\1") + b"\0"
    put("tree-page-newer-extents", "tree-page", "extents of another form", one_node_page(4, 1, more=other_extents), "newer")
    put("tree-page-newer-extension", "tree-page", "a node with the extension 5", one_node_page(8, more=vbytes(fields({5: b"x"}))), "newer")
    put("tree-page-later-extension", "tree-page", "a node with the extension 6", one_node_page(8, more=vbytes(fields({6: b"x"}))))
    data = b"".join(derive(b"chunker", "data", u32(i), 8000) for i in range(1)) + bytes(3000)
    put("chunker", "chunker", "where data is cut", data)

    altered(put, repository, alpha, agent, run, kept, with_segment[0][2])

def fields_of(data):
    return {tag: value for tag, value, _ in vectors.scan(data[12:12 + struct.unpack("<I", data[8:12])[0]])}

def altered(put, repository, domain, agent, run, kept, packs):
    """Signed objects whose signatures and seals are right, and that are odd inside."""
    salt, key = bytes(range(16)), lambda purpose, salt=b"": derive(run.index_key, purpose, salt)
    pack = packs[0]
    records = {3: [pack[4] + u32(pack[3])], 5: [pack[0] + pack[2] + struct.pack("<IIII", pack[1], 0, 0, 0)],
               7: [struct.pack("<IIII", 0, 48, 128, 100)],
               9: [bytes(16) + struct.pack("<III", 0, 0, 60), bytes(16) + struct.pack("<III", 0, 60, 40)]}

    def index(name, about, changes, expect="damaged"):
        tables, rest = {**records, **changes}, b""
        tables = {number: tables[number] for number in sorted(tables)}
        for number, lines in tables.items():
            rest += seal(key("index-block", salt), bytes([number]) + u32(0), b"".join(lines))
        head = fields({1: listed([varint(number) + varint(len(lines[0])) + varint(len(lines)) for number, lines in tables.items()])})
        rest += bytes(padme(len(rest)) - len(rest))
        run.signed(11, {13: varint(DATA), 15: salt}, key("index-head", salt), head, rest, "index")
        put("index-" + name, "index", about, [data for data in kept.new(11) if fields_of(data)[15] == salt][0], expect)

    index("small", "one pack with two chunks", {}, "ok")
    longer = {number: [line + b"later" for line in lines] for number, lines in records.items()}
    index("longer-records", "records that are longer than known", longer, "ok")
    index("even-table", "a table of even number", {10: [b"later"]}, "ok")
    index("odd-table", "a table of odd number", {11: [b"later"]}, "newer")
    index("shorter-records", "records that are shorter", {9: [bytes(27)]})
    index("chunk-outside", "a chunk that passes the end of its frame", {9: [bytes(16) + struct.pack("<III", 0, 60, 41)]})
    index("no-frame", "a chunk in a frame that is not there", {9: [bytes(16) + struct.pack("<III", 1, 0, 1)]})
    index("frame-outside", "a frame that passes the end of its pack", {7: [struct.pack("<IIII", 0, 48, 1 << 31, 100)]})
    index("newer-codec", "a frame of codec 2", {7: [struct.pack("<IIII", 0, 48, 128, 100 + (2 << 28))]}, "newer")
    index("no-pack", "a frame of a pack that is not there", {7: [struct.pack("<IIII", 1, 48, 128, 100)]})
    index("no-key", "a pack with a run key that is not there", {5: [pack[0] + pack[2] + struct.pack("<IIII", pack[1], 1, 0, 0)]})

    page, body_root = sha(b"page"), vbytes(vbytes(b"") + b"\2" + b"".join(map(varint, [0, 0o755, 0, 0])) + time(NOW) + b"\0\0"
                                           + b"".join(map(varint, [2, 1, 2])) + sha(b"page") + varint(99) + varint(0) + varint(0))
    base = {1: b"alpha", 3: b"home", 5: time(NOW), 7: time(NOW + 9), 11: page + varint(99), 13: varint(0)}

    def snapshot(name, about, head, expect="damaged", body=None, sealing=seal):
        run.seal = sealing
        content = fields({1: body_root, 5: listed([vbytes(b"/")]), **(body or {})})
        sealed = lambda aad: run.sealed[TREE] + seal(derive(run.keys[TREE], "snapshot-body", run.id), aad, pad(content))
        run.signed(13, {13: varint(3)}, key("snapshot-head"), fields({**base, **head}), sealed, "snapshots")
        run.seal = seal
        put("snapshot-" + name, "snapshot", about, kept.one(13), expect)

    snapshot("least", "with the fields that all have", {}, "ok")
    snapshot("before", "with the one before, and names it had", {12: sha(b"previous"), 22: listed([sha(b"former")])}, "ok")
    snapshot("ignorable-field", "field 24 of its head and of its body", {24: b"x"}, "ok", {24: b"x"})
    snapshot("critical-field", "field 25 of its head", {25: b"x"}, "newer")
    snapshot("critical-body-field", "field 25 of its body", {}, "newer", {25: b"x"})
    snapshot("newer-flags", "flag 8", {13: varint(8)}, "newer")
    snapshot("host-slash", "a host with a slash", {1: b"al/pha"})
    snapshot("host-no-text", "a host that is not UTF-8", {1: b"\xff"})
    snapshot("other-root", "a root page in the head that is not that of its node", {11: sha(b"other") + varint(99)})
    snapshot("volume-elsewhere", "a volume under another host", {16: volume("example.org", "user.alice")})
    snapshot("dump-alone", "a dump and no volume", {18: dump()})

    def other_nonce(key, aad, plain):
        nonce = bytes(12)
        return nonce + gcm(derive(key, "seal-key"), nonce, plain, aad)
    snapshot("other-nonce", "a head sealed with a nonce that does not follow from it", {}, "damaged", None, other_nonce)
    snapshot("omissions", "what it lacks", {}, "ok", {
        6: listed([vbytes("/usr/x: größer".encode()), vbytes(b"a problem without a path")]), 8: varint(3),
        10: listed([vbytes(b"/usr/x") + varint(2) + varint(13), vbytes(b"") + varint(0) + varint(0)]),
        12: listed([vbytes(b"/usr/x") + varint(2), vbytes(b"/\xff") + varint(8)]),
        14: listed([varint(1) + varint(1), varint(5) + varint(2 ** 63 - 1)]),
        16: fields({2: listed([vbytes(b"*.o"), vbytes(b"\xff")]), 4: varint(3), 6: varint(7)})})

def main(folder):
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory:
        write_all(folder, os.path.join(directory, "repository"))
    return vectors.check(folder)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
