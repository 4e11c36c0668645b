"""The runner's end of a Python interpreter: executes snippets and frames what they produce.

Runs on CPython 3.8 and newer with the standard library alone. Two sockets come in as globals:
`control` (commands in, events out) and `completions`. A frame is a type byte, four bytes of length
and a body. The main thread executes; a flusher thread sends output that lies still; a third thread
answers completions. All events go through one queue, so their order is the order of the calls.

Signal handlers run in the main thread between any two bytecodes and may raise there. Hence every
handler, the user's too, goes through a gate (see `set_handler`): inside `flush` it is put off, and
between runs its exceptions are swallowed. Bytes received are stored by one C-level call.
"""
import ast
import builtins
import errno
import io
import linecache
import os
import select
import signal
import sys
import threading
import time
import types
from collections import deque

LIMIT = 32768  # characters that are buffered before a write sends them itself
DELAY = 0.005  # seconds that output may lie still
MAX_RICH = 8 * 1024 * 1024
MAX_SOURCES = 4 * 1024 * 1024

MAIN_THREAD = threading.get_ident()
get_ident = threading.get_ident


class Outgoing:
    """Events on their way out; `queue` holds (type, str or bytes)."""

    def __init__(self):
        self.queue = deque()
        self.size = 0
        self.armed = False
        self.lock = threading.RLock()
        self.busy = False
        self.frame = (b"", [])  # the frame being sent, and how many bytes each send took
        self.text = None  # a long text being sent in slices: (type, text, offset)
        self.wake = threading.Semaphore(0)
        self.inside = 0  # how deep the main thread is in flush
        self.deferred = deque()  # signal handlers to call at the end of the outermost flush
        self.dead = False

    def put(self, kind, data):
        self.queue.append((kind, data))
        self.size += len(data)
        if self.size >= LIMIT:
            self.flush()
        elif not self.armed:
            self.armed = True
            self.wake.release()

    def flush(self):
        """Sends everything that was put; waits while the runner does not read."""
        if get_ident() != MAIN_THREAD:
            with self.lock:
                self._drain(False)
            return
        self.inside += 1
        try:
            while not self.lock.acquire(timeout=0.1):
                if self.deferred:
                    break
            else:
                try:
                    self._drain(True)
                finally:
                    self.lock.release()
        finally:
            self.inside -= 1
        while self.deferred and not self.inside:
            self.deferred.popleft()()

    def _drain(self, main):
        if self.busy or self.dead:  # a signal handler prints while this very thread is flushing
            return
        self.busy = True
        try:
            self.size = 0
            while True:
                frame, counts = self.frame
                offset = sum(counts)
                if offset >= len(frame):
                    frame = self._next_frame()
                    if frame is None:
                        return
                    counts = []
                    self.frame = (frame, counts)
                    offset = 0
                if not self._send(memoryview(frame)[offset:], counts) and main and self.deferred:
                    return
        finally:
            self.busy = False

    def _send(self, view, counts):
        """One send; false when the socket stayed full for a while."""
        try:
            counts.append(send_now(view))
            return True
        except BlockingIOError:
            return bool(writable.poll(100))
        except OSError as e:
            if e.errno == errno.EINTR:
                return True
            self.dead = True
            self.queue.clear()
            self.frame = (b"", [])
            self.text = None
            return True

    def _next_frame(self):
        if self.dead:
            return None
        if self.text is not None:
            kind, text, offset = self.text
            end = offset + LIMIT
            self.text = (kind, text, end) if end < len(text) else None
            return encode(kind, text[offset:end])
        queue = self.queue
        if not queue:
            return None
        kind, data = queue.popleft()
        if kind not in MERGED:
            return header(kind, len(data)) + data
        if len(data) > LIMIT:
            self.text = (kind, data, 0)
            return self._next_frame()
        parts = [data]
        size = len(data)
        while queue and queue[0][0] is kind and size + len(queue[0][1]) <= LIMIT:
            data = queue.popleft()[1]
            parts.append(data)
            size += len(data)
        return encode(kind, (b"" if kind in BINARY else "").join(parts))

    def after_fork(self):
        self.queue.clear()
        self.size = 0
        self.armed = True  # nobody is left to wake
        self.lock = threading.RLock()
        self.busy = False
        self.deferred.clear()
        self.dead = True


STDOUT, STDERR = b"o", b"e"
STDOUT_BYTES, STDERR_BYTES = b"O", b"E"
BINARY = (STDOUT_BYTES, STDERR_BYTES)
MERGED = (STDOUT, STDERR) + BINARY
MSG_DONTWAIT = 0x40


def header(kind, length):
    return kind + length.to_bytes(4, "big")


def encode(kind, data):
    if kind not in BINARY:
        try:
            data = data.encode("utf-8")
        except UnicodeEncodeError:
            try:  # undecodable bytes of file names and the like go out as they came in
                data = data.encode("utf-8", "surrogateescape")
                kind = STDOUT_BYTES if kind is STDOUT else STDERR_BYTES
            except UnicodeEncodeError:
                data = data.encode("utf-8", "backslashreplace")
    return header(kind, len(data)) + data


def send_now(view, send=control.send):
    return send(view, MSG_DONTWAIT)


class State:
    interruptible = False  # user code is running in the main thread
    forked = False
    globals = None
    number = 0
    settled = 0
    quiet_forks = False
    again = False  # an interrupt was raised where Python drops exceptions


state = State()
outgoing = Outgoing()
writable = select.poll()
writable.register(control.fileno(), select.POLLOUT)
put = outgoing.put


# ---- the three standard streams -----------------------------------------------------------------


def write_raw(fd, data):
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view):]


class RawBytes(io.BufferedIOBase):
    """`sys.stdout.buffer`: bytes in order with the text."""

    def __init__(self, kind, fd):
        self._kind = kind
        self._fd = fd

    def writable(self):
        return True

    def write(self, data):
        data = bytes(memoryview(data).cast("B"))
        if state.forked:
            write_raw(self._fd, data)
            return len(data)
        for at in range(0, len(data), LIMIT):
            put(self._kind, data[at:at + LIMIT])
        return len(data)

    def flush(self):
        if not state.forked:
            outgoing.flush()

    def fileno(self):
        return self._fd

    def close(self):
        pass


class Output(io.TextIOBase):
    """`sys.stdout` and `sys.stderr`."""

    encoding = "utf-8"
    errors = "backslashreplace"
    newlines = None
    line_buffering = False
    write_through = False
    mode = "w"

    def __init__(self, name, kind, binary_kind, fd):
        self.name = name
        self._kind = kind
        self._fd = fd
        self.buffer = RawBytes(binary_kind, fd)

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError("write() argument must be str, not " + type(text).__name__)
        if state.forked:
            write_raw(self._fd, text.encode("utf-8", "surrogateescape"))
        elif text:
            put(self._kind, text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        if not state.forked:
            outgoing.flush()

    def fileno(self):
        return self._fd

    def isatty(self):
        return False

    def reconfigure(self, **options):
        pass

    def close(self):
        pass


class Input(io.TextIOBase):
    """`sys.stdin`: every line is asked for with a waiting-input event."""

    encoding = "utf-8"
    errors = "strict"
    name = "<stdin>"
    mode = "r"

    def readable(self):
        return True

    def readline(self, size=-1):
        line = ask(False) + "\n"
        return line if size is None or size < 0 else line[:size]

    def read(self, size=-1):
        return self.readline(size)

    def __next__(self):
        return self.readline()

    def fileno(self):
        return 0

    def isatty(self):
        return False

    def close(self):
        pass


def ask(password):
    """Asks the user for a line; the main thread waits for it on the control socket."""
    if state.forked:
        raise EOFError("input() is not available in a forked child")
    if get_ident() != MAIN_THREAD or not state.interruptible:
        raise EOFError("input() is only available in the main thread of a run")
    put(b"w", b"1" if password else b"0")
    outgoing.flush()
    while True:
        kind, body = receive()
        if kind == b"I":
            return body.decode("utf-8", "replace")


def settle():
    """Has the runner take everything written so far, before a child writes to a pipe.

    Pipes and socket are different lines: without waiting for the answer the order of a print and a
    child's output would be left to chance.
    """
    if state.forked:
        return
    outgoing.flush()
    if get_ident() != MAIN_THREAD or not state.interruptible or outgoing.dead:
        return
    state.settled += 1
    token = b"%d" % state.settled
    put(b"y", token)
    outgoing.flush()
    while receive() != (b"Y", token):
        pass


# ---- commands -----------------------------------------------------------------------------------


received = []  # bytes of the command stream, in pieces


def receive():
    """The next command; may be interrupted by a signal handler without losing its place."""
    size = sum(map(len, received))
    while True:
        if size >= 5:
            data = b"".join(received)
            end = 5 + int.from_bytes(data[1:5], "big")
            while size < end:
                size += receive_more()
            data = b"".join(received)
            received[:] = [data[end:]]
            return data[:1], data[5:end]
        size += receive_more()


def receive_more():
    """Received and stored by one C-level call, between whose parts no handler can raise."""
    try:
        received.extend(map(control.recv, (262144,)))
    except OSError:
        # The user's code closed it; the runner starts another interpreter.
        os.kill(os.getpid(), signal.SIGKILL)
    if not received[-1]:
        os._exit(0)
    return len(received[-1])


def set_handler(number, handler):
    """signal.signal, but a Python handler cannot raise in the driver's own code."""
    previous = get_handler(number)
    if callable(handler) and not isinstance(handler, signal.Handlers):

        def gate(number, frame):
            if state.forked or (state.interruptible and not outgoing.inside):
                handler(number, frame)
            elif state.interruptible:
                outgoing.deferred.append(lambda: handler(number, frame))
            elif handler is not signal.default_int_handler:
                try:
                    handler(number, frame)
                except BaseException as e:
                    put(STDERR, "%s in a signal handler between two runs\n" % type(e).__name__)

        gate.handler = handler
        install_handler(number, gate)
    else:
        install_handler(number, handler)
    return previous


def get_handler(number):
    """signal.getsignal, without the gate."""
    handler = current_handler(number)
    return getattr(handler, "handler", handler)


install_handler, current_handler = signal.signal, signal.getsignal


def on_unraisable(unraisable):
    """An interrupt must not be lost in a destructor, a weak reference's callback or a fork hook."""
    if unraisable.exc_type is KeyboardInterrupt and state.interruptible:
        state.again = True
        outgoing.wake.release()
    else:
        sys.__unraisablehook__(unraisable)


def flusher():
    while True:
        outgoing.wake.acquire()
        time.sleep(DELAY)
        outgoing.armed = False
        outgoing.flush()
        if state.again:
            state.again = False
            os.kill(os.getpid(), signal.SIGINT)


# ---- display ------------------------------------------------------------------------------------

PREFERENCE = (
    "text/html", "image/png", "image/jpeg", "image/svg+xml", "text/latex", "text/markdown",
    "application/json",
)
METHODS = (
    ("text/html", "_repr_html_"),
    ("image/png", "_repr_png_"),
    ("image/jpeg", "_repr_jpeg_"),
    ("image/svg+xml", "_repr_svg_"),
    ("text/latex", "_repr_latex_"),
    ("text/markdown", "_repr_markdown_"),
    ("application/json", "_repr_json_"),
)


def display(*values, raw=False, **ignored):
    """Shows values in their richest form: HTML, an image, or their repr; `raw`: bundles by MIME type."""
    for value in values:
        if raw and isinstance(value, dict):
            if not state.forked and not show_bundle(value):
                print(value.get("text/plain", ""))
        elif not show_rich(value):
            print(repr(value))


def display_result(value):
    if value is None:
        return
    builtins._ = None
    if not show_rich(value):
        print(repr(value))
    builtins._ = value


def show_rich(value):
    if state.forked:
        return False
    if is_figure(value):
        show_figure(value)
        return True
    return show_bundle(formats(value))


def show_bundle(bundle):
    """Shows the best of the forms; false if there is none but plain text."""
    for mime in PREFERENCE:
        if mime in bundle:
            publish(mime, bundle[mime])
            return True
    for mime, data in bundle.items():
        if mime != "text/plain" and (isinstance(data, (str, bytes)) or mime.endswith("json")):
            publish(mime, data)
            return True
    return False


def formats(value):
    if isinstance(value, type):
        return {}
    bundle = {}
    method = find(value, "_repr_mimebundle_")
    if method is not None:
        try:
            result = method(include=None, exclude=None)
        except Exception as e:
            report(e)
            result = None
        if isinstance(result, tuple):
            result = result[0]
        if isinstance(result, dict):
            bundle.update((k, v) for k, v in result.items() if v is not None)
            if any(mime in bundle for mime in PREFERENCE):
                return bundle
    # A bundle of nothing that everybody can show (Plotly's own JSON, say) may have company here.
    for mime, name in METHODS:
        method = find(value, name)
        if method is None:
            continue
        try:
            data = method()
        except Exception as e:
            report(e)
            continue
        if isinstance(data, tuple):
            data = data[0]
        if data is not None:
            bundle[mime] = data
            return bundle
    return bundle


def find(value, name):
    """The display method `name`, unless it is only the answer of a catch-all __getattr__."""
    method = getattr(type(value), name, None)
    if method is None or not callable(method):
        return None
    try:
        return getattr(value, name)
    except Exception:
        return None


def publish(mime, data):
    import base64
    import json

    if mime == "text/html" and isinstance(data, str):
        kind, body = b"h", data.encode("utf-8", "backslashreplace")
    else:
        if isinstance(data, (bytes, bytearray, memoryview)):
            data = "data:%s;base64,%s" % (mime, base64.b64encode(data).decode("ascii"))
        elif not isinstance(data, str):
            data = json.dumps(data)
        elif mime.startswith("image/") and mime != "image/svg+xml" and not data.startswith("data:"):
            data = "data:%s;base64,%s" % (mime, data.replace("\n", ""))
        kind, body = b"m", json.dumps({"type": mime, "data": data}).encode("ascii")
    if len(body) > MAX_RICH:
        sys.stderr.write(
            "Expected at most %d bytes of %s to display, but got %d: save it to a file instead.\n"
            % (MAX_RICH, mime, len(body)))
        return
    put(kind, body)


def is_figure(value):
    figures = sys.modules.get("matplotlib.figure")
    return figures is not None and isinstance(value, getattr(figures, "Figure", ()))


def show_figure(figure):
    target = io.BytesIO()
    figure.savefig(target, format="png", bbox_inches="tight")
    publish("image/png", target.getvalue())
    plots = sys.modules.get("matplotlib.pyplot")
    if plots is not None:
        plots.close(figure)


def show_figures(*ignored, **options):
    """Shows and closes all open figures; stands in for matplotlib.pyplot.show."""
    plots = sys.modules.get("matplotlib.pyplot")
    if plots is None or state.forked:
        return
    for number in plots.get_fignums():
        show_figure(plots.figure(number))


# ---- changes to modules, made when (and only if) they are imported ----------------------------------


def adapt_pyplot(module):
    module.show = show_figures


def adapt_ipython(module):
    """Without its shell IPython would print reprs."""
    module.display = display


def adapt_getpass(module):
    def getpass(prompt="Password: ", stream=None, **options):
        if prompt:
            (stream or sys.stdout).write(str(prompt))
        return ask(True)

    module.getpass = module.unix_getpass = module.fallback_getpass = getpass


def adapt_subprocess(module):
    """What was printed before a child starts must be on its way before the child prints."""
    original = module.Popen.__init__

    def __init__(self, *args, **kwargs):
        settle()
        original(self, *args, **kwargs)

    __init__.__wrapped__ = original
    __init__.__doc__ = original.__doc__
    module.Popen.__init__ = __init__


ADAPTED = {
    "matplotlib.pyplot": adapt_pyplot,
    "IPython.display": adapt_ipython,
    "getpass": adapt_getpass,
    "subprocess": adapt_subprocess,
}


searching = set()


class AdaptingLoader:
    def __init__(self, loader, adapt):
        self._loader = loader
        self._adapt = adapt

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._adapt(module)


class AdaptingFinder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        adapt = ADAPTED.get(name)
        if adapt is None or name in searching:
            return None
        from importlib.util import find_spec

        searching.add(name)
        try:
            spec = find_spec(name)
        except (ImportError, ValueError, AttributeError):
            spec = None
        finally:
            searching.discard(name)
        if spec is None or not hasattr(spec.loader, "exec_module"):
            return spec
        spec.loader = AdaptingLoader(spec.loader, adapt)
        return spec


def adapt_system():
    original = os.system

    def system(command):
        settle()
        return original(command)

    system.__doc__ = original.__doc__
    os.system = system


# ---- execution ----------------------------------------------------------------------------------


def remember_source(name, text):
    """Lets tracebacks and inspect show the snippet's lines; old snippets are forgotten."""
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    remembered.append((name, len(text)))
    total = sum(size for _, size in remembered)
    while total > MAX_SOURCES and len(remembered) > 1:
        old, size = remembered.popleft()
        linecache.cache.pop(old, None)
        total -= size


remembered = deque(maxlen=1000)


def compile_snippet(text, name):
    """Code objects to execute in order; the last one shows its value, if it is an expression."""
    flags = getattr(ast, "PyCF_ALLOW_TOP_LEVEL_AWAIT", 0)
    tree = compile(text, name, "exec", ast.PyCF_ONLY_AST | flags, True)
    body = tree.body
    parts = []
    last = None
    if body and isinstance(body[-1], ast.Expr) and not text.rstrip().endswith(";"):
        last = ast.Interactive([body.pop()])
    if body:
        parts.append(compile(tree, name, "exec", flags, True))
    if last is not None:
        parts.append(compile(last, name, "single", flags, True))
    return parts


def execute(code):
    if code.co_flags & 0x80:  # a coroutine: the snippet awaits at its top level
        import asyncio

        asyncio.run(eval(code, state.globals))
    else:
        exec(code, state.globals)


def report(error):
    """Writes a traceback without the driver's own frames."""
    import traceback

    try:
        shown = traceback.TracebackException(type(error), error, error.__traceback__)
        hide_driver(shown, set())
        text = "".join(shown.format())
    except Exception:
        text = "%s (and its traceback cannot be shown)\n" % type(error).__name__
    sys.stdout.flush()
    sys.stderr.write(text)


def hide_driver(shown, seen):
    """Removes the driver's frames from a formatted exception and from those chained to it."""
    if shown is None or id(shown) in seen:
        return
    seen.add(id(shown))
    shown.stack[:] = [f for f in shown.stack if f.filename != "<polykern>"]
    hide_driver(shown.__cause__, seen)
    hide_driver(shown.__context__, seen)
    for member in getattr(shown, "exceptions", None) or ():
        hide_driver(member, seen)


def exit_code(error):
    code = error.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code
    sys.stderr.write(str(code) + "\n")
    return 1


def run(source):
    state.number += 1
    name = "<run-%d>" % state.number
    put(b"s", b"")
    status = 0
    try:
        text = source.decode("utf-8", "replace")
        parts = compile_snippet(text, name)
        remember_source(name, text)
        state.interruptible = True
        for part in parts:
            execute(part)
        if "matplotlib.pyplot" in sys.modules:
            show_figures()
        state.interruptible = False
    except SystemExit as e:
        state.interruptible = False
        status = exit_code(e)
    except KeyboardInterrupt as e:
        state.interruptible = False
        status = 130
        report(e)
    except BaseException as e:
        state.interruptible = False
        status = 1
        if isinstance(e, (SyntaxError, ValueError)):
            remember_source(name, text)
        report(e)
    return status


def finish(status):
    for stream in (sys.stdout, sys.stderr):  # whatever the user put there
        try:
            stream.flush()
        except Exception:
            pass
    if state.forked:  # a child of os.fork came out of the user's code
        os._exit(status & 0xFF)
    sys.stdout, sys.stderr, sys.stdin = streams
    put(b"f", str(status).encode("ascii"))
    outgoing.flush()


def serve(source):
    """Executes a snippet and reports its end, whatever the user's signal handlers raise meanwhile."""
    status = None
    while True:
        try:
            if status is None:
                status = run(source)
            finish(status)
            return
        except BaseException as e:  # raised while another exception was being caught
            state.interruptible = False
            if status is None:
                status = 1
                report(e)


# ---- completion ---------------------------------------------------------------------------------


def completer():
    buffer = bytearray()
    while True:
        try:
            data = completions.recv(65536)
        except OSError:
            data = b""
        if not data:
            if not state.forked:
                # The runner is gone, and with it everybody who could use this process.
                os.kill(0, signal.SIGKILL)
            return
        buffer += data
        while len(buffer) >= 5:
            end = 5 + int.from_bytes(buffer[1:5], "big")
            if len(buffer) < end:
                break
            token, code = bytes(buffer[5:9]), bytes(buffer[9:end])
            del buffer[:end]
            try:
                words = suggestions(code.decode("utf-8", "replace"))
            except Exception:
                words = []
            import json

            body = token + json.dumps(words)[1:-1].encode("ascii")
            try:
                completions.sendall(header(b"c", len(body)) + body)
            except OSError:
                return


def suggestions(code):
    """Words that may stand at the end of `code` instead of its last name or dotted name."""
    import keyword
    import re

    line = code[code.rfind("\n") + 1:]
    module = re.search(r"(?:^|;)\s*(?:import\s+(?:.*,\s*)?|from\s+)([\w.]*)$", line)
    if module:
        return module_names(module.group(1))
    member = re.search(r"(?:^|;)\s*from\s+([\w.]+)\s+import\s+(?:.*,\s*)?(\w*)$", line)
    if member:
        owner = sys.modules.get(member.group(1))
        if owner is None:
            import importlib

            owner = importlib.import_module(member.group(1))
        return matching(dir(owner), member.group(2), "")
    dotted = re.search(r"((?:[^\W\d]\w*\.)*)([^\W\d]\w*)?$", line)
    path, prefix = dotted.group(1), dotted.group(2) or ""
    if not path:
        before = line[:dotted.start()].rstrip()
        if before.endswith(".") or (line and line[-1].isdigit()):
            return []
        names = set(re.findall(r"[^\W\d]\w*", code[:len(code) - len(prefix)]))
        names.update(state.globals, dir(builtins), keyword.kwlist)
        return matching(names, prefix, "")
    first, *rest = path[:-1].split(".")
    value = state.globals.get(first, MISSING)
    if value is MISSING:
        value = getattr(builtins, first)
    for name in rest:
        value = getattr(value, name)
    return matching(set(dir(value)), prefix, path)


MISSING = object()


def matching(names, prefix, path):
    found = [n for n in names if isinstance(n, str) and n.startswith(prefix)]
    if not prefix.startswith("_"):
        found = [n for n in found if not n.startswith("_")]
    elif prefix == "_":
        found = [n for n in found if not n.startswith("__")]
    return [path + n for n in sorted(found)[:1000]]


def module_names(prefix):
    import pkgutil

    package, dot, last = prefix.rpartition(".")
    if dot:
        owner = sys.modules.get(package)
        if owner is None:
            import importlib

            owner = importlib.import_module(package)
        names = {m.name for m in pkgutil.iter_modules(getattr(owner, "__path__", ()))}
    else:
        names = {m.name for m in pkgutil.iter_modules()}
        names.update(sys.builtin_module_names, getattr(sys, "stdlib_module_names", ()))
    return matching(names, last, package + dot)


def before_fork():
    """Python 3.12 warns of forks beside threads; the threads are the driver's, and it copes."""
    if sys.version_info >= (3, 12) and not state.forked and not state.quiet_forks:
        import warnings

        warnings.filterwarnings("ignore", ".*multi-threaded, use of (fork|forkpty)", DeprecationWarning)
        state.quiet_forks = True
    settle()


# ---- start --------------------------------------------------------------------------------------


def after_fork():
    state.forked = True
    state.again = False
    outgoing.after_fork()
    for line in (control, completions):
        line.close()
    if sys.stdout is streams[0]:
        sys.stdout = open(1, "w", 1, "utf-8", "backslashreplace", closefd=False)
    if sys.stderr is streams[1]:
        sys.stderr = open(2, "w", 1, "utf-8", "backslashreplace", closefd=False)


def prefer_as_victim():
    """When memory runs out, the user's interpreter goes before the runner."""
    try:
        with open("/proc/self/oom_score_adj", "w") as f:
            f.write("500")
    except OSError:
        pass


def main():
    global streams
    signal.signal, signal.getsignal = set_handler, get_handler
    set_handler(signal.SIGINT, signal.default_int_handler)
    prefer_as_victim()
    module = types.ModuleType("__main__")
    module.__builtins__ = builtins
    sys.modules["__main__"] = module
    state.globals = module.__dict__
    sys.argv = [""]
    if not safe_path:
        sys.path.insert(0, "")
    streams = (
        Output("<stdout>", STDOUT, STDOUT_BYTES, 1),
        Output("<stderr>", STDERR, STDERR_BYTES, 2),
        Input(),
    )
    sys.stdout, sys.stderr, sys.stdin = streams
    sys.__stdout__, sys.__stderr__, sys.__stdin__ = streams
    sys.displayhook = sys.__displayhook__ = display_result
    sys.unraisablehook = on_unraisable
    builtins.display = display
    os.environ.setdefault("MPLBACKEND", "Agg")
    sys.meta_path.insert(0, AdaptingFinder)
    adapt_system()
    for name in list(ADAPTED):
        if name in sys.modules:
            ADAPTED.pop(name)(sys.modules[name])
    os.register_at_fork(before=before_fork, after_in_child=after_fork)
    for work in (flusher, completer):
        threading.Thread(target=work, name="polykern-" + work.__name__, daemon=True).start()
    put(b"R", sys.version.encode("utf-8"))
    outgoing.flush()
    while True:
        try:
            kind, body = receive()
            if kind == b"C":
                serve(body)
        except Exception as e:
            put(STDERR, "%s in the driver: %s\n" % (type(e).__name__, e))
