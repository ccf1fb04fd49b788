#!/usr/bin/env python3
"""Runs a program on a terminal of its own, as a person would.

    terminal.py COLUMNS ROWS [WAIT SEND]... -- PROGRAM [ARGUMENT]...

Types each SEND once WAIT was seen after what was typed before. Writes what the terminal was sent to standard output and ends with the
code of the program; with 99 if it has waited for two minutes in vain.
"""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

split = sys.argv.index("--")
columns, rows = int(sys.argv[1]), int(sys.argv[2])
steps = [(sys.argv[i].encode(), sys.argv[i + 1].encode().decode("unicode_escape").encode()) for i in range(3, split, 2)]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.environ["TERM"] = "xterm"
    os.execvp(sys.argv[split + 1], sys.argv[split + 1:])

seen = b""
deadline = time.monotonic() + 120
while True:
    ready, _, _ = select.select([terminal], [], [], max(0, deadline - time.monotonic()))
    if not ready:
        os.kill(pid, 9)
        sys.exit(99)
    try:
        data = os.read(terminal, 65536)
    except OSError:  # the program has ended
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
    seen += data
    if steps and steps[0][0] in seen:
        os.write(terminal, steps.pop(0)[1])
        seen = b""
        deadline = time.monotonic() + 120
sys.stdout.flush()
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) & 255)
