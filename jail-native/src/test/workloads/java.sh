# needs: java javac
# Three hundred threads, each of the collectors, channels, a watched folder, a child.
cat > Main.java << 'J'
import java.net.*;
import java.nio.channels.*;
import java.nio.file.*;
import java.util.concurrent.*;

public class Main {
  public static void main(String[] arguments) throws Exception {
    System.out.println(new ProcessBuilder("true").start().waitFor());
    var pool = Executors.newFixedThreadPool(300);
    var started = new CountDownLatch(300);
    for (int i = 0; i < 300; i++) {
      pool.submit(() -> { started.countDown(); started.await(); return 0; });
    }
    pool.shutdown();
    System.out.println(pool.awaitTermination(30, TimeUnit.SECONDS));
    var server = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
    SocketChannel.open(server.getLocalAddress()).close();
    var selector = Selector.open();
    server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
    System.out.println(selector.select(1000));
    Path.of(".").register(FileSystems.getDefault().newWatchService(), StandardWatchEventKinds.ENTRY_CREATE);
    Path file = Files.createTempFile(Path.of("."), "m", "");
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
      channel.map(FileChannel.MapMode.READ_WRITE, 0, 4096).force();
      channel.lock();
    }
    InetAddress.getByName("localhost");
    NetworkInterface.getNetworkInterfaces();
    System.gc();
    System.out.println("end");
  }
}
J
javac Main.java || exit
for collector in Serial Parallel G1; do java -XX:+Use${collector}GC Main; done
java -XX:+UseNUMA -XX:+UseTransparentHugePages Main
java -XX:+UnlockExperimentalVMOptions -XX:+UseZGC -version > /dev/null 2>&1; echo "$?"
