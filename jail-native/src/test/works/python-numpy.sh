# Policy: python. Needs: python3, numpy.
OPENBLAS_NUM_THREADS=4 python3 - <<'END'
import numpy
a = numpy.random.default_rng(1).random((500, 500))
b = numpy.linalg.inv(a) @ a
assert numpy.allclose(b, numpy.eye(500), atol=1e-6)
END
