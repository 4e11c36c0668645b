# Policy: java. Needs: java.
cat > Work.java <<'END'
import java.util.concurrent.*;

class Work {
  public static void main(String[] args) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(16);
    Callable<Integer> piece = () -> new byte[1 << 20].length;
    long total = 0;
    for (Future<Integer> part : pool.invokeAll(java.util.Collections.nCopies(64, piece))) {
      total += part.get();
    }
    pool.shutdown();
    System.gc();
    Process child = new ProcessBuilder("sh", "-c", "exit 3").start();
    if (total != 64L << 20 || child.waitFor() != 3) throw new AssertionError();
    if (java.lang.management.ManagementFactory.getGarbageCollectorMXBeans().stream()
        .noneMatch(collector -> collector.getName().contains("G1"))) {
      throw new AssertionError("no G1");
    }
  }
}
END
java -XX:+UseG1GC -Xmx128m Work.java
