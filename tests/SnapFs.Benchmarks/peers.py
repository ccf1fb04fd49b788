"""The programs that are compared, each driven in its own way."""
import os
import shutil
import subprocess
import time

from processes import Command, find_pid, wait_until

PASSWORD = "benchmark"


def grow_tool(top):
    """What makes a repository large in one respect; compare.sh builds it."""
    return ["dotnet", os.path.join(top, "tests", "SnapFs.Benchmarks", "bin", "Release", "net10.0", "SnapFs.Benchmarks.dll"), "grow"]


class Peer:
    """A backup program as the benchmark drives it."""

    name = ""

    def __init__(self, work):
        self.repo = os.path.join(work, f"repo-{self.name}")
        self.mount_point = os.path.join(work, f"mnt-{self.name}")
        os.makedirs(self.mount_point, exist_ok=True)
        self.env = dict(os.environ)

    def reset(self):
        shutil.rmtree(self.repo, ignore_errors=True)

    def reuse(self, tree):
        """Takes the repository of an earlier run in the same --work directory; makes one if there is none."""
        self.tree = tree
        if not os.path.exists(self.repo):
            self.init()
            self.backup(tree)

    def unmount(self):
        subprocess.run(["umount", self.mount_point], check=False, stderr=subprocess.DEVNULL)
        wait_until(lambda: not os.path.ismount(self.mount_point), f"{self.name} to unmount")


class SnapFs(Peer):
    name = "snapfs"

    def __init__(self, work, binary):
        super().__init__(work)
        self.binary = binary
        self.key = os.path.join(work, "snapfs.key")
        self.cache = os.path.join(work, "cache-snapfs")
        self.env.update(SNAPFS_REPOSITORY=self.repo, SNAPFS_CACHE_DIR=self.cache)
        self.tree = ""

    def beside(self, name):
        """The same program with a repository of its own."""
        other = SnapFs(os.path.dirname(self.repo), self.binary)
        other.repo += "-" + name
        other.cache += "-" + name
        other.key += "-" + name
        other.env.update(SNAPFS_REPOSITORY=other.repo, SNAPFS_CACHE_DIR=other.cache)
        return other

    def version(self):
        return Command([self.binary, "version"], self.env).output.split("\n")[0]

    def init(self, level=None):
        self.reset()
        shutil.rmtree(self.cache, ignore_errors=True)
        options = ["--compression", str(level)] if level is not None else []
        Command([self.binary, "init", *options], dict(self.env, SNAPFS_PASSWORD=PASSWORD))
        if os.path.exists(self.key):
            os.unlink(self.key)
        Command([self.binary, "key", "export", "--file", self.key], dict(self.env, SNAPFS_PASSWORD=PASSWORD))

    def run(self, *arguments):
        return Command([self.binary, *arguments, "--key-file", self.key], self.env)

    def backup(self, tree):
        self.tree = tree
        return self.run("backup", tree)

    def restore(self, target):
        return self.run("restore", f"latest:{self.tree}", "--target", target)

    def mount(self):
        """Mounts, and returns where the last backed-up tree is."""
        started = time.monotonic()
        self.run("mount", self.mount_point)
        os.listdir(os.path.join(self.mount_point, "hosts"))
        self.ready = time.monotonic() - started
        hosts = os.path.join(self.mount_point, "hosts")
        host = os.listdir(hosts)[0]
        source = self.tree.strip("/").replace("/", "-")
        self.pids = list(find_pid(self.binary, self.mount_point)) or list(find_pid("snapfs", "mount"))
        return os.path.join(hosts, host, source, "latest") + self.tree

    def unmount(self):
        Command([self.binary, "umount", self.mount_point], self.env)


class Restic(Peer):
    name = "restic"

    def __init__(self, work):
        super().__init__(work)
        self.env.update(RESTIC_REPOSITORY=self.repo, RESTIC_PASSWORD=PASSWORD,
                        RESTIC_CACHE_DIR=os.path.join(work, "cache-restic"))
        self.tree = ""

    def version(self):
        return " ".join(Command(["restic", "version"]).output.split()[:2])

    def init(self):
        self.reset()
        shutil.rmtree(self.env["RESTIC_CACHE_DIR"], ignore_errors=True)
        Command(["restic", "init"], self.env)

    def backup(self, tree):
        self.tree = tree
        return Command(["restic", "backup", "-q", tree], self.env)

    def restore(self, target):
        return Command(["restic", "restore", "-q", "latest", "--target", target], self.env)

    def mount(self):
        started = time.monotonic()
        process = subprocess.Popen(["restic", "mount", "-q", self.mount_point], env=self.env,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: os.path.ismount(self.mount_point), "restic's mount")
        self.ready = time.monotonic() - started
        self.pids = [process.pid]
        self.process = process
        return os.path.join(self.mount_point, "snapshots", "latest") + self.tree

    def unmount(self):
        super().unmount()
        self.process.wait()


class Borg(Peer):
    name = "borg"

    def __init__(self, work):
        super().__init__(work)
        self.env.update(BORG_REPO=self.repo, BORG_PASSPHRASE=PASSWORD, BORG_RELOCATED_REPO_ACCESS_IS_OK="yes",
                        BORG_BASE_DIR=os.path.join(work, "base-borg"))
        self.count = 0
        self.tree = ""

    def version(self):
        return Command(["borg", "--version"]).output.strip()

    def init(self):
        self.reset()
        shutil.rmtree(self.env["BORG_BASE_DIR"], ignore_errors=True)
        os.makedirs(self.env["BORG_BASE_DIR"])
        Command(["borg", "init", "-e", "repokey"], self.env)

    def backup(self, tree):
        self.tree = tree
        self.count += 1
        return Command(["borg", "create", f"::a{self.count}", tree], self.env)

    def restore(self, target):
        return Command(["borg", "extract", f"::a{self.count}"], self.env, cwd=target)

    def reuse(self, tree):
        super().reuse(tree)
        self.count = len(Command(["borg", "list", "--short"], self.env).output.split())

    def mount(self):
        started = time.monotonic()
        Command(["borg", "mount", f"::a{self.count}", self.mount_point], self.env)
        self.ready = time.monotonic() - started
        self.pids = list(find_pid("borg", "mount", self.mount_point))
        return self.mount_point + self.tree
