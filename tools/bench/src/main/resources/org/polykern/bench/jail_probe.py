# Does what each line of its input says, "WHAT TIMES", and answers with the nanoseconds it took.
import sys
import time

try:
    import numpy
except ImportError:
    numpy = None


def with_numpy(times):
    a = numpy.arange(200_000, dtype=float)
    for _ in range(times):
        a = numpy.sqrt(a * a + 1.0) - 0.5
    return a.sum()


def without(times):
    total = 0
    for i in range(times):
        total += i * i % 7
    return total


for line in sys.stdin:
    what, times = line.split()
    if what == "has":
        print(0 if numpy is None else 1, flush=True)
        continue
    start = time.monotonic_ns()
    (with_numpy if what == "numpy" else without)(int(times))
    print(time.monotonic_ns() - start, flush=True)
