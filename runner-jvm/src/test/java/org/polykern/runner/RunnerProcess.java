package org.polykern.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.polykern.jail.rule.Policy;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;
import org.polykern.runner.json.JsonText;
import org.zeromq.ZMQ;

/** A real runner daemon, started from the compiled classes or from a kernel home. */
final class RunnerProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Path directory;
  private final Process process;
  private JsonObject announcement = new JsonObject(Map.of());

  private RunnerProcess(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
  }

  /** How to start one; every part may be changed before {@link #start}. */
  static final class Builder {
    private final Path directory;
    private final Map<String, Object> config = new HashMap<>();
    private final Map<String, String> environ = new HashMap<>();
    private List<String> jvm = RunnerFiles.jvm();
    private Path languages = RunnerFiles.languages();
    private Path services = Path.of("no-services");
    private boolean jailed = true;

    Builder(Path directory) {
      this.directory = directory;
      config.put("kernelId", "test");
      config.put("runtime", "python");
      config.put("runtimePath", System.getProperty("runner.python"));
      config.put("bind", "127.0.0.1");
      config.put("replin", 0);
      config.put("replout", 0);
      config.put("agentKey", null);
    }

    Builder with(String key, Object value) {
      config.put(key, value);
      return this;
    }

    Builder agent(ZMQ.Curve.KeyPair keys) {
      return with("agentKey", keys.publicKey);
    }

    /** Another runtime, with the program that its file names. */
    Builder language(String name) {
      return with("runtime", name).with("runtimePath", null);
    }

    /** With plain processes instead of jailed ones. */
    Builder unjailed() {
      jailed = false;
      return this;
    }

    /** In a jail that is not the built-in one. */
    Builder policy(Policy policy) {
      return with("jail", JailFixture.config(policy));
    }

    /** Where the runner puts its private directories. */
    Builder temporary(Path directory) throws IOException {
      JailFixture.giveToUser(directory, "rwx------");
      List<String> longer = new ArrayList<>(jvm);
      longer.add(1, "-Djava.io.tmpdir=" + directory);
      jvm = longer;
      return this;
    }

    /** Where the languages' files are. */
    Builder languages(Path directory) {
      languages = directory;
      return this;
    }

    /** Where the image's service definitions are. */
    Builder services(Path directory) {
      services = directory;
      return this;
    }

    Builder environ(String name, String value) {
      environ.put(name, value);
      return this;
    }

    Builder home(Path home) {
      jvm =
          List.of(
              home.resolve("runtime/bin/pk-runner").toString(),
              "@" + home.resolve("runner.args"),
              "-XX:AOTCache=" + home.resolve("runner.aot"),
              "-cp",
              home.resolve("runner.jar").toString());
      return this;
    }

    /** Starts the process without waiting for its announcement. */
    RunnerProcess launch() throws IOException {
      Path work = Files.createDirectories(directory.resolve("work"));
      Path settings = Files.createDirectories(directory.resolve("config"));
      Path run = Files.createDirectories(directory.resolve("run"));
      if (jailed) {
        config.putIfAbsent("jail", JailFixture.config(Policy.DEFAULT));
      }
      Path json = Files.writeString(settings.resolve("runner.json"), JsonText.of(config));
      Files.writeString(settings.resolve("environ.json"), JsonText.of(environ));
      List<String> command = new ArrayList<>(jailed ? JailFixture.enter() : List.of());
      if (jailed) {
        RunnerFiles.open(directory);
        RunnerFiles.open(settings);
        JailFixture.giveToRunner(json, "r--------");
        JailFixture.giveToRunner(run, "rwx------");
        JailFixture.giveToUser(work, "rwx------");
      }
      command.addAll(jvm);
      command.add("org.polykern.runner.Main");
      command.addAll(List.of("--config", settings.toString(), "--work", work.toString()));
      command.addAll(List.of("--run", run.toString()));
      command.addAll(List.of("--languages", languages.toString()));
      command.addAll(List.of("--services", services.toString()));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
      return new RunnerProcess(directory, process);
    }

    RunnerProcess start() throws IOException {
      RunnerProcess runner = launch();
      try {
        runner.awaitAnnouncement();
      } catch (Throwable e) {
        runner.close();
        throw e;
      }
      return runner;
    }
  }

  String publicKey() {
    return announcement.text("publicKey");
  }

  long replin() {
    return announcement.integer("replin");
  }

  long replout() {
    return announcement.integer("replout");
  }

  /** The port for streams, or null. */
  Long streams() {
    return announcement.integer("streams");
  }

  Process process() {
    return process;
  }

  Path work() {
    return directory.resolve("work");
  }

  Path announceFile() {
    return directory.resolve("run/announce.json");
  }

  String log() throws IOException {
    return Files.readString(directory.resolve("log"));
  }

  int awaitExit() throws InterruptedException {
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("Expected the runner to end within " + LIMIT + ", but it runs.");
    }
    return process.exitValue();
  }

  /** Kilobytes of a field of /proc/PID/status, such as VmRSS. */
  long kilobytes(String field) throws IOException {
    return kilobytes(Path.of("/proc", Long.toString(process.pid()), "status"), field);
  }

  static long kilobytes(Path file, String field) throws IOException {
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("Expected " + field + " in " + file);
  }

  private void awaitAnnouncement() throws IOException {
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> Files.exists(announceFile()) || !process.isAlive());
    if (!Files.exists(announceFile())) {
      throw new AssertionError("Expected an announcement, but the runner ended: " + log());
    }
    announcement = JsonReader.object(Files.readAllBytes(announceFile()), 10_000);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
