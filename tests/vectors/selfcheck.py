#!/usr/bin/env python3
"""Whether read.py sees in what make.py writes what each key should: selfcheck.py [EXTRA]... (none: without and with each of them)."""
import json, os, stat, sys, tempfile
import commands, extras, make, vectors
from repository import *

def expect(what, found, wanted):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r} instead of {wanted!r}")

def check_file(repository, domain, node, wanted, path):
    for key in ("type", "mode", "uid", "gid", "inode", "links"):
        expect(f"{path} {key}", node[key], wanted[key])
    expect(path, list(node["mtime"]), list(wanted["mtime"]))
    expect(path, {name.decode(): sha(repository.attribute(domain, value)).hex() for name, value in node["xattrs"]}, wanted["xattrs"])
    if node["type"] == 1:
        data = bytearray(node["size"])
        for offset, part in repository.content(domain, node):
            data[offset:offset + len(part)] = part
        expect(path, (len(data), sha(data).hex()), (wanted["size"], wanted["sha256"]))
        expect(path, [list(one) for one in node["extents"] or []], [list(one) for one in wanted["extents"] or []])
    elif node["type"] == 3:
        expect(path, os.fsdecode(node["target"]), wanted["target"])

def check_key(directory, key, wanted, manifest, files):
    repository = Repository(directory, key)
    expect("epoch", repository.epoch, manifest["epoch"])
    expect("role", repository.role, wanted["role"])
    expect("domains", sorted((domain.id.hex(), domain.may_read) for domain in repository.domains.values()),
           sorted((domain, wanted["reads"]) for domain in wanted["domains"]))
    for domain in repository.domains.values():
        commands.check_packs(repository, domain)
    seen = {name: (domain, head, body) for domain, name, clear, head, body, _ in commands.each_snapshot(repository)}
    expect("snapshots", sorted(seen), wanted["snapshots"])
    for name, (domain, head, body) in seen.items():
        said = manifest["snapshots"][name]
        expect(name, [head[1], head[3], list(head[5]), list(head[7])], [said[key] for key in ("host", "source", "start", "end")])
        expect(name, body is not None, wanted["reads"] and name not in manifest["unreadable"])
        if body and files:
            nodes = {os.fsdecode(path): node for path, node, _, _ in repository.walk(domain, head[11])}
            expect(name, sorted(nodes), sorted(said["files"]))
            for path, node in nodes.items():
                check_file(repository, domain, node, said["files"][path], path)
    expect("recovered from packs", bool(repository.recovered), files and wanted["reads"] and not manifest["index"])
    expect("missing", len(repository.missing), manifest["missing"])
    list(repository.leases())
    for path in manifest["ignored"]:
        if path.startswith(("keys/", "gc/")) or any(domain in path for domain in wanted["domains"]):
            if path not in repository.ignored:
                raise AssertionError(f"{path} ({manifest['ignored'][path]}) counts")

def check_restored(target, manifest):
    for name, said in manifest["snapshots"].items():
        for path, wanted in said["files"].items():
            at = os.path.join(target, said["host"], said["source"], name) + path
            if not os.path.lexists(at) and wanted["type"] in (4, 5, 7):
                continue
            found = os.lstat(at)
            if wanted["type"] == 1:
                expect(at, sha(open(at, "rb").read()).hex(), wanted["sha256"])
                expect(at, found.st_nlink, wanted["links"])
            elif wanted["type"] == 3:
                expect(at, os.readlink(at), wanted["target"])
            if wanted["type"] != 3:
                expect(at, stat.S_IMODE(found.st_mode), wanted["mode"])
            expect(at, found.st_mtime_ns, wanted["mtime"][0] * 10 ** 9 + wanted["mtime"][1])

def check_vectors(repository, people, folder):
    """That every object of one domain can be shown, is read again as it was shown, and is found damaged with a bit flipped."""
    alpha, seen = people.domains[0], {}
    secrets = {"repository-id": repository.id, "epoch-secret": repository.secret, "authority-seed": repository.authority,
               "root-secret": repository.root.secret, "administrator-secret": people.administrators[0].secret,
               "agent-secret": people.agents[0][0].secret, "domain-id": alpha.id, "domain-secret": alpha.secret}
    for n, *keys in alpha.epochs:
        secrets.update({f"{name}-{n}": key for name, key in zip(("index-key", "tree-seed", "data-seed"), keys)})
    secrets = {**{name: value.hex() for name, value in secrets.items()}, "epoch": str(make.NEWEST), "password": people.passphrase}
    header = "".join(f"{name}: {value}\n" for name, value in secrets.items())
    os.mkdir(folder)
    write = lambda name, head, data: open(f"{folder}/{name}.txt", "w").write(head + "\n" + data.hex() + "\n")
    write("secrets", header, b"")
    world = vectors.World(secrets)
    names = "config epoch administrator slot grant domain certificate revocation store pack index heads snapshot lease"
    kinds = dict(enumerate(names.split(), 1))
    kinds[18] = "voucher"
    for at, _, names in os.walk(repository.directory):
        for name in names:
            data = open(os.path.join(at, name), "rb").read()
            seen.setdefault(kinds[data[4]], []).append(data)
    seen["tree-page"] = [plain for (kind, _), plain in alpha.chunks.items() if kind == 2 and plain[0] == 1 and len(plain) > 500]
    seen["chunker"], seen["key-file"] = [bytes(range(256)) * 9], [repository.key_file("root", repository.root)]
    seen["paper-key"] = [repository.paper("agent", people.agents[0][0])]
    for kind, objects in seen.items():
        outcomes = [(data, *vectors.decode(world, kind, data)) for data in objects]
        expect(f"vectors of {kind}", [found for _, outcome, found in outcomes if outcome == "ok"] != [], True)
        data, _, found = next(one for one in outcomes if one[1] == "ok")
        shown = "".join(f"{name}: {value}\n" for name, value in found.items())
        write(kind, f"expect: ok\nobject: {kind}\nabout: x\n{shown}", data)
        if kind not in ("config", "chunker", "tree-page", "paper-key"):
            flipped = data[:-90] + bytes([data[-90] ^ 1]) + data[-89:]
            write(kind + "-flipped", f"expect: damaged\nobject: {kind}\nabout: x\n", flipped)
    expect("vectors", vectors.check(folder), 0)

def check(names):
    with tempfile.TemporaryDirectory() as folder:
        directory = os.path.join(folder, "repository")
        made = make.make(directory, 1, names)
        manifest = json.load(open(directory + ".json"))
        keys = {manifest["passphrase"]: manifest["keys"]["anna"]}
        keys.update({f"@{directory}.keys/{one['file']}": one for one in manifest["keys"].values()})
        for key, wanted in keys.items():
            try:
                check_key(directory, key, wanted, manifest, not names or key == manifest["passphrase"] or wanted["role"] == "agent")
                expect("newer", False, manifest["newer"])
            except Newer:
                expect("newer", True, manifest["newer"])
        if not names:
            commands.restore(Repository(directory, manifest["passphrase"]), folder + "/target")
            check_restored(folder + "/target", manifest)
            check_vectors(*made, folder + "/vectors")

if __name__ == "__main__":
    failed = 0
    for names in [[name] for name in sys.argv[1:]] or [[]] + [[name] for name in extras.EXTRAS]:
        try:
            check(names)
            print("ok", *names)
        except (AssertionError, Damaged) as reason:
            failed += 1
            print("failed", *names, reason)
    sys.exit(failed != 0)
