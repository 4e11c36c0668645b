# Policy: python. Needs: python3.
python3 - <<'END'
import concurrent.futures, queue, threading
work, done = queue.Queue(), []
def serve():
    while (n := work.get()) is not None:
        done.append(n * n)
threads = [threading.Thread(target=serve) for _ in range(32)]
[t.start() for t in threads]
[work.put(n) for n in range(1000)]
[work.put(None) for _ in threads]
[t.join() for t in threads]
assert sum(done) == sum(n * n for n in range(1000))
with concurrent.futures.ThreadPoolExecutor(64) as pool:
    assert sum(pool.map(abs, range(-500, 500))) == 250000
END
