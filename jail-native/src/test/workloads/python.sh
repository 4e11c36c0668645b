# needs: /usr/bin/python3
# Threads, processes of all three kinds, sockets, terminals, shared memory, files, a package.
/usr/bin/python3 - << 'P'
import asyncio, concurrent.futures, fcntl, http.server, mmap, multiprocessing, os, pty, resource, select
import signal, socket, sqlite3, subprocess, tempfile, threading, urllib.request
from multiprocessing import shared_memory

def square(x):
  return x * x

threads = [threading.Thread(target=sum, args=(range(1000),)) for _ in range(100)]
[t.start() for t in threads]; [t.join() for t in threads]
with multiprocessing.get_context("fork").Pool(4) as pool:
  print(pool.map(square, range(5)))
with concurrent.futures.ProcessPoolExecutor(2) as pool:
  print(list(pool.map(square, [3, 4])))
block = shared_memory.SharedMemory(create=True, size=4096); block.close(); block.unlink()

async def talk():
  child = await asyncio.create_subprocess_exec("echo", "child", stdout=subprocess.PIPE)
  print((await child.communicate())[0])
  server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0)
  reader, _ = await asyncio.open_connection(*server.sockets[0].getsockname())
  print(await reader.read())
asyncio.run(talk())

handler = http.server.SimpleHTTPRequestHandler
handler.log_message = lambda *a: None
web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
threading.Thread(target=web.serve_forever, daemon=True).start()
print(urllib.request.urlopen("http://127.0.0.1:%d/" % web.server_port).status)
web.shutdown()
socket.getaddrinfo("localhost", 80)
base = sqlite3.connect("d.db"); base.execute("create table t(a)"); base.commit()
pid, fd = pty.fork()
if pid == 0:
  os.execvp("sh", ["sh", "-c", "echo in a terminal"])
print(os.read(fd, 100)); os.waitpid(pid, 0)
fd = os.memfd_create("m"); os.truncate(fd, 4096); mmap.mmap(fd, 4096)
os.copy_file_range(fd, os.memfd_create("n"), 10); os.sendfile(os.memfd_create("o"), fd, 0, 10)
os.mkfifo("f"); os.symlink("f", "g"); os.chmod("d.db", 0o700); fcntl.flock(fd, fcntl.LOCK_EX)
os.sched_setaffinity(0, os.sched_getaffinity(0)); os.nice(1); os.eventfd(0); os.pidfd_open(os.getpid())
resource.setrlimit(resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1]); os.kill(os.getpid(), signal.SIGUSR1)
print(signal.sigtimedwait([signal.SIGUSR1], 1).si_signo)
P
cat > spawned.py << 'P'
import multiprocessing
def square(x): return x * x
if __name__ == "__main__":
  for kind in "spawn", "forkserver":
    with multiprocessing.get_context(kind).Pool(2) as pool:
      print(kind, pool.map(square, [5]))
P
/usr/bin/python3 spawned.py
/usr/bin/python3 -c 'import numpy; a = numpy.ones((300, 300)); print((a @ a).sum())' 2> /dev/null || echo no numpy
/usr/bin/python3 -m venv --without-pip v && v/bin/python -c 'import sys; print(sys.prefix != sys.base_prefix)'
