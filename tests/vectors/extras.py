"""Odd and hostile additions to what make.py writes. Each is a function of (repository, people, sources, manifest), named by --extra.

What readers must pass over goes into manifest["ignored"]; manifest["newer"] says that the repository as a whole is to be refused as newer.
"""
import os
from make import *

EXTRAS = {}

def extra(function):
    EXTRAS[function.__name__.replace("_", "-")] = function
    return function

def ignore(manifest, path, why): manifest["ignored"][path] = why
def index_path(domain, name): return f"index/{domain.id.hex()}/{name.hex()}"
def snapshot_path(domain, name): return f"snapshots/{domain.id.hex()}/{name.hex()}"

def somebody(repository, name="intruder"): return Person(name, repository.chance("somebody " + name))

def administrator(repository, one, more=None, epoch=None, id=None, **envelope):
    values = {**repository.base(epoch, id), 5: one.signer, 7: one.recipient, 8: one.name.encode(), 10: varint(NOW), **(more or {})}
    return plain_object(3, values, **envelope)

def small(source, text):
    return source.entry(2, children={b"data": source.entry(2, children={b"file": source.file(text)})})

def excluded(repository, manifest, domain, signer, why, **more):
    """A snapshot that does not count."""
    sequence, host_source = more.pop("sequence", None), Source(repository.chance, why)
    name, _ = Run(repository, domain, signer, sequence).snapshot(small(host_source, b"forged"), counts=False, why=why, **more)
    ignore(manifest, snapshot_path(domain, name), why)

# ---- section 3.2: keys

@extra
def unsigned(repository, people, sources, manifest):
    one = somebody(repository)
    name = repository.put_key(administrator(repository, one), one.seed)
    ignore(manifest, "keys/" + name.hex(), "signed by nobody")
    excluded(repository, manifest, people.domains[0], one, "an administrator whom nobody signed")

@extra
def old_authority(repository, people, sources, manifest):
    one, seed = somebody(repository), repository.old["authority"]
    for epoch in (1, NEWEST):
        name = repository.put_key(administrator(repository, one, epoch=epoch), seed)
        ignore(manifest, "keys/" + name.hex(), f"signed by the old authority, as of epoch {epoch}")
    name = repository.put_key(plain_object(8, {**repository.base(1), 5: people.administrators[0].id, 8: b"forged"}), seed)
    ignore(manifest, "keys/" + name.hex(), "a revocation by the old authority")
    excluded(repository, manifest, people.domains[0], one, "an administrator of the old authority")

@extra
def signed_by_root(repository, people, sources, manifest):
    """The root signs epochs only."""
    name = repository.put_key(administrator(repository, somebody(repository), epoch=0), repository.root.seed)
    ignore(manifest, "keys/" + name.hex(), "signed by the root")

@extra
def replaced(repository, people, sources, manifest):
    """One administrator object replaces another, and is replaced by a third: neither of the two counts."""
    ones, name = [somebody(repository, f"administrator {n}") for n in range(3)], None
    for n, one in enumerate(ones):
        last, name = name, repository.put_key(administrator(repository, one, {2: listed([name])} if name else {}))
        if last:
            ignore(manifest, "keys/" + last.hex(), "replaced")
    for one in ones[:2]:
        excluded(repository, manifest, people.domains[0], one, "an administrator who was replaced: " + one.name)

@extra
def kind_from_128(repository, people, sources, manifest):
    for folder in ("keys", "gc"):
        name = repository.put_key(plain_object(200, {**repository.base(), 5: b"?"}), folder=folder)
        ignore(manifest, f"{folder}/{name.hex()}", "a kind that may be passed over")

@extra
def forged_voucher(repository, people, sources, manifest):
    """By nobody, by the old authority, and for another domain."""
    alpha, beta, gamma = people.domains
    name = bytes.fromhex(next(name for name in repository.excluded))
    for seed in (bytes(32), repository.old["authority"]):
        data = plain_object(18, {**repository.base(), 5: gamma.id, 7: listed([name])})
        ignore(manifest, "keys/" + repository.put_key(data, seed).hex(), "a voucher not signed by the newest authority")
    repository.put_voucher(beta, [name])

@extra
def missing_key(repository, people, sources, manifest):
    """One that the epoch started with was removed: a warning, and who has it lost."""
    name = next(name for name in repository.starting if repository.kind_of(name) == 18)
    os.remove(os.path.join(repository.directory, "keys", name.hex()))
    gone = [name for name, one in repository.snapshots.items() if one["signer"] == people.leaver.id.hex()]
    for name in gone:
        repository.excluded[name] = "nobody vouches for it any more"
        del repository.snapshots[name]
    manifest["missing"] = 1

@extra
def wrong_epoch_number(repository, people, sources, manifest):
    name = repository.put_key(administrator(repository, somebody(repository), epoch=1))
    ignore(manifest, "keys/" + name.hex(), "signed by the newest authority, said to be by that of epoch 1")

@extra
def other_repository(repository, people, sources, manifest):
    one, other = somebody(repository), sha(b"another")
    name = repository.put_key(administrator(repository, one, id=other), id=other)
    ignore(manifest, "keys/" + name.hex(), "of another repository")
    name = repository.put_key(administrator(repository, one, id=other))
    ignore(manifest, "keys/" + name.hex(), "of another repository, the signature of this one")
    name = repository.put_key(administrator(repository, one), id=other)
    ignore(manifest, "keys/" + name.hex(), "of this repository, the signature of another one")

@extra
def epoch_by_authority(repository, people, sources, manifest):
    for base in (0, NEWEST):
        authority = somebody(repository, f"authority {base}").signer
        data = plain_object(2, {**repository.base(base), 5: varint(NEWEST + 1), 7: authority, 8: varint(NOW)})
        ignore(manifest, "keys/" + repository.put_key(data).hex(), "an epoch that the root has not signed")

@extra
def epoch_twin(repository, people, sources, manifest):
    """Of two epochs with one number, that with the smaller name is the newest."""
    names = sorted(os.listdir(os.path.join(repository.directory, "keys")))
    authority = somebody(repository)
    own = next(name for name in names if b"SNFS\2" == open(os.path.join(repository.directory, "keys", name), "rb").read(5)
               and signer_key(repository.authority) in open(os.path.join(repository.directory, "keys", name), "rb").read())
    for n in range(1000):
        data = plain_object(2, {**repository.base(0), 5: varint(NEWEST), 7: authority.signer, 8: varint(NOW + n)})
        if sha(data + sign(repository.root.seed, repository.id, 2, data)).hex() > own:
            repository.put_key(data, repository.root.seed)
            break
    name = repository.put_key(administrator(repository, authority), authority.seed)
    ignore(manifest, "keys/" + name.hex(), "of the epoch that lost")

@extra
def unknown_kind(repository, people, sources, manifest):
    repository.put_key(plain_object(40, {**repository.base(), 5: b"?"}))
    manifest["newer"] = True

@extra
def unknown_kind_unsigned(repository, people, sources, manifest):
    name = repository.put_key(plain_object(40, {**repository.base(), 5: b"?"}), bytes(32))
    ignore(manifest, "keys/" + name.hex(), "a kind nobody knows, signed by nobody")

@extra
def newer_version(repository, people, sources, manifest):
    repository.put_key(administrator(repository, somebody(repository), version=2))
    manifest["newer"] = True

@extra
def newer_suite_unsigned(repository, people, sources, manifest):
    name = repository.put_key(administrator(repository, somebody(repository), suite=3), bytes(32))
    ignore(manifest, "keys/" + name.hex(), "another suite, signed by nobody")

@extra
def odd_field(repository, people, sources, manifest):
    repository.put_key(administrator(repository, somebody(repository), {11: b"critical"}))
    manifest["newer"] = True

@extra
def even_field(repository, people, sources, manifest):
    repository.put_key(administrator(repository, somebody(repository), {12: b"to be skipped"}))

@extra
def expensive_slot(repository, people, sources, manifest):
    """The passphrase opens the cheap one before; a wrong one finds out whether the machine has 4 GiB."""
    repository.put_slot(people.administrators[1], "another", 4194304, 2, "expensive")

@extra
def slot_too_cheap(repository, people, sources, manifest):
    repository.put_slot(people.administrators[0], people.passphrase, 1024, 1, "cheap")

@extra
def junk(repository, people, sources, manifest):
    alpha = people.domains[0].id.hex()
    for path in ("keys/readme", "keys/" + "A" * 64, "config", "config-1", f"packs/{alpha}/zz/" + "0" * 64, f"packs/{alpha}/01/" + "0" * 64,
                 f"leases/{alpha}/{alpha}-01-" + "0" * 64, f"leases/{alpha}/{alpha}-1", "leases/x/y",
                 "index/nobody/" + "0" * 64, "snapshots/" + "f" * 32 + "/" + "0" * 64, "later/x"):
        repository.put(path, b"junk")
    for path, data in (("keys/" + "0" * 64, b"SNFS"), (f"index/{alpha}/" + "0" * 64, b""), (f"snapshots/{alpha}/" + "0" * 64, b"SNFS\x0d"),
                       (f"leases/{alpha}/{alpha}-0-" + "0" * 64, b"SNFS\x0e")):
        repository.put(path, data)
        ignore(manifest, path, "not an object of that name")
    for data in (b"", b"SNFS", header(3), header(3) + u32(1 << 31), bytes(MIB + 1)):
        ignore(manifest, "keys/" + repository.put_named("keys", data).hex(), "damaged or too long")

MIB = 1 << 20

@extra
def second_config(repository, people, sources, manifest):
    """A repository of somebody else in the same place, whose slots cost more."""
    one = somebody(repository)
    config = repository.config.replace(repository.root.signer, one.signer).replace(repository.root.recipient, one.recipient)
    path = "config-" + sha(config).hex()
    repository.put(path, config)
    os.utime(os.path.join(repository.directory, path), (NOW * 2, NOW * 2))

@extra
def mark_among_keys(repository, people, sources, manifest):
    """An object that counts in gc/ and was copied by somebody who cannot sign."""
    data = plain_object(15, {**repository.base(), 5: people.store, 6: varint(NOW), 7: b"\0", 9: b"\0"})
    repository.put_key(data, folder="gc")
    ignore(manifest, "keys/" + repository.put_key(data).hex(), "of another folder")
    for kind in (10, 13, 14, 100):
        data = plain_object(kind, {**repository.base(), 5: b"?"})
        ignore(manifest, "keys/" + repository.put_key(data).hex(), "a kind of another folder")
    for kind in (3, 40):
        data = plain_object(kind, {**repository.base(), 5: b"?"})
        ignore(manifest, "gc/" + repository.put_key(data, folder="gc").hex(), "a kind of another folder")

# ---- section 3.3: who may sign

@extra
def wrong_host(repository, people, sources, manifest):
    alpha, signer = people.domains[0], people.agents[0][0]
    excluded(repository, manifest, alpha, signer, "a host that the certificate does not allow", host="beta")

@extra
def expired(repository, people, sources, manifest):
    alpha, one = people.domains[0], somebody(repository, "expired")
    repository.put_certificate(one, alpha, [(1, "old*")], not_after=NOW + 9999)
    Run(repository, alpha, one).snapshot(small(Source(repository.chance, "in time"), b"old"), host="old host", end=(NOW + 9999, 999999999))
    excluded(repository, manifest, alpha, one, "after not after", host="old host", end=(NOW + 10000, 0))

@extra
def cell_forgery(repository, people, sources, manifest):
    """May sign for a cell, and uses that for a host."""
    alpha, one = people.domains[0], somebody(repository, "cell")
    repository.put_certificate(one, alpha, [(2, "example.org"), (3, "user.*")])
    volume = fields({1: b"example.org", 3: b"user.ann", 5: varint(536870931)})
    files = small(Source(repository.chance, "volume"), b"v")
    Run(repository, alpha, one).snapshot(files, host="example.org", source="user.ann", volume=volume)
    excluded(repository, manifest, alpha, one, "a volume under the name of a host", host="alpha", source="user.ann", volume=volume)
    excluded(repository, manifest, alpha, people.agents[0][0], "a dump and no volume", dump=True)
    lie = fields({1: b"elsewhere.org", 3: b"user.ann", 5: varint(536870931)})
    excluded(repository, manifest, alpha, one, "a volume of another cell than its host", host="example.org", source="user.ann", volume=lie)
    other = fields({1: b"example.org", 3: b"root.cell", 5: varint(536870931)})
    excluded(repository, manifest, alpha, one, "a volume it may not", host="example.org", source="root.cell", volume=other)

@extra
def other_domain(repository, people, sources, manifest):
    """A certificate for one domain, objects in another; and objects in the folder of another domain."""
    alpha, beta, _ = people.domains
    excluded(repository, manifest, beta, people.agents[0][0], "an agent of another domain", host="alpha")
    for folder in ("index", "snapshots"):
        at = os.path.join(repository.directory, folder, alpha.id.hex())
        for name in sorted(os.listdir(at))[:2]:
            path = f"{folder}/{beta.id.hex()}/{name}"
            repository.put(path, open(os.path.join(at, name), "rb").read())
            ignore(manifest, path, "in the folder of another domain")

@extra
def revoked_administrator(repository, people, sources, manifest):
    alpha, one = people.domains[0], somebody(repository, "gone")
    repository.put_key(administrator(repository, one))
    repository.put_revocation(one)
    excluded(repository, manifest, alpha, one, "an administrator who is revoked", sequence=0)

@extra
def kind_not_listed(repository, people, sources, manifest):
    alpha, one = people.domains[0], somebody(repository, "packs only")
    repository.put_certificate(one, alpha, [(1, "alpha")], kinds=(10,))
    excluded(repository, manifest, alpha, one, "a kind that the certificate does not list")
    ignore(manifest, index_path(alpha, Run(repository, alpha, one).put_heads([])), "a kind that the certificate does not list")

# ---- section 2.4 and 5.1

@extra
def chosen_nonce(repository, people, sources, manifest):
    """Sealed with another nonce than that of its content."""
    alpha, one = people.domains[0], people.agents[0][0]
    run = Run(repository, alpha, one)
    run.seal = lambda key, aad, plain: bytes(12) + gcm(derive(key, "seal-key"), bytes(12), plain, aad)
    name, _ = run.snapshot(small(Source(repository.chance, "nonce"), b"forged"), counts=False, why="a nonce of its own")
    ignore(manifest, snapshot_path(alpha, name), "a nonce of its own")

@extra
def wrong_commitment(repository, people, sources, manifest):
    """Only who has the seeds finds out, so that agents who may not read see the head."""
    alpha, one = people.domains[0], people.administrators[0]
    run = Run(repository, alpha, one)
    run.run_key(TREE)
    run.sealed[TREE] = run.sealed[TREE][:-32] + bytes(32)
    name, _ = run.snapshot(small(Source(repository.chance, "commitment"), b"forged"), host="no commitment")
    manifest["unreadable"].append(name.hex())

# ---- section 6: index

@extra
def hiding_catalogue(repository, people, sources, manifest):
    """A revoked agent says that all other index objects need not be read, and lists nothing."""
    gamma, one = people.domains[2], people.agents[2][0]
    names = [bytes.fromhex(name) for name in os.listdir(os.path.join(repository.directory, "index", gamma.id.hex()))]
    name = Run(repository, gamma, one).segment(DATA, [], names)
    ignore(manifest, index_path(gamma, name), "revoked")

@extra
def lying_segment(repository, people, sources, manifest):
    """One that counts and says of all chunks that they lie elsewhere; readers check ids and take the next place."""
    alpha, one = people.domains[0], people.agents[0][0]
    for kind, _, packs in list(alpha.segments):
        Run(repository, alpha, one).segment(kind, packs, wrong=1)

def many(repository, people, why, count=20):
    """So many snapshots of an administrator, each of another host, that a reader looks for them in heads: (name, bytes)."""
    run, found = Run(repository, people.domains[0], people.administrators[0]), []
    for i in range(count):
        name, _ = run.snapshot(small(Source(repository.chance, f"{why} {i}"), b"true"), host=f"{why}{i}")
        found.append((name, whole_of(repository, people.domains[0], name)))
    return found

def whole_of(repository, domain, name):
    with open(os.path.join(repository.directory, snapshot_path(domain, name)), "rb") as file:
        return file.read()

@extra
def lying_heads(repository, people, sources, manifest):
    """An agent puts a snapshot of its own under the names of others, and signs both: a reader who believed it would not show theirs."""
    alpha, one = people.domains[0], people.agents[0][0]
    others = many(repository, people, "hidden")
    own, part = Run(repository, alpha, one).snapshot(small(Source(repository.chance, "own"), b"own"), source="in place of others")
    for data in (part, whole_of(repository, alpha, own)):
        name = Run(repository, alpha, one).put_heads([(other, data) for other, _ in others])
        ignore(manifest, index_path(alpha, name), "says something else than the snapshots")

@extra
def whole_heads(repository, people, sources, manifest):
    """An agent hands on snapshots of others, whole; one of them is not listed any more."""
    alpha, one = people.domains[0], people.agents[0][0]
    others = many(repository, people, "whole")
    Run(repository, alpha, one).put_heads(others)
    os.remove(os.path.join(repository.directory, snapshot_path(alpha, others[0][0])))
    repository.excluded[others[0][0].hex()] = "removed"
    del repository.snapshots[others[0][0].hex()]

@extra
def lost_index(repository, people, sources, manifest):
    shutil.rmtree(os.path.join(repository.directory, "index"))
    manifest["index"] = False

# ---- section 10: deletion

def forget(repository, store, names, seed=None):
    data = plain_object(16, {**repository.base(), 5: store, 6: varint(NOW), 7: listed([domain + name for domain, name in names])})
    return repository.put_key(data, seed, "gc")

@extra
def forgotten(repository, people, sources, manifest):
    name, snapshot = sorted(repository.snapshots.items())[0]
    forget(repository, people.store, [(bytes.fromhex(snapshot["domain"]), bytes.fromhex(name))])
    ignore(manifest, f"snapshots/{snapshot['domain']}/{name}", "forgotten")
    del repository.snapshots[name]
    repository.excluded[name] = "forgotten"

@extra
def forget_undone(repository, people, sources, manifest):
    names = [(bytes.fromhex(one["domain"]), bytes.fromhex(name)) for name, one in repository.snapshots.items()]
    name = forget(repository, people.store, names)
    repository.put_key(plain_object(16, {**repository.base(), 2: listed([name]), 5: people.store, 6: varint(NOW), 7: b"\0"}), folder="gc")

@extra
def forget_elsewhere(repository, people, sources, manifest):
    """By nobody, and of another store: neither holds here."""
    names = [(bytes.fromhex(one["domain"]), bytes.fromhex(name)) for name, one in repository.snapshots.items()]
    ignore(manifest, "gc/" + forget(repository, people.store, names, bytes(32)).hex(), "signed by nobody")
    ignore(manifest, "gc/" + forget(repository, people.store, names, repository.old["authority"]).hex(), "forbids, but does not permit")
    forget(repository, bytes(16), names)

@extra
def newer_deletion(repository, people, sources, manifest):
    """Only newer versions write to this; all may read it."""
    name = repository.put_key(plain_object(100, {**repository.base(), 5: b"?"}), folder="gc")
    ignore(manifest, "gc/" + name.hex(), "newer")

@extra
def witness(repository, people, sources, manifest):
    alpha = people.domains[0]
    pack = next(pack for kind, _, packs in alpha.segments for pack in packs)
    entries = {7: listed([alpha.id + pack[0]]), 9: b"\0"}
    mark = repository.put_key(plain_object(15, {**repository.base(), 5: people.store, 6: varint(NOW), **entries}), folder="gc")
    runs = listed([alpha.id + bytes(16)])
    repository.put_key(plain_object(17, {**repository.base(), 5: people.store, 7: listed([mark]), 9: runs}), folder="gc")
