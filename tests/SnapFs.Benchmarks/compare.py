"""Compares snapfs with restic and borg; called by compare.sh. Every figure is a median of whole-process times."""
import argparse
import hashlib
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import volumes
from peers import Borg, Restic, SnapFs, grow_tool
from processes import Command, drop_caches, peak_rss, tree_size
from table import Table

# How rows begin, in the order of the table.
ROWS = ["`snapfs version`", "first backup", "its resident", "repository", "first backup, snapfs at", "repository, snapfs at",
        "second backup", "`find`", "`ls", "`tar` of", "4 KiB", "8 readers", "resident memory of the mount", "mount ready", "restore",
        "`cp", "`tar` out"]


def first_files(root, limit):
    """Directories below a root, in order, that hold about limit bytes: what the tar rows read."""
    chosen, total = [], 0
    for entry in sorted(os.scandir(root), key=lambda e: e.name):
        size = tree_size(entry.path) if entry.is_dir(follow_symlinks=False) else 0
        if size and total < limit:
            chosen.append(entry.name)
            total += size
    return chosen, total


def random_reads(root, files, count, seed):
    """Latencies of single 4 KiB reads at random places, milliseconds."""
    chooser = random.Random(seed)
    latencies = []
    for _ in range(count):
        name, size = chooser.choice(files)
        offset = chooser.randrange(max(1, size - 4096))
        started = time.monotonic()
        descriptor = os.open(os.path.join(root, name), os.O_RDONLY)
        os.pread(descriptor, 4096, offset)
        os.close(descriptor)
        latencies.append((time.monotonic() - started) * 1000)
    return latencies


def parallel_readers(root, files):
    """MB/s of eight processes that read different files."""
    parts = [files[i::8] for i in range(8)]
    started = time.monotonic()
    readers = [subprocess.Popen(["sh", "-c", 'cd "$0" && tr "\\n" "\\0" | xargs -0 cat > /dev/null', root],
                                stdin=subprocess.PIPE, text=True) for _ in parts]
    for reader, part in zip(readers, parts):
        reader.stdin.write("\n".join(name for name, _ in part) + "\n")
        reader.stdin.close()
    for reader in readers:
        reader.wait()
    return sum(size for _, size in files) / 1e6 / (time.monotonic() - started)


def large_files(tree, at_least, limit):
    found = []
    for folder, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.islink(path) and os.path.isfile(path) and "\n" not in path:
                size = os.path.getsize(path)
                if size >= at_least:
                    found.append((os.path.relpath(path, tree), size))
    found.sort()
    chosen, total = [], 0
    for entry in found:
        if total >= limit:
            break
        chosen.append(entry)
        total += entry[1]
    return chosen


def equal(left, right):
    return Command(["diff", "-r", "--no-dereference", left, right], check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", nargs="?")
    parser.add_argument("--snapfs", required=True)
    parser.add_argument("--default-output", required=True)
    parser.add_argument("--top", required=True, help="the folder of SnapFs.sln")
    parser.add_argument("--output")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work")
    parser.add_argument("--only", help="comma-separated parts: start,backup,mount,restore,ready,volumes")
    options = parser.parse_args()
    work = options.work or tempfile.mkdtemp(prefix="snapfs-benchmark-", dir="/var/tmp")
    os.makedirs(work, exist_ok=True)
    tree = os.path.abspath(options.tree) if options.tree else os.path.join(work, "usr")
    if not options.tree and not os.path.exists(tree):
        print("copying /usr", flush=True)
        Command(["cp", "-a", "/usr", tree])
    parts = (options.only or "backup,mount,restore,ready,start,volumes").split(",")
    snapfs = SnapFs(work, options.snapfs)
    peers = [snapfs, Restic(work), Borg(work)]
    size = tree_size(tree)
    with open(options.snapfs, "rb") as file:
        subject = [hashlib.file_digest(file, "sha256").hexdigest(), tree, size]
    table = Table(os.path.join(work, "figures.json"), subject, ["snapfs", "restic", "borg", "disk"], ["restic", "borg"], ROWS)
    of_volumes = Table(os.path.join(work, "figures-volumes.json"), subject, ["snapfs", "peer"], ["peer"])
    count = sum(len(d) + len(f) for _, d, f in os.walk(tree))
    print(f"{count} entries, {size / 1e9:.2f} GB", flush=True)
    if "start" in parts:
        start_rows(table, snapfs, options.runs)
    if "backup" in parts:
        backup_rows(table, peers, tree, options.runs)
    elif {"mount", "restore", "ready"} & set(parts):
        for peer in peers:
            peer.reuse(tree)
    if "mount" in parts:
        mount_rows(table, peers, tree, options.runs, work)
    if "restore" in parts:
        restore_rows(table, peers, tree, options.runs, work)
    if "ready" in parts:
        many_snapshots(table, work, options.snapfs, options.top, options.runs)
    if "volumes" in parts:
        volumes.rows(of_volumes, snapfs, tree, options.runs, work, options.top)
    write(options.output or options.default_output, table, of_volumes, peers, count, size)
    if not options.work:
        shutil.rmtree(work)


def start_rows(table, snapfs, runs):
    cold, warm = [], []
    for _ in range(max(runs, 10)):
        drop_caches()
        cold.append(Command([snapfs.binary, "version"]).seconds)
        warm.append(Command([snapfs.binary, "version"]).seconds)
    table.add("`snapfs version`, cold", {"snapfs": cold}, "s", "≤ 0.04 s")
    table.add("`snapfs version`, warm", {"snapfs": warm}, "s", "≤ 0.015 s")


def backup_rows(table, peers, tree, runs):
    first = {p.name: [] for p in peers}
    rss = {p.name: [] for p in peers}
    stored = {p.name: [] for p in peers}
    again = {p.name: [] for p in peers}
    walk = []
    Command(["sh", "-c", 'find "$0" -type f -print0 | xargs -0 cat > /dev/null', tree])
    for _ in range(runs):
        for peer in peers:
            peer.init()
            os.sync()
            result = peer.backup(tree)
            first[peer.name].append(result.seconds)
            rss[peer.name].append(result.rss)
            stored[peer.name].append(tree_size(peer.repo) / 1e6)
    for _ in range(max(runs, 3)):
        walk.append(Command(["find", tree, "-printf", "%s %T@ %i\\n"]).seconds)
        for peer in peers:
            again[peer.name].append(peer.backup(tree).seconds)
    table.add("first backup", first, "s", "4 ×; 3 ×")
    table.add("its resident memory", rss, "MB", "< 300 MB")
    table.add("repository", stored, "MB", "≤ 1.00 × restic")
    table.add("second backup, nothing changed", {**again, "disk": walk}, "s", "8 × both; ≤ 1 × find (disk)")
    snapfs = peers[0]
    extra = snapfs.beside("3")
    extra.init(level=3)
    slower = extra.backup(tree)
    table.add("repository, snapfs at level 3", {"snapfs": [tree_size(extra.repo) / 1e6],
                                                "restic": stored["restic"], "borg": stored["borg"]},
              "MB", "< restic")
    table.add("first backup, snapfs at level 3", {"snapfs": [slower.seconds], "restic": first["restic"],
                                                  "borg": first["borg"]}, "s")
    shutil.rmtree(extra.repo)


def mount_rows(table, peers, tree, runs, work):
    names, total = first_files(tree, 4e9)
    big = large_files(tree, 1_000_000, 2e9)
    figures = {key: {p.name: [] for p in peers} for key in ("find", "ls", "tar", "random", "parallel", "rss")}
    figures["tar"]["disk"] = []
    for _ in range(runs):
        for peer in peers:
            rss = 0.0
            for key in ("find", "ls", "tar", "random", "parallel"):
                root = peer.mount()
                drop_caches()
                if key == "find":
                    figures[key][peer.name].append(Command(["sh", "-c", 'find "$0" > /dev/null', root]).seconds)
                elif key == "ls":
                    figures[key][peer.name].append(Command(["sh", "-c", 'ls -lR "$0" > /dev/null', root]).seconds)
                elif key == "tar":
                    figures[key][peer.name].append(
                        Command(["sh", "-c", 'tar cf - -C "$0" "$@" | cat > /dev/null', root, *names]).seconds)
                elif key == "random":
                    figures[key][peer.name].append(
                        statistics.quantiles(random_reads(root, big, 400, 1), n=100)[98])
                else:
                    figures[key][peer.name].append(parallel_readers(root, big))
                rss = max([rss] + [peak_rss(pid) for pid in peer.pids if os.path.exists(f"/proc/{pid}/status")])
                peer.unmount()
                print(f"    {peer.name} {key}: {figures[key][peer.name][-1]:.3g}", flush=True)
            figures["rss"][peer.name].append(rss)
        drop_caches()
        figures["tar"]["disk"].append(
            Command(["sh", "-c", 'tar cf - -C "$0" "$@" | cat > /dev/null', tree, *names]).seconds)
    table.add("`find` on a cold mount", figures["find"], "s", "7 ×; 5 ×")
    table.add("`ls -lR` on a cold mount", figures["ls"], "s", "15 ×; 8 ×")
    table.add(f"`tar` of {total / 1e9:.1f} GB out of a cold mount", figures["tar"], "s", "5 ×; 3.5 ×")
    table.add("4 KiB reads at random, cold, 99th percentile", figures["random"], "ms", "better than both")
    table.add("8 readers in parallel, cold", figures["parallel"], "MB/s", "better than both")
    table.add("resident memory of the mount, peak", figures["rss"], "MB", "< 350 MB")


def restore_rows(table, peers, tree, runs, work):
    copied = "`cp -a` out of the mount (disk: of the tree itself)"
    snapfs = peers[0]
    target = os.path.join(work, "target")

    def fresh():
        shutil.rmtree(target, ignore_errors=True)
        os.makedirs(target)
        drop_caches()

    for run in range(runs):
        for peer in peers:
            fresh()
            table.add("restore", {peer.name: [peer.restore(target).seconds]}, "s", "1.5 × restic")
            if run == 0:
                found = target if peer.name == "snapfs" else target + tree
                difference = equal(tree, found)
                if difference.code != 0:
                    sys.exit(f"{peer.name}'s restore differs:\n{difference.output[:2000]}")
        fresh()
        root = snapfs.mount()
        drop_caches()
        table.add(copied, {"snapfs": [Command(["cp", "-a", root, target]).seconds]}, "s", "≤ 1.2 × restore")
        if run == 0 and equal(tree, os.path.join(target, os.path.basename(tree))).code != 0:
            sys.exit("the copy out of the mount differs")
        snapfs.unmount()
        fresh()
        root = snapfs.mount()
        drop_caches()
        unpacked = Command(["sh", "-c", 'tar cf - -C "$0" . | tar xf - -C "$1"', root, target]).seconds
        table.add("`tar` out of the mount, unpacked", {"snapfs": [unpacked]}, "s", "≤ 1.2 × restore")
        snapfs.unmount()
        fresh()
        table.add(copied, {"disk": [Command(["cp", "-a", tree, target]).seconds]}, "s")
    shutil.rmtree(target)


def many_snapshots(table, work, binary, top, runs):
    for count, target in ((1_000, "≤ 0.10 s"), (10_000, "≤ 0.25 s")):
        folder = os.path.join(work, f"snapshots-{count}")
        os.makedirs(folder)
        snapfs = SnapFs(folder, binary)
        snapfs.init()
        Command([*grow_tool(top), snapfs.repo, snapfs.key, "snapshots", str(count)])
        snapfs.tree = "/empty"
        snapfs.mount()  # fills the cache
        snapfs.unmount()
        ready = []
        for _ in range(max(runs, 3)):
            drop_caches()
            snapfs.mount()
            ready.append(snapfs.ready)
            snapfs.unmount()
        table.add(f"mount ready and its hosts listed, {count:,} snapshots, cold", {"snapfs": ready}, "s", target)
        shutil.rmtree(folder)


def remarks(path):
    """What people wrote below the table, which stays: from the first second-level heading on."""
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        _, heading, rest = file.read().partition("\n## ")
    return heading + rest


def write(output, table, of_volumes, peers, count, size):
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="ascii")
                if line.startswith("model name")), "unknown processor")
    runs = table.runs() + of_volumes.runs()
    text = f"""# Benchmarks

Made by `tests/SnapFs.Benchmarks/compare.sh` over {count:,} entries, {size / 1e9:.1f} GB (a copy of
`/usr` unless a tree was named), on {os.cpu_count()} cores of {cpu}, {time.strftime('%Y-%m-%d')}.
{'; '.join(peer.version() for peer in peers)}; local repositories, each program's default compression and encryption.
Figures are medians of {min(runs)} to {max(runs)} runs of whole processes; the programs of a row ran in turn, and only ratios within a row
mean anything. snapfs runs with `--key-file`: deriving the key from a passphrase costs what `init` chose (about half a second) on top.
A mount is cold when it was just made and the page cache dropped. The source tree is warm for backups. Restored trees
were compared with `diff -r --no-dereference`.

{table.markdown()}

### Volumes of AFS

A volume with the files of `share` of that tree and small ones, dumped by the real `vos` of a cell on the same machine. "peer" is what
the first column names after "against".

{of_volumes.markdown()}
"""
    page = text + remarks(output)
    with open(output, "w", encoding="utf-8") as file:
        file.write(page)
    print(text)


if __name__ == "__main__":
    main()
