"""A person at a terminal: runs a client (the arguments) in a terminal of 30 by 100, and says what it saw."""
import fcntl, os, pty, select, signal, struct, sys, termios, time


def resize(rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def expect(text, seconds=30):
    """Reads until the text comes; what was read before it is forgotten."""
    global seen
    end = time.monotonic() + seconds
    while text not in seen:
        ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
        if not ready:
            sys.exit("Expected %r, but there was only %r" % (text, seen[-2000:]))
        try:
            got = os.read(terminal, 65536)
        except OSError:
            got = b""
        if not got:
            sys.exit("Expected %r, but the end came after %r" % (text, seen[-2000:]))
        seen += got
    seen = seen[seen.index(text) + len(text):]


def type_line(text):
    os.write(terminal, text + b"\n")


seen = b""
pid, terminal = pty.fork()
if pid == 0:
    # Not before it has its size.
    os.read(0, 1)
    os.execvp(sys.argv[1], sys.argv[1:])
resize(30, 100)
os.write(terminal, b"\n")
# Quotes keep the echo of a line apart from its output.
type_line(b"PS1=; tty | sed s/^/'T'TY=/; echo term=$'TERM'=$TERM; stty size | sed s/^/'S'IZE=/")
expect(b"TTY=/dev/pts/")
expect(b"TERM=xterm-test")
expect(b"SIZE=30 100\r\n")
type_line(b"trap 'stty size | sed s/^/NE\"\"W=/' WINCH; echo re''ady")
expect(b"ready\r\n")
resize(50, 132)
os.kill(pid, signal.SIGWINCH)
expect(b"NEW=50 132\r\n")
type_line(b"trap - WINCH; yes flood")
expect(b"flood\r\nflood\r\n")
os.write(terminal, b"\x03")
type_line(b"echo sta''tus=$?")
expect(b"status=130\r\n")
type_line(b"echo $$ > shell.pid; nohup sleep 300 > /dev/null 2>&1 & echo $! > sleep.pid; exit 5")
while True:
    try:
        if not os.read(terminal, 65536):
            break
    except OSError:
        break
print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
