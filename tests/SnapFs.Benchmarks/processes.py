"""Runs programs and looks at what they use."""
import concurrent.futures
import os
import subprocess
import sys
import time


class Command:
    """The outcome of one process: seconds, processor seconds, peak resident memory and what it printed."""

    def __init__(self, argv, env=None, check=True, cwd=None):
        started = time.monotonic()
        process = subprocess.Popen(argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, errors="replace")
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            errors = pool.submit(process.stderr.read)
            self.output = process.stdout.read()
            self.errors = errors.result()
        _, status, usage = os.wait4(process.pid, 0)
        self.seconds = time.monotonic() - started
        self.processor = usage.ru_utime + usage.ru_stime
        self.rss = usage.ru_maxrss / 1024
        self.code = os.waitstatus_to_exitcode(status)
        process.returncode = self.code
        if check and self.code != 0:
            sys.exit(f"{' '.join(argv)}: exit {self.code}\n{self.errors[-2000:]}")


def drop_caches():
    os.sync()
    with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as file:
        file.write("3")


def wait_until(condition, what, seconds=60):
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            sys.exit(f"gave up waiting for {what}")
        time.sleep(0.01)


def peak_rss(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


def find_pid(*words):
    """The process whose command line has all the words: the one behind a mount."""
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            try:
                with open(f"/proc/{entry}/cmdline", "rb") as file:
                    line = file.read().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if all(word in line for word in words):
                yield int(entry)


def tree_size(path):
    return int(subprocess.run(["du", "-sb", path], capture_output=True, text=True, check=True).stdout.split()[0])
