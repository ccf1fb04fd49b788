#!/usr/bin/env python3
"""Compares two builds of snapfs, in turn over one tree, so that a change that costs speed is seen.

    native/publish.sh && tests/SnapFs.Benchmarks/paired.py --older OLD [--newer NEW] [--runs N] [--only PARTS] [--work DIR] [TREE]

OLD is a published file of an earlier commit, NEW is artifacts/snapfs unless named; PARTS are of start,backup,mount,restore.
TREE is a copy of /usr unless named. Every figure of a pair is measured one after the other, who is first alternates, and the
table has the medians and the median of the ratios newer / older of the pairs (for MB/s: older / newer): below 1 is better. Needs root.
"""
import argparse
import os
import shutil
import statistics
import sys
import tempfile

from compare import first_files, large_files, parallel_readers, random_reads
from peers import SnapFs
from processes import Command, drop_caches, peak_rss
from table import figure


class Pairs:
    """Figures of both builds, a list each a row."""

    def __init__(self):
        self.rows = {}

    def add(self, what, unit, older, newer):
        row = self.rows.setdefault(what, (unit, [], []))
        row[1].append(older)
        row[2].append(newer)
        print(f"  {what}: {figure(older)}, {figure(newer)} {unit}", flush=True)

    def markdown(self):
        lines = ["| | older | newer | newer / older (least to most) |", "|---|---|---|---|"]
        for what, (unit, older, newer) in self.rows.items():
            ratios = [o / n if unit.endswith("/s") else n / o for o, n in zip(older, newer)]
            lines.append(f"| {what} | {figure(statistics.median(older))} {unit} | {figure(statistics.median(newer))} {unit} | "
                         f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f}) |")
        return "\n".join(lines)


def both(builds, run, measure):
    """What a measurement says of the older and the newer build; who is first alternates with the run."""
    order = builds if run % 2 == 0 else builds[::-1]
    found = {id(build): measure(build) for build in order}
    return [found[id(build)] for build in builds]


def add(pairs, what, unit, values):
    pairs.add(what, unit, *values)


def start(pairs, builds, runs):
    for run in range(max(runs, 10)):
        def cold(build):
            drop_caches()
            return Command([build.binary, "version"]).seconds

        add(pairs, "`snapfs version`, cold", "s", both(builds, run, cold))


def backup(pairs, builds, tree, runs):
    Command(["sh", "-c", 'find "$0" -type f -print0 | xargs -0 cat > /dev/null', tree])
    for run in range(runs):
        def first(build):
            build.init()
            os.sync()
            return build.backup(tree)

        results = both(builds, run, first)
        add(pairs, "first backup", "s", [r.seconds for r in results])
        add(pairs, "its processor time", "s", [r.processor for r in results])
        add(pairs, "its resident memory", "MB", [r.rss for r in results])
    for run in range(runs * 3):
        results = both(builds, run, lambda build: build.backup(tree))
        add(pairs, "second backup, nothing changed", "s", [r.seconds for r in results])
        add(pairs, "its processor time, nothing changed", "s", [r.processor for r in results])
    for run in range(runs):
        add(pairs, "`check`", "s", both(builds, run, lambda build: build.run("check").seconds))


def mount(pairs, builds, tree, runs):
    names, total = first_files(tree, 4e9)
    big = large_files(tree, 1_000_000, 2e9)
    commands = {
        "`find` on a cold mount": ["sh", "-c", 'find "$0" > /dev/null'],
        "`ls -lR` on a cold mount": ["sh", "-c", 'ls -lR "$0" > /dev/null'],
        f"`tar` of {total / 1e9:.1f} GB out of a cold mount": ["sh", "-c", 'tar cf - -C "$0" "$@" | cat > /dev/null'],
    }
    for run in range(runs):
        memory = {}

        def mounted(build, measure):
            root = build.mount()
            drop_caches()
            value = measure(root)
            memory[id(build)] = max([memory.get(id(build), 0)]
                                    + [peak_rss(pid) for pid in build.pids if os.path.exists(f"/proc/{pid}/status")])
            build.unmount()
            return value

        for what, command in commands.items():
            rest = names if "tar" in what else []
            add(pairs, what, "s", both(
                builds, run, lambda build: mounted(build, lambda root: Command([*command, root, *rest]).seconds)))
        add(pairs, "4 KiB reads at random, cold, 99th percentile", "ms", both(builds, run, lambda build: mounted(
            build, lambda root: statistics.quantiles(random_reads(root, big, 400, 1), n=100)[98])))
        add(pairs, "8 readers in parallel, cold", "MB/s", both(builds, run, lambda build: mounted(
            build, lambda root: parallel_readers(root, big))))
        add(pairs, "resident memory of the mount, peak", "MB", [memory[id(build)] for build in builds])
        add(pairs, "mount ready", "s", both(builds, run, ready))


def ready(build):
    drop_caches()
    build.mount()
    build.unmount()
    return build.ready


def restore(pairs, builds, runs, work):
    target = os.path.join(work, "target")
    for run in range(runs):
        def restored(build):
            shutil.rmtree(target, ignore_errors=True)
            os.makedirs(target)
            drop_caches()
            return build.restore(target).seconds

        add(pairs, "restore", "s", both(builds, run, restored))
    shutil.rmtree(target, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("tree", nargs="?")
    parser.add_argument("--older", required=True)
    parser.add_argument("--newer", default=os.path.join(top, "artifacts", "snapfs"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="start,backup,mount,restore")
    parser.add_argument("--work")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("paired.py: run it as root: it mounts and drops the page cache")
    work = options.work or tempfile.mkdtemp(prefix="snapfs-paired-", dir="/var/tmp")
    os.makedirs(work, exist_ok=True)
    tree = os.path.abspath(options.tree) if options.tree else os.path.join(work, "usr")
    if not os.path.exists(tree):
        print("copying /usr", flush=True)
        Command(["cp", "-a", "/usr", tree])
    builds = []
    for name, binary in (("older", options.older), ("newer", options.newer)):
        folder = os.path.join(work, name)
        os.makedirs(folder, exist_ok=True)
        builds.append(SnapFs(folder, os.path.abspath(binary)))
    pairs = Pairs()
    parts = options.only.split(",")
    if "start" in parts:
        start(pairs, builds, options.runs)
    if "backup" in parts:
        backup(pairs, builds, tree, options.runs)
    elif {"mount", "restore"} & set(parts):
        for build in builds:
            build.reuse(tree)
    if "mount" in parts:
        mount(pairs, builds, tree, options.runs)
    if "restore" in parts:
        restore(pairs, builds, options.runs, work)
    print(pairs.markdown())
    if not options.work:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
