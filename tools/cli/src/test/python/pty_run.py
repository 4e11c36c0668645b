"""Runs a program in a terminal of its own: pty_run.py ROWS COLS PROGRAM ARGUMENT...

What comes on standard input is typed there, what it shows goes to standard output, and its exit
code is ours (128 and the signal's number if one ended it). SIGUSR1 makes the window 50 by 132.
The program's process id and whether the terminal is as it was are written to standard error.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios

rows, cols = int(sys.argv[1]), int(sys.argv[2])
master, slave = pty.openpty()


def size(rows, cols):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))


size(rows, cols)
before = termios.tcgetattr(slave)
child = os.fork()
if child == 0:
    os.close(master)
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for descriptor in range(3):
        os.dup2(slave, descriptor)
    os.close(slave)
    # A build in the background hands SIGINT down as ignored; a person's shell does not.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execvp(sys.argv[3], sys.argv[3:])

print("pid", child, file=sys.stderr, flush=True)
signal.signal(signal.SIGUSR1, lambda *_: size(50, 132))
typed = sys.stdin.fileno()
watched = [master, typed]
status = None
while True:
    ready, _, _ = select.select(watched, [], [], 0.05)
    if master in ready:
        os.write(1, os.read(master, 65536))
    elif status is not None:
        break
    if typed in ready:
        keys = os.read(typed, 65536)
        if keys:
            os.write(master, keys)
        else:
            watched.remove(typed)
    if status is None:
        pid, ended = os.waitpid(child, os.WNOHANG)
        if pid:
            status = ended

# Whoever restores the terminal may take a moment longer than the program.
for _ in range(100):
    restored = termios.tcgetattr(slave) == before
    if restored:
        break
    select.select([], [], [], 0.05)
print("restored" if restored else "changed", file=sys.stderr, flush=True)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
