package org.polykern.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.polykern.launcher.instance.DataDirectory;
import org.polykern.launcher.instance.InstanceLock;
import org.polykern.launcher.instance.InstanceRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts a whole installation in this process. */
@Command(name = "up", description = "Start everything and say where it is.")
final class UpCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(50);

  @Mixin private final DataOption data = new DataOption();

  @Option(names = "--port", paramLabel = "N", description = "port of the API (default: 8090)")
  private @Nullable Integer port;

  @Option(
      names = "--backend",
      paramLabel = "docker|process",
      description = "what runs the sessions (default: docker if it answers)")
  private @Nullable String backend;

  @Option(names = "--config", paramLabel = "FILE", description = "configuration file (TOML)")
  private @Nullable Path config;

  @Option(names = "--cluster", description = "let agents on other machines join by multicast")
  private boolean clustered;

  @Override
  public Integer call() throws InterruptedException {
    var directory = data.get();
    directory.create();
    var lock = InstanceLock.take(directory);
    if (lock.isEmpty()) {
      awaitOther(directory);
      return 0;
    }
    var options =
        new NodeOptions(
            directory,
            Role.all(),
            Optional.ofNullable(config),
            Optional.ofNullable(port),
            Optional.ofNullable(backend),
            Optional.empty(),
            clustered,
            true);
    var from = System.nanoTime();
    var node = start(options, lock.get());
    Console.say("");
    Console.say(
        "Polykern is ready at %s (after %.1f s)"
            .formatted(node.url(), (System.nanoTime() - from) / 1e9));
    node.agent().ifPresent(Announcement::of);
    Announcement.keys(directory);
    Console.ready();
    node.awaitSignal();
    return 0;
  }

  private static RunningNode start(NodeOptions options, InstanceLock lock) {
    try {
      return RunningNode.start(options, NodeSetup.read(options), lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Another process holds the directory: says so, and returns when that one is ready. */
  private static void awaitOther(DataDirectory directory) throws InterruptedException {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      var other = InstanceRecord.living(directory);
      if (other.isPresent() && other.get().state().equals(InstanceRecord.READY)) {
        Console.say(
            "Polykern is running already at %s (process %d)."
                .formatted(other.get().url(), other.get().process().pid()));
        Console.ready();
        return;
      }
      Thread.sleep(PAUSE);
    }
    throw new IllegalStateException(
        "Expected the instance that holds %s to become ready within %d s, but it did not; see its log, or stop it with: polykern down"
            .formatted(directory.root(), PATIENCE.toSeconds()));
  }
}
