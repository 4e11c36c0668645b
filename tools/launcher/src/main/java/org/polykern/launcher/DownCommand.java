package org.polykern.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.polykern.agent.AgentVerticle;
import org.polykern.embedded.EmbeddedPostgres;
import org.polykern.embedded.EmbeddedRedis;
import org.polykern.launcher.instance.DataDirectory;
import org.polykern.launcher.instance.InstanceLock;
import org.polykern.launcher.instance.InstanceRecord;
import org.polykern.launcher.instance.ProcessIdentity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops an instance; what it left behind when it did not stop in an orderly way, too. */
@Command(name = "down", description = "Stop everything; the data stays.")
final class DownCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration AFTER_KILL = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(20);

  @Mixin private final DataOption data = new DataOption();

  @Override
  public Integer call() throws InterruptedException {
    var directory = data.get();
    if (!Files.isDirectory(directory.root())) {
      Console.say("Nothing is running: there is no " + directory.root() + ".");
      return 0;
    }
    var record = InstanceRecord.read(directory);
    var living = InstanceRecord.living(directory);
    living.ifPresent(DownCommand::end);
    var lock = awaitLock(directory);
    try (lock) {
      // An orderly stop removes the record; a node that is only an agent leaves its kernels.
      var leftovers = InstanceRecord.read(directory).isPresent() || hasKernels(directory);
      if (leftovers) {
        removeLeftovers(directory, record);
      }
      Console.say(
          living.isPresent() || leftovers ? "Polykern is stopped." : "Nothing was running.");
    }
    return 0;
  }

  private static boolean hasKernels(DataDirectory directory) {
    var kernels = directory.agent().resolve("kernels").toFile().list();
    return kernels != null && kernels.length > 0;
  }

  private static void end(InstanceRecord instance) {
    var process = ProcessHandle.of(instance.process().pid()).orElse(null);
    if (process == null) {
      return;
    }
    process.destroy();
    if (!ended(instance.process(), PATIENCE)) {
      Console.error(
          "Expected process %d to stop within %d s, but it did not; it is killed."
              .formatted(process.pid(), PATIENCE.toSeconds()));
      process.destroyForcibly();
      ended(instance.process(), AFTER_KILL);
    }
  }

  /** Looks often: the JDK's own wait for a process that is no child looks every few seconds. */
  private static boolean ended(ProcessIdentity process, Duration limit) {
    var end = System.nanoTime() + limit.toNanos();
    try {
      while (process.isAlive()) {
        if (System.nanoTime() > end) {
          return false;
        }
        Thread.sleep(PAUSE);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static InstanceLock awaitLock(DataDirectory directory) throws InterruptedException {
    var end = System.nanoTime() + AFTER_KILL.toNanos();
    while (true) {
      var lock = InstanceLock.take(directory);
      if (lock.isPresent()) {
        return lock.get();
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "Expected nobody to use %s after the stop, but another process took it."
                .formatted(directory.root()));
      }
      Thread.sleep(PAUSE);
    }
  }

  /** Kernels first, so that nothing of theirs asks for servers that are gone. */
  private static void removeLeftovers(DataDirectory directory, Optional<InstanceRecord> record) {
    var config = record.map(InstanceRecord::config).filter(path -> !path.isEmpty()).map(Path::of);
    var options =
        new NodeOptions(
            directory,
            Role.all(),
            config.filter(Files::exists),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            true);
    if (Files.isDirectory(directory.agent())) {
      AgentVerticle.removeLeftovers(NodeSetup.read(options).agent.get());
    }
    EmbeddedRedis.find(directory.redis()).ifPresent(EmbeddedRedis::stop);
    EmbeddedPostgres.find(directory.postgres()).ifPresent(EmbeddedPostgres::stop);
  }
}
