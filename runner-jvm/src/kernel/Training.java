import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.polykern.jail.call.Architecture;
import org.polykern.jail.call.SyscallTable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.rule.ArgumentTest;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.CallRule;
import org.polykern.jail.rule.Containment;
import org.polykern.jail.rule.EnvironmentRules;
import org.polykern.jail.rule.Errno;
import org.polykern.jail.rule.LaunchText;
import org.polykern.jail.rule.Limits;
import org.polykern.jail.rule.PathRules;
import org.polykern.jail.rule.Policy;
import org.polykern.jail.rule.PolicyText;
import org.polykern.jail.rule.RuleCompiler;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Makes the AOT cache of a kernel home by real runs: one JVM is a runner for each kind of language
 * in turn, and this class the agent that says hello, executes, answers, completes, interrupts, and
 * shuts it down; the JVM then writes the cache. Afterwards another run proves that the cache is
 * accepted under another path.
 *
 * <p>The programs are jailed as a session's are, in the mode that every user may use; where tracing
 * is not permitted they are not, and the cache lacks the classes for that.
 *
 * <p>Run by build.sh with {@code java -cp HOME/runner.jar Training.java HOME}.
 */
final class Training {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** The kinds of languages that need no program but a shell; Python is one of its own. */
  private static final Map<String, String> LANGUAGES =
      Map.of(
          "scripted.language",
          "title Scripted\nprograms sh\nstart {rt} {driver} {dir} {token}\n",
          "scripted.driver.sh",
          """
          frame() { printf '\\036%s%s%d\\n%s' "$token" "$1" "${#2}" "$2"; }
          exec 3< "$1/commands"
          token=$2
          trap : INT
          frame r ''
          while read -r verb path rest <&3; do
              case $verb in
                  run) . "$path"; frame h '<b>'; frame f "$?" ;;
                  complete) frame c "$path" ;;
              esac
          done
          """,
          "snippet.language",
          "title Snippet\nprograms sh\nsuffix .sh\nquery\n    . \"$SNIPPET\"\n");

  /** Refused by every jail, and told by it. */
  private static final String REFUSED = "unshare -r true 2>/dev/null";

  /** What prints is a child of the shell's, which would miss the signal while it forks. */
  private static final String SLEEP = "sh -c 'echo 1; exec sleep 60'";

  /** A service that does all that one can do before it listens, and one that always listens. */
  private static final Map<String, String> SERVICES =
      Map.of(
          "fails.json",
          """
          {"command": ["sh", "-c", "echo {ports[0]} ${{ said[out] }}; exit 3"], "env": {"A": "{{}}"},
           "default_arguments": {"-a": "1"}, "allowed_arguments": ["-b"], "allowed_envs": ["B"],
           "prestart": [
            {"action": "mkdir", "args": {"path": "made"}},
            {"action": "write_file", "args": {"filename": "made/file", "body": ["{runtime_path}"]}},
            {"action": "run_command", "args": {"command": ["echo", "1"], "echo": true}, "ref": "said"},
            {"action": "log", "args": {"message": "{said[out]}"}}]}
          """,
          "listens.json",
          "{\"noop\": true}");

  private static final String FLOOD = "head -c 500000 /dev/zero | tr '\\0' x; echo error >&2";

  /** Waits for input, but not for ever: a build machine may hide who waits. */
  private static final String ASK =
      "{ sleep 5; kill $$; } & printf 'name? '; read -r answer; kill $!; echo \"$answer\"";

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]).toAbsolutePath();
    Path scratch = Files.createTempDirectory("pk-training-");
    ZMQ.Curve.KeyPair agent = ZMQ.Curve.generateKeyPair();
    String jail = jail(home, scratch);
    try {
      Path record = scratch.resolve("record");
      List<Path> sessions = new ArrayList<>();
      for (String runtime : List.of("python", "scripted", "snippet", "app")) {
        sessions.add(session(home, scratch.resolve(runtime), runtime, jail, agent));
      }
      exercise(
          command(
              home,
              List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + record),
              "Rehearsal",
              sessions),
          sessions,
          agent);
      assemble(home, scratch, record);
      require(Files.exists(home.resolve("runner.aot")), "a runner.aot, but the JVM wrote none");
      Path moved = scratch.resolve("moved");
      Files.createSymbolicLink(moved, home);
      Path last = session(home, scratch.resolve("last"), "python", jail, agent);
      List<String> again =
          command(
              moved,
              List.of("-XX:AOTMode=on", "-XX:AOTCache=" + moved.resolve("runner.aot")),
              "Main",
              List.of());
      for (String directory : List.of("--config", "--work", "--run", "--languages", "--services")) {
        again.addAll(List.of(directory, last.toString()));
      }
      exercise(again, List.of(last), agent);
    } finally {
      delete(scratch);
    }
  }

  /** Everything that a runner is started with, in one directory. */
  private static Path session(
      Path home, Path directory, String runtime, String jail, ZMQ.Curve.KeyPair agent)
      throws IOException {
    Files.createDirectory(directory);
    Files.writeString(
        directory.resolve("runner.json"),
        """
        {"kernelId": "training", "runtime": "%s", "runtimePath": null, "bind": "127.0.0.1",
         "replin": 0, "replout": 0, "streams": 0, "agentKey": "%s", "jail": %s}
        """
            .formatted(runtime, json(agent.publicKey), jail));
    Files.writeString(directory.resolve("environ.json"), "{\"TRAINING\": \"1\"}");
    for (Map.Entry<String, String> file : LANGUAGES.entrySet()) {
      Files.writeString(directory.resolve(file.getKey()), file.getValue());
    }
    for (Map.Entry<String, String> file : SERVICES.entrySet()) {
      Files.writeString(directory.resolve(file.getKey()), file.getValue());
    }
    Path python = home.resolve("languages/python.language");
    Files.copy(python, directory.resolve("python.language"));
    return directory;
  }

  /** A policy that has what those of sessions have: a list, a refusal with a test, a variable. */
  private static Policy policy(Architecture architecture) {
    CallRule refusal =
        new CallRule(
            "socket", List.of(ArgumentTest.word(0, 40)), CallAction.refuse(Errno.EPERM), "training");
    return new Policy(
        "training",
        false,
        CallAction.refuse(Errno.ENOSYS),
        SyscallTable.of(architecture).names(),
        Set.of(),
        List.of(refusal),
        PathRules.EVERYTHING,
        Limits.DEFAULT,
        new EnvironmentRules(true, List.of(), EnvironmentRules.DENIED, Map.of("TRAINING", "1")),
        null,
        true);
  }

  /** The member {@code jail} of runner.json, or null where nothing is jailed. */
  private static String jail(Path home, Path scratch) throws Exception {
    Architecture architecture = Architecture.current();
    Policy policy = policy(architecture);
    Containment containment = new Containment.SameUser(List.of(1), List.of(1));
    long[] rules =
        RuleCompiler.compile(
            policy, SyscallTable.of(architecture), containment, RuleCompiler.Purpose.REPORT);
    byte[] program = JailNative.compile(architecture.auditValue(), rules);
    String launch = LaunchText.of(policy, program, false);
    Path description = scratch.resolve("launch");
    Files.writeString(description, "pk-jail 1\nmode m1\n" + launch);
    Process probe =
        new ProcessBuilder(
                home.resolve("pk-jail").toString(),
                "--launch",
                description.toString(),
                "--",
                "/bin/true")
            .inheritIO()
            .start();
    if (probe.waitFor() != 0) {
      System.err.println(
          "The training run cannot jail its programs here: the cache is less complete.");
      return "null";
    }
    return "{\"mode\": \"m1\", \"launch\": \"%s\", \"policy\": \"%s\"}"
        .formatted(json(launch), json(PolicyText.write(policy)));
  }

  /** Turns what was recorded into the cache. In two steps: the one-step form needs bin/java. */
  private static void assemble(Path home, Path scratch, Path record) throws Exception {
    List<String> command =
        command(
            home,
            List.of(
                "-XX:AOTMode=create",
                "-XX:AOTConfiguration=" + record,
                "-XX:AOTCache=" + home.resolve("runner.aot")),
            "Main",
            List.of());
    Path log = scratch.resolve("create.log");
    Process jvm =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!jvm.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || jvm.exitValue() != 0) {
      System.err.println(Files.readString(log));
    }
  }

  private static List<String> command(
      Path home, List<String> options, String main, List<Path> arguments) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("runtime/bin/pk-runner").toString());
    command.add("@" + home.resolve("runner.args"));
    command.addAll(options);
    command.addAll(
        List.of("-cp", home.resolve("runner.jar").toString(), "org.polykern.runner." + main));
    arguments.forEach(argument -> command.add(argument.toString()));
    return command;
  }

  /** Starts a JVM that is the runner of each session in turn, and drives it through all of them. */
  private static void exercise(List<String> command, List<Path> sessions, ZMQ.Curve.KeyPair agent)
      throws Exception {
    Path log = sessions.getFirst().resolve("log");
    Process runner =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      for (Path session : sessions) {
        drive(runner, session, agent);
      }
      require(runner.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "the runner to end, but it runs");
      require(runner.exitValue() == 0, "exit status 0, but got " + runner.exitValue());
    } catch (Exception e) {
      System.err.println(Files.readString(log));
      throw e;
    } finally {
      runner.destroyForcibly();
    }
  }

  private static void drive(Process runner, Path session, ZMQ.Curve.KeyPair agent)
      throws Exception {
    Path announce = session.resolve("announce.json");
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
    // A full queue of a CURVE socket hands over what is still encrypted.
    out.setRcvHWM(0);
    for (ZMQ.Socket socket : List.of(in, out)) {
      socket.setCurveServerKey(ZMQ.Curve.z85Decode(key));
      socket.setCurvePublicKey(ZMQ.Curve.z85Decode(agent.publicKey));
      socket.setCurveSecretKey(ZMQ.Curve.z85Decode(agent.secretKey));
    }
    in.connect("tcp://127.0.0.1:" + match("\"replin\":(\\d+)", text));
    out.connect("tcp://127.0.0.1:" + match("\"replout\":(\\d+)", text));
    send(in, "hello", "{\"protocol\":1}", "");
    expect(out, "hello");
    String runtime = session.getFileName().toString();
    if (!runtime.equals("app")) {
      codes(in, out, !LANGUAGES.containsKey(runtime + ".language"));
    }
    batches(in, out);
    services(in, out, match("\"replin\":(\\d+)", text));
    terminal(in, out, Integer.parseInt(match("\"streams\":(\\d+)", text)));
    send(in, "status", "{\"id\":\"s\"}", "");
    expect(out, "status");
    send(in, "complete", "{\"id\":\"c\"}", "{\"code\":\"pri\",\"row\":0}");
    expect(out, "completion");
    send(in, "shutdown", "{}", "");
    in.close();
    out.close();
    context.term();
  }

  private static void codes(ZMQ.Socket in, ZMQ.Socket out, boolean python) {
    for (int i = 0; i < 10; i++) {
      String flood = python ? "print('x' * 500000)" : FLOOD;
      send(in, "code", "{\"run\":\"r" + i + "\"}", i == 0 ? flood : python ? "print(6*7)" : "echo 42");
      finish(in, out, "r" + i);
    }
    send(in, "code", "{\"run\":\"a\"}", python ? "print(input('name? '))" : ASK);
    finish(in, out, "a");
    send(
        in,
        "code",
        "{\"run\":\"i\"}",
        python ? "import time\nprint(1, flush=True)\ntime.sleep(60)" : SLEEP);
    if (expect(out, "finished", "stdout").contains("1\n")) {
      send(in, "interrupt", "{\"run\":\"i\"}", "");
      expect(out, "finished");
    } else {
      System.err.println("The training run could not execute a snippet: the cache is less complete.");
    }
  }

  private static void batches(ZMQ.Socket in, ZMQ.Socket out) {
    for (String exec : List.of(FLOOD, ASK, REFUSED)) {
      String header = "{\"run\":\"b" + exec.hashCode() + "\"}";
      send(in, "clean", header, "");
      send(in, "build", header, "*");
      send(in, "exec", header, exec);
      finish(in, out, "b" + exec.hashCode());
    }
  }

  /** Nobody listens on port 1. */
  private static void services(ZMQ.Socket in, ZMQ.Socket out, String listening) {
    for (String options : List.of("{}", "{\"arguments\":{\"-b\":[\"2\"]},\"envs\":{\"B\":\"1\"}}")) {
      send(
          in,
          "start-service",
          "{\"id\":\"1\"}",
          "{\"name\":\"fails\",\"port\":1,\"ports\":[1],\"protocol\":\"http\",\"options\":" + options + "}");
      expect(out, "service-result");
    }
    send(
        in,
        "start-service",
        "{\"id\":\"2\"}",
        "{\"name\":\"listens\",\"port\":" + listening + ",\"protocol\":\"tcp\"}");
    expect(out, "service-result");
    send(in, "service-log", "{\"id\":\"3\"}", "\"fails\"");
    expect(out, "service-log-result");
    send(in, "get-apps", "{\"id\":\"4\"}", "");
    expect(out, "apps-result");
    send(in, "shutdown-service", "{\"id\":\"5\"}", "\"fails\"");
    expect(out, "service-result");
  }

  /** Types into a terminal, with another size, and reads until the answer comes. */
  private static void terminal(ZMQ.Socket in, ZMQ.Socket out, int port) throws IOException {
    send(in, "open-terminal", "{\"id\":\"t\"}", "{\"terminal\":\"main\",\"rows\":24,\"cols\":80}");
    String opened = expect(out, "terminal-result");
    if (!opened.contains("token")) {
      System.err.println("The training run has no terminal here: the cache is less complete.");
      return;
    }
    try (Socket viewer = new Socket(InetAddress.getLoopbackAddress(), port)) {
      viewer.setSoTimeout((int) LIMIT.toMillis());
      String token = match("\"token\":\"(.{43})\"", opened) + "\n";
      String typed = "printf '\\033[1;31m%s\\n\\t\\303\\244' colour; stty size\n";
      String frames = token + "\2\0\0\4\0\36\0\144\1\0\0" + (char) typed.length() + typed;
      viewer.getOutputStream().write(frames.getBytes(StandardCharsets.ISO_8859_1));
      StringBuilder seen = new StringBuilder();
      byte[] bytes = new byte[4096];
      while (!seen.toString().contains("30 100")) {
        int n = viewer.getInputStream().read(bytes);
        require(n > 0, "a terminal's output, but it ended after " + seen);
        seen.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
      }
    }
  }

  /** Takes a run to its end, answering it when it asks. */
  private static void finish(ZMQ.Socket in, ZMQ.Socket out, String run) {
    while (true) {
      String message = expect(out, "finished", "waiting-input");
      if (message.contains("is_password")) {
        send(in, "input", "{\"run\":\"" + run + "\"}", "somebody");
      } else {
        send(in, "ack", "{\"seq\":" + match("\"seq\":(\\d+)", message) + "}", "");
        return;
      }
    }
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
    return key.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
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
