# Policy: python. Needs: python3.
cat > spread.py <<'END'
import multiprocessing, os, sys

def square(n):
    return n * n

def add(total, lock):
    for _ in range(100):
        with lock:
            total.value += 1

if __name__ == "__main__":
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        with context.Pool(3) as pool:
            assert pool.map(square, range(20)) == [n * n for n in range(20)], method
        total, lock = context.Value("i", 0, lock=False), context.Lock()
        workers = [context.Process(target=add, args=(total, lock)) for _ in range(3)]
        [w.start() for w in workers]
        [w.join() for w in workers]
        assert total.value == 300, (method, total.value)
    from multiprocessing import shared_memory
    block = shared_memory.SharedMemory(create=True, size=100)
    block.buf[0] = 7
    block.close()
    block.unlink()
END
python3 spread.py
