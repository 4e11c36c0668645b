import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Makes the AOT cache of a kernel home by a real run: starts the runner as an agent does, says hello,
 * executes, completes, interrupts, and shuts it down; the JVM then writes the cache. Afterwards a
 * second run proves that the cache is accepted under another path.
 *
 * <p>Run by build.sh with {@code java -cp HOME/runner.jar Training.java HOME}.
 */
final class Training {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]).toAbsolutePath();
    Path scratch = Files.createTempDirectory("pk-training-");
    try {
      Path record = scratch.resolve("record");
      exercise(home, scratch, List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + record));
      assemble(home, scratch, record);
      require(Files.exists(home.resolve("runner.aot")), "a runner.aot, but the JVM wrote none");
      Path moved = scratch.resolve("moved");
      Files.createSymbolicLink(moved, home);
      exercise(
          moved, scratch, List.of("-XX:AOTMode=on", "-XX:AOTCache=" + moved.resolve("runner.aot")));
    } finally {
      delete(scratch);
    }
  }

  /** Turns what was recorded into the cache. In two steps: the one-step form needs bin/java. */
  private static void assemble(Path home, Path scratch, Path record) throws Exception {
    List<String> command = command(home, List.of("-XX:AOTMode=create", "-XX:AOTConfiguration=" + record, "-XX:AOTCache=" + home.resolve("runner.aot")));
    Path log = scratch.resolve("create.log");
    Process jvm =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!jvm.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || jvm.exitValue() != 0) {
      System.err.println(Files.readString(log));
    }
  }

  private static List<String> command(Path home, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("runtime/bin/pk-runner").toString());
    command.add("@" + home.resolve("runner.args"));
    command.addAll(options);
    command.addAll(
        List.of("-cp", home.resolve("runner.jar").toString(), "org.polykern.runner.Main"));
    return command;
  }

  private static void exercise(Path home, Path scratch, List<String> options) throws Exception {
    ZMQ.Curve.KeyPair agent = ZMQ.Curve.generateKeyPair();
    Path directory = Files.createTempDirectory(scratch, "run-");
    Path work = Files.createDirectory(directory.resolve("work"));
    Files.writeString(
        directory.resolve("runner.json"),
        """
        {"kernelId": "training", "runtime": "python", "runtimePath": null, "bind": "127.0.0.1",
         "replin": 0, "replout": 0, "agentKey": "%s"}
        """
            .formatted(json(agent.publicKey)));
    Files.writeString(directory.resolve("environ.json"), "{\"TRAINING\": \"1\"}");
    List<String> command = command(home, options);
    command.addAll(
        List.of(
            "--config", directory.toString(), "--work", work.toString(),
            "--run", directory.toString()));
    Path log = directory.resolve("log");
    Process runner =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      drive(runner, directory.resolve("announce.json"), agent);
      require(runner.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "the runner to end, but it runs");
      require(runner.exitValue() == 0, "exit status 0, but got " + runner.exitValue());
    } catch (Exception e) {
      System.err.println(Files.readString(log));
      throw e;
    } finally {
      runner.destroyForcibly();
    }
  }

  private static void drive(Process runner, Path announce, ZMQ.Curve.KeyPair agent)
      throws Exception {
    Instant end = Instant.now().plus(LIMIT);
    while (!Files.exists(announce)) {
      require(runner.isAlive() && Instant.now().isBefore(end), "announce.json, but there is none");
      Thread.sleep(5);
    }
    String text = Files.readString(announce);
    String key = match("\"publicKey\":\"(.{40,80})\",\"replin", text).replace("\\\"", "\"");
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket in = context.socket(SocketType.PUSH);
    ZMQ.Socket out = context.socket(SocketType.PULL);
    out.setReceiveTimeOut((int) LIMIT.toMillis());
    for (ZMQ.Socket socket : List.of(in, out)) {
      socket.setCurveServerKey(ZMQ.Curve.z85Decode(key));
      socket.setCurvePublicKey(ZMQ.Curve.z85Decode(agent.publicKey));
      socket.setCurveSecretKey(ZMQ.Curve.z85Decode(agent.secretKey));
    }
    in.connect("tcp://127.0.0.1:" + match("\"replin\":(\\d+)", text));
    out.connect("tcp://127.0.0.1:" + match("\"replout\":(\\d+)", text));
    send(in, "hello", "{\"protocol\":1}", "");
    expect(out, "hello");
    for (int i = 0; i < 20; i++) {
      send(in, "code", "{\"run\":\"r" + i + "\"}", i == 0 ? "print('x' * 500000)" : "print(6*7)");
      String finished = expect(out, "finished");
      send(in, "ack", "{\"seq\":" + match("\"seq\":(\\d+)", finished) + "}", "");
    }
    send(in, "status", "{\"id\":\"s\"}", "");
    expect(out, "status");
    send(in, "complete", "{\"id\":\"c\"}", "{\"code\":\"pri\",\"row\":0}");
    expect(out, "completion");
    send(in, "code", "{\"run\":\"i\"}", "import time\nprint(1, flush=True)\ntime.sleep(60)");
    if (expect(out, "finished", "stdout").contains("1\n")) {
      send(in, "interrupt", "{\"run\":\"i\"}", "");
      expect(out, "finished");
    } else {
      System.err.println("The training run found no python3: the cache will be less complete.");
    }
    send(in, "shutdown", "{}", "");
    require(runner.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "the runner to end, but it runs");
  }

  private static void send(ZMQ.Socket in, String type, String header, String body) {
    in.sendMore(type);
    in.send((header + "\n" + body).getBytes(StandardCharsets.UTF_8));
  }

  /** The next message of one of these types; others are skipped. */
  private static String expect(ZMQ.Socket out, String... types) {
    while (true) {
      String type = out.recvStr();
      require(type != null, "a message of type " + String.join(" or ", types) + ", but none came");
      String message = out.recvStr();
      if (List.of(types).contains(type)) {
        return message;
      }
    }
  }

  private static String match(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    require(matcher.find(), pattern + " in " + text);
    return matcher.group(1);
  }

  private static String json(String key) {
    return key.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static void require(boolean condition, String expected) {
    if (!condition) {
      throw new IllegalStateException("Expected " + expected + ".");
    }
  }

  private static void delete(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
          delete(entry);
        } else {
          Files.delete(entry);
        }
      }
    }
    Files.delete(directory);
  }
}
