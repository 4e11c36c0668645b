package org.polykern.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.polykern.agent.jail.JailHome;
import org.polykern.agent.jail.JailMode;
import org.polykern.agent.jail.JailSettings;
import org.polykern.agent.jail.JailUsers;
import org.polykern.agent.jail.SessionJails;
import org.polykern.agent.runnerlink.Announcement;
import org.polykern.agent.runnerlink.LinkKeys;
import org.polykern.agent.runnerlink.RunnerLink;
import org.polykern.agent.runnerlink.RunnerLinks;
import org.polykern.agent.runnerlink.RunnerListener;

/** A runner started as an agent does, without an agent. */
final class RunnerDaemon implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Path directory;
  private final Process process;
  private final LinkKeys keys;
  private final Announcement announcement;
  private final RunnerLinks links = new RunnerLinks();
  private final double startMillis;

  /** Returns when it has announced itself. */
  RunnerDaemon(Path kernelHome, String runtime) throws IOException {
    directory = Files.createTempDirectory("polykern-bench-runner");
    keys = LinkKeys.generate();
    var config = new HashMap<String, Object>();
    config.put("kernelId", "bench");
    config.put("runtime", runtime);
    config.put("bind", "127.0.0.1");
    config.put("replin", 0);
    config.put("replout", 0);
    config.put("agentKey", keys.publicKey());
    config.put("jail", jail(kernelHome, runtime));
    Files.writeString(
        directory.resolve("runner.json"), new ObjectMapper().writeValueAsString(config));
    Files.createDirectory(directory.resolve("work"));
    var begin = System.nanoTime();
    process =
        new ProcessBuilder(command(kernelHome))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    announcement = awaitAnnouncement();
    startMillis = (System.nanoTime() - begin) / 1e6;
  }

  /** As an agent gives it to every session; the runner is the programs' own user here. */
  private static Map<String, Object> jail(Path kernelHome, String runtime) throws IOException {
    var settings = new JailSettings(JailMode.ENFORCE, kernelHome, null, null);
    return SessionJails.open(settings, JailHome.at(kernelHome).obstacle())
        .of(runtime, "bench", null, new JailUsers(0, 0, 0))
        .orElseThrow()
        .description();
  }

  /** The bare JVM of the kernel home, which starts, prints its version and ends. */
  static List<String> bareJvm(Path kernelHome) {
    return List.of(
        kernelHome.resolve("runtime/bin/pk-runner").toString(),
        "@" + kernelHome.resolve("runner.args"),
        "-version");
  }

  RunnerLink connect(RunnerListener listener) throws IOException {
    var link = links.connect("127.0.0.1", announcement, keys, listener);
    link.hello();
    try {
      if (link.awaitHello(LIMIT)) {
        return link;
      }
      throw new IOException("Expected the runner's hello, but none came: " + log());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for the runner", e);
    }
  }

  /** From its start to its announcement. */
  double startMillis() {
    return startMillis;
  }

  Memory memory() throws IOException {
    return Memory.of(process.pid());
  }

  @Override
  public void close() throws IOException {
    links.close();
    process.destroy();
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private List<String> command(Path kernelHome) {
    var command = new ArrayList<String>();
    command.add(kernelHome.resolve("runtime/bin/pk-runner").toString());
    command.add("@" + kernelHome.resolve("runner.args"));
    command.add("-XX:AOTCache=" + kernelHome.resolve("runner.aot"));
    command.addAll(List.of("-cp", kernelHome.resolve("runner.jar").toString()));
    command.add("org.polykern.runner.Main");
    for (var option :
        Map.of("--config", directory, "--work", directory.resolve("work"), "--run", directory)
            .entrySet()) {
      command.addAll(List.of(option.getKey(), option.getValue().toString()));
    }
    return command;
  }

  private Announcement awaitAnnouncement() throws IOException {
    var file = directory.resolve("announce.json");
    var deadline = System.nanoTime() + LIMIT.toNanos();
    while (process.isAlive() && System.nanoTime() - deadline < 0) {
      var read = Announcement.read(file);
      if (read.isPresent()) {
        return read.get();
      }
      LockSupport.parkNanos(200_000);
    }
    throw new IOException("Expected the runner to announce itself, but it did not: " + log());
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("log"));
  }
}
