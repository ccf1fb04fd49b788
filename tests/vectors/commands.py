"""The commands of read.py."""
import os, stat, sys
from repository import *

def show(data): return data.decode(errors="backslashreplace").encode("unicode_escape").decode()

def main(arguments):
    command, directory, *rest = arguments
    if command == "vectors" and not rest:
        import vectors
        return vectors.check(directory)
    if (command, len(rest)) not in (("repository", 1), ("restore", 2)):
        return "see the beginning of read.py"
    try:
        repository = Repository(directory, rest[0])
        return check(repository) if command == "repository" else restore(repository, rest[1])
    except Newer as reason:
        return f"newer: {reason}"
    except Damaged as reason:
        return f"damaged: {reason}"

def each_snapshot(repository):
    for domain in repository.domains.values():
        repository.read_index(domain)
        for snapshot in repository.snapshots(domain):
            yield domain, *snapshot

# ---- check and list

def check(repository):
    failed = 0
    for domain in sorted(repository.domains.values(), key=lambda domain: domain.id):
        print("domain", domain.id.hex(), "may read" if domain.may_read else "heads only", "epochs", *domain.index)
        check_packs(repository, domain)
    for domain, name, clear, head, body, data in each_snapshot(repository):
        print("snapshot", name, head[1], show(head[3].encode()))
        try:
            need(body or not domain.may_read, "no body")
            if body:
                list_files(repository, domain, head)
        except (Damaged, Newer) as reason:
            failed += 1
            print(f"snapshot {name}: {reason}", file=sys.stderr)
    list(repository.leases())
    for name in repository.missing:
        print(f"keys/{name} is missing, which the epoch started with", file=sys.stderr)
    for path, reason in sorted(repository.ignored.items()):
        print(f"passed over: {path}: {reason}", file=sys.stderr)
    return 1 if failed else 0

def check_packs(repository, domain):
    """That the index says of packs what their footers say, and heads what the snapshots begin with."""
    footers = {name: {frame[:4]: frame[4] for frame in pack.frames} for name, pack in repository.packs(domain)}
    for path, (kind, _, content, _) in repository.read_index(domain).items():
        for item in content:
            if kind == 12:
                snapshot = f"snapshots/{domain.id.hex()}/{item[0].hex()}"
                listed = snapshot in repository.names(snapshot[:-65])
                bad = listed and not repository.read(snapshot).startswith(item[1])
            else:
                chunk, frame, begin, end = item
                chunks, at = footers.get(frame.pack, {}).get((frame.offset, frame.stored, frame.plain, frame.codec), []), 0
                places = set()
                for name, length in chunks:
                    places.add((name[:16], at, at + length))
                    at += length
                bad = (chunk, begin, end) not in places
            if bad:
                repository.ignored[path] = "says something else than a pack or snapshot"

def list_files(repository, domain, head):
    for path, node, _, _ in repository.walk(domain, head[11]):
        shown = "-"
        if node["type"] == 1:
            digest, at = hashlib.sha256(), 0
            for offset, data in repository.content(domain, node):
                digest.update(bytes(offset - at) + data)
                at = offset + len(data)
            digest.update(bytes(node["size"] - at))
            shown = digest.hexdigest()
        elif node["type"] == 3:
            shown = show(node["target"])
        print(node["type"], f"{node['mode']:04o}", node["uid"], node["gid"], "%d.%09d" % node["mtime"], shown, show(path))

# ---- restore

def restore(repository, target):
    for domain, name, clear, head, body, data in each_snapshot(repository):
        if body:
            base = os.path.join(target, head[1], head[3], name).encode()
            os.makedirs(base)
            links, directories = {}, [(base, body[1])]
            for path, node, _, _ in repository.walk(domain, head[11]):
                create(repository, domain, base + path, node, links)
                if node["type"] == 2:
                    directories.append((base + path, node))
            for path, node in reversed(directories):
                finish(repository, domain, path, node)
            print("restored", name)
    return 0

def create(repository, domain, path, node, links):
    kind, key = node["type"], (node["inode"], node["device"])
    if kind != 2 and node["links"] > 1 and key in links:
        return os.link(links[key], path, follow_symlinks=False)
    if kind == 2:
        return os.mkdir(path, 0o700)
    links[key] = path
    if kind == 3:
        os.symlink(node["target"], path)
    elif kind == 1:
        with open(path, "xb") as file:
            for offset, data in repository.content(domain, node):
                file.seek(offset)
                file.write(data)
            file.truncate(node["size"])
    else:
        form = {4: stat.S_IFCHR, 5: stat.S_IFBLK, 6: stat.S_IFIFO, 7: stat.S_IFSOCK}[kind]
        rdev = node.get("rdev", 0)
        attempt(os.mknod, path, form | 0o600, os.makedev(rdev >> 32, rdev & 0xffffffff))
    finish(repository, domain, path, node)

def finish(repository, domain, path, node):
    """Owner before mode, as a change of owner takes bits away; times last."""
    if not os.path.lexists(path):
        return
    attempt(os.chown, path, node["uid"], node["gid"], follow_symlinks=False)
    for name, value in node["xattrs"]:
        attempt(os.setxattr, path, name, repository.attribute(domain, value), follow_symlinks=False)
    if node["type"] != 3:
        os.chmod(path, node["mode"])
    seconds, nanoseconds = node["mtime"]
    attempt(os.utime, path, ns=(seconds * 10 ** 9 + nanoseconds,) * 2, follow_symlinks=False)

def attempt(call, path, *arguments, **named):
    """What only root or another file system can do is said, and left out."""
    try:
        call(path, *arguments, **named)
    except (OSError, OverflowError) as reason:
        print(f"{show(path)}: {reason}", file=sys.stderr)
