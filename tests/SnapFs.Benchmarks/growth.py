#!/usr/bin/env python3
"""Measures snapfs on repositories that grow in one respect each, and draws the lines.

    native/publish.sh && dotnet build -c Release tests/SnapFs.Benchmarks && tests/SnapFs.Benchmarks/growth.py [--only KINDS] [--runs N]

KINDS are of snapshots,domains,packs,chunks. Every figure is the median of whole processes with a warm page cache; "first list" has
no cache directory. Writes docs/growth.svg and prints the table for docs/benchmarks.md. Needs root, to mount, and 6 GB in /var/tmp.
"""
import argparse
import json
import math
import os
import shutil
import statistics
import sys
import tempfile

from peers import SnapFs, grow_tool
from processes import Command, peak_rss
from table import figure

SIZES = {
    "snapshots": [100, 1_000, 10_000],
    "domains": [10, 100, 1_000],
    "packs": [1_000, 10_000, 100_000],
    "chunks": [100_000, 1_000_000, 10_000_000],
}
COLOURS = {"first list": "#d95f02", "list": "#1b9e77", "nothing changed": "#7570b3", "mount": "#e7298a", "night": "#666666"}
NIGHT_FILES = 100_000


def measure(snapfs, tree, runs):
    """Steps -> (wall seconds, processor seconds, MB), medians."""
    steps = {step: [] for step in ("first list", "list", "nothing changed", "mount")}
    snapfs.backup(tree)
    for _ in range(runs):
        shutil.rmtree(snapfs.cache, ignore_errors=True)
        steps["first list"].append(usage(snapfs.run("snapshots", "--json")))
        steps["list"].append(usage(snapfs.run("snapshots", "--json")))
        snapfs.backup(tree)
        steps["nothing changed"].append(usage(snapfs.backup(tree)))
        snapfs.mount()
        steps["mount"].append((snapfs.ready, 0, max(peak_rss(pid) for pid in snapfs.pids)))
        snapfs.unmount()
    return {step: tuple(statistics.median(column) for column in zip(*figures)) for step, figures in steps.items()}


def usage(command):
    return command.seconds, command.processor, command.rss


def night(snapfs, work):
    """A backup of 100,000 new chunks into a repository whose cache is there."""
    tree = os.path.join(work, "new")
    for i in range(NIGHT_FILES):
        if i % 1000 == 0:
            os.makedirs(os.path.join(tree, str(i // 1000)))
        with open(os.path.join(tree, str(i // 1000), str(i)), "wb") as file:
            file.write(os.urandom(700))
    result = usage(snapfs.backup(tree))
    shutil.rmtree(tree)
    return result


def grow(work, binary, tool, kind, size, tree, runs):
    folder = os.path.join(work, f"{kind}-{size}")
    os.makedirs(folder)
    snapfs = SnapFs(folder, binary)
    snapfs.init()
    Command([*tool, snapfs.repo, snapfs.key, kind, str(size)])
    found = measure(snapfs, tree, runs)
    if kind == "chunks":
        found["night"] = night(snapfs, folder)
    shutil.rmtree(folder)
    return found


def panel(left, title, unit, lines, at):
    """One drawing: a line a step over the sizes, both axes logarithmic."""
    width, height, top = 300, 180, 40
    sizes = sorted({size for points in lines.values() for size, _ in points})
    values = [value for points in lines.values() for _, value in points if value > 0]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)) + 1e-9)
    high = max(high, low + 1)

    def x(size):
        return left + 50 + width * math.log10(size / sizes[0]) / math.log10(sizes[-1] / sizes[0])

    def y(value):
        return at + top + height * (high - math.log10(value)) / (high - low)

    out = [f'<text x="{left + 50}" y="{at + 24}" font-weight="bold">{title}</text>']
    for exponent in range(low, high + 1):
        value = 10 ** exponent
        out.append(f'<line x1="{left + 50}" x2="{left + 50 + width}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#ddd"/>'
                   f'<text x="{left + 45}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g} {unit}</text>')
    for size in sizes:
        out.append(f'<text x="{x(size):.1f}" y="{at + top + height + 16}" text-anchor="middle">{size:,}</text>')
    for step, points in lines.items():
        path = " ".join(f"{x(size):.1f},{y(value):.1f}" for size, value in points if value > 0)
        out.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[step]}" stroke-width="2"/>')
        out += [f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="3" fill="{COLOURS[step]}"/>' for size, value in points if value > 0]
    return out


def draw(found):
    rows = []
    for row, (kind, sizes) in enumerate(found.items()):
        steps = list(next(iter(sizes.values())))
        for column, (title, unit, index) in enumerate((("seconds", "s", 0), ("resident memory", "MB", 2))):
            lines = {step: [(int(size), figures[step][index]) for size, figures in sizes.items()] for step in steps}
            rows += panel(column * 400, f"{title} over {kind}", unit, lines, row * 260)
    bottom = len(found) * 260 + 30
    for i, (step, colour) in enumerate(COLOURS.items()):
        rows.append(f'<rect x="{50 + i * 150}" y="{bottom - 10}" width="12" height="12" fill="{colour}"/>'
                    f'<text x="{68 + i * 150}" y="{bottom}">{step}</text>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="800" height="{bottom + 20}" font-family="sans-serif" font-size="11">'
            '<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(rows) + "\n</svg>\n")


def table(found):
    steps = list(COLOURS)
    lines = ["| | " + " | ".join(steps) + " |", "|---|" + "---|" * len(steps)]
    for kind, sizes in found.items():
        for size, figures in sizes.items():
            cells = [f"{figure(figures[step][0])} s, {figure(figures[step][2])} MB" if step in figures else "" for step in steps]
            lines.append(f"| {int(size):,} {kind} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    parser.add_argument("--only", default=",".join(SIZES))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--snapfs", default=os.path.join(top, "artifacts", "snapfs"))
    parser.add_argument("--figures", help="a file in which figures are kept, so that kinds can be measured one by one")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("growth.py: run it as root: it mounts")
    found = {}
    if options.figures and os.path.exists(options.figures):
        with open(options.figures, encoding="utf-8") as file:
            found = json.load(file)
    with tempfile.TemporaryDirectory(prefix="snapfs-growth-", dir="/var/tmp") as work:
        tree = os.path.join(work, "tree")
        os.makedirs(tree)
        with open(os.path.join(tree, "file"), "w", encoding="ascii") as file:
            file.write("content")
        for kind in options.only.split(","):
            found[kind] = {}
            for size in SIZES[kind]:
                found[kind][str(size)] = grow(work, options.snapfs, grow_tool(top), kind, size, tree, options.runs)
                print(kind, size, {step: [round(f, 3) for f in figures] for step, figures in found[kind][str(size)].items()}, flush=True)
            if options.figures:
                with open(options.figures, "w", encoding="utf-8") as file:
                    json.dump(found, file, indent=1)
    found = {kind: found[kind] for kind in SIZES if kind in found}
    with open(os.path.join(top, "docs", "growth.svg"), "w", encoding="utf-8") as file:
        file.write(draw(found))
    print(table(found))


if __name__ == "__main__":
    main()
