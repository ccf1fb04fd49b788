"""Measures AFS volumes: dumps of a real cell on this machine, taken in and read out of a mount."""
import os
import shutil
import subprocess
import sys
import time

from processes import Command, drop_caches, tree_size

SERVER, PARTITION, VOLUME = "127.1.0.1", "a", "user.benchmark"
CLONE = VOLUME + ".backup"
FILES = 100_000


class Cell:
    """The cell of the tests; wiped again if it was not there before."""

    def __init__(self, top):
        self.scripts = os.path.join(top, "tests/afs")
        self.is_ours = not os.path.exists("/var/lib/snapfs-test-cell")

    def __enter__(self):
        Command([os.path.join(self.scripts, "install.sh")])
        Command([os.path.join(self.scripts, "cell-up.sh")])
        return self

    def __exit__(self, *_):
        vos("remove", "-id", VOLUME, check=False)
        if self.is_ours:
            Command([os.path.join(self.scripts, "cell-down.sh"), "--wipe"])


def vos(*arguments, check=True):
    return Command(["vos", *arguments, "-noresolve", "-localauth"], check=check)


def rows(table, snapfs, tree, runs, work, top):
    """Adds the rows of volumes."""
    folder, made, dump, later = (os.path.join(work, name) for name in
                                 ("volume", "volume.made", "volume.dump", "volume.later.dump"))
    fill(folder, tree)
    Command(["dotnet", "run", "-c", "Release", "--project", os.path.join(top, "tests/SnapFs.Benchmarks"), "--", "dump", folder,
             VOLUME, made])
    taken, plain = snapfs.beside("volumes"), snapfs.beside("plain")
    with Cell(top):
        vos("restore", SERVER, PARTITION, VOLUME, "-file", made, "-overwrite", "abort")
        os.unlink(made)
        for _ in range(runs):
            take_in(table, taken, plain, dump, later)
    plain.backup(folder)
    count = sum(len(names) for _, _, names in os.walk(folder))
    for run in range(runs):
        give_back(table, taken, plain, folder, count, run == 0)
    for path in (folder, taken.repo, plain.repo):
        shutil.rmtree(path)
    for path in (dump, later):
        os.unlink(path)


def fill(folder, tree):
    """The files of the volume: hard links to those of the tree, and small ones up to FILES."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    share = os.path.join(tree, "share")
    if os.path.isdir(share):
        Command(["cp", "-al", share, folder])
    for i in range(max(0, FILES - sum(len(names) for _, _, names in os.walk(folder)))):
        below = os.path.join(folder, f"small/{i // 1000}")
        os.makedirs(below, exist_ok=True)
        with open(os.path.join(below, str(i)), "w", encoding="ascii") as file:
            file.write(f"{i}\n" * 20)


def take_in(table, taken, plain, dump, later):
    vos("backup", VOLUME)
    alone = vos("dump", "-id", CLONE, "-file", dump).seconds
    size = os.path.getsize(dump)
    what = f"of {size / 1e9:.1f} GB"
    read(dump)
    plain.init()
    as_file = plain.backup(dump).seconds
    read(dump)
    taken.init()
    table.add(f"taking in a full dump {what}, against `backup` of it as a file",
              {"snapfs": [taken.run("volume", "import", dump).seconds], "peer": [as_file]}, "s", "≥ 0.8 ×")
    taken.init()
    piped = Command(["sh", "-c", 'vos dump -id "$1" -noresolve -localauth | "$0" volume import - --key-file "$2"', taken.binary,
                     CLONE, taken.key], taken.env).seconds
    table.add("`vos dump` into `volume import -`, against `vos dump` into a file", {"snapfs": [piped], "peer": [alone]}, "s",
              "as fast as `vos`")
    before = tree_size(taken.repo)
    # Dumps of clones that were made in one second are the same dump.
    time.sleep(1.1)
    vos("backup", VOLUME)
    vos("dump", "-id", CLONE, "-file", later)
    drop_caches()
    reading = read(later)
    drop_caches()
    again = taken.run("volume", "import", later).seconds
    table.add(f"a second full dump {what}, nothing changed, cold, against reading it", {"snapfs": [again], "peer": [reading]}, "s",
              "limited by reading")
    table.add("what that added to the repository, against the dump",
              {"snapfs": [(tree_size(taken.repo) - before) / 1e6], "peer": [size / 1e6]}, "MB", "> 100 ×")


def give_back(table, taken, plain, folder, count, is_first):
    day = volume_day(taken)
    drop_caches()
    started = time.monotonic()
    os.listdir(day)
    table.add(f"opening a day of {count:,} files, cold", {"snapfs": [(time.monotonic() - started) * 1000]}, "ms", "< 50 ms")
    if is_first and subprocess.run(["diff", "-r", "--no-dereference", folder, day], check=False).returncode != 0:
        sys.exit("the volume in the mount differs")
    taken.unmount()

    day = volume_day(taken)
    drop_caches()
    files = tar(day)
    taken.unmount()
    root = plain.mount()
    drop_caches()
    of_snapshot = tar(root)
    plain.unmount()
    table.add("`tar` of the day out of a cold mount, against `tar` of a snapshot of the same files",
              {"snapfs": [files], "peer": [of_snapshot]}, "s", "as fast")

    dump = volume_day(taken) + ".dump"
    drop_caches()
    made_up = read(dump)
    taken.unmount()
    table.add("the made-up `.dump` of the day, cold, against `tar` of its files", {"snapfs": [made_up], "peer": [files]}, "s",
              "≥ 0.7 ×")


def read(path):
    return Command(["sh", "-c", 'cat "$0" > /dev/null', path]).seconds


def tar(root):
    return Command(["sh", "-c", 'tar cf - -C "$0" . | cat > /dev/null', root]).seconds


def volume_day(snapfs):
    """Mounts, and returns the last day of the volume."""
    snapfs.run("mount", snapfs.mount_point)
    return os.path.realpath(os.path.join(snapfs.mount_point, "volumes", VOLUME, "latest"))
