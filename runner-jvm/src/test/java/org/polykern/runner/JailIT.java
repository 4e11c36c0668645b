package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.CallRule;
import org.polykern.jail.rule.EnvironmentRules;
import org.polykern.jail.rule.Limits;
import org.polykern.jail.rule.PathRules;
import org.polykern.jail.rule.Policy;
import org.polykern.runner.LinkClient.Message;
import org.polykern.runner.LinkClient.Result;
import org.polykern.runner.json.JsonObject;
import org.zeromq.ZMQ;

/**
 * The whole runner with its jail: who runs as whom, and what users and agents learn of refusals.
 */
@Timeout(90)
class JailIT {
  private static final String REFUSED = "jail: socket(2) is not allowed by policy 'default'";

  /** A family of sockets that no policy permits. */
  private static final String SOCKET =
      """
      import socket
      try: socket.socket(socket.AF_VSOCK)
      except OSError as e: print(e.errno, flush=True)
      """;

  private final ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();
  @TempDir private Path directory;

  @Test
  void shouldKeepProgramsAwayFromTheRunner() throws Exception {
    try (RunnerProcess runner = builder().start();
        LinkClient client = client(runner)) {
      Result result =
          client.run(
              """
              import os, signal
              runner = %d
              def refused(f, *a):
                  try: f(*a)
                  except PermissionError: return True
              print(refused(os.kill, runner, signal.SIGTERM), refused(os.kill, os.getppid(), 9))
              print(refused(open, f'/proc/{runner}/mem', 'rb'), refused(open, f'/proc/{runner}/environ'))
              status = dict(l.split(':', 1) for l in open('/proc/self/status'))
              print(status['NoNewPrivs'].strip(), status['Seccomp'].strip(), int(status['CapEff'], 16))
              print(os.getpid() == os.getsid(0) == os.getpgrp(), os.getppid() == runner)
              """
                  .formatted(runner.process().pid()));
      assertThat(result.stderr()).doesNotContain("Traceback");
      assertThat(result.stdout()).isEqualTo("True True\nTrue True\n1 2 0\nTrue False\n");
      if (JailFixture.SUPERVISED) {
        assertThat(client.run("import os; print(os.getresuid(), os.getgroups())").stdout())
            .isEqualTo("(%1$d, %1$d, %1$d) []\n".formatted(JailFixture.USER));
        assertThat(fileUsers(runner)).contains(JailFixture.USER, JailFixture.RUNNER);
      }
    }
  }

  @Test
  void shouldUseAnInterpreterThatOnlyTheUserMayReach() throws Exception {
    Path bin = Files.createDirectories(directory.resolve("work/bin"));
    Path own = Files.writeString(bin.resolve("own"), "#!/bin/sh\nOWN=1 exec python3 \"$@\"\n");
    JailFixture.giveToUser(own, "rwx------");
    JailFixture.giveToUser(bin, "rwx------");
    try (RunnerProcess runner = builder().with("runtimePath", own.toString()).start();
        LinkClient client = client(runner)) {
      assertThat(client.run("import os; print(os.environ['OWN'])").stdout()).isEqualTo("1\n");
    }
  }

  @Test
  void shouldRunTheBootstrapScriptJailedAndFirst() throws Exception {
    Path script =
        Files.writeString(
            Files.createDirectories(directory.resolve("work")).resolve("bootstrap.sh"),
            "grep NoNewPrivs /proc/self/status > status; sleep 0.3; echo end >> status");
    assertThat(script).exists();
    try (RunnerProcess runner = builder().start();
        LinkClient client = client(runner)) {
      assertThat(client.run("print(open('status').read())").stdout())
          .isEqualTo("NoNewPrivs:\t1\nend\n\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"python, python3", "jupyter, jupyter-kernelspec"})
  void shouldTellRefusalsOfInterpreters(String language, String program) throws Exception {
    if (language.equals("jupyter")) {
      InstalledPrograms.requireKernelspec("python3");
    } else {
      InstalledPrograms.require(program);
    }
    RunnerProcess.Builder builder = builder().language(language);
    if (language.equals("jupyter")) {
      builder.with("runtimePath", "python3");
    }
    try (RunnerProcess runner = builder.start();
        LinkClient client = client(runner)) {
      Result result = client.run(SOCKET);
      assertThat(result.stdout()).isEqualTo("97\n");
      assertThat(result.stderr()).contains(REFUSED);
      awaitRefusals(client, "socket", 1);
      // Said once, counted always.
      assertThat(client.run(SOCKET + SOCKET).stderr()).isEmpty();
    }
  }

  @Test
  void shouldTellRefusalsOfADriversInterpreter() throws Exception {
    InstalledPrograms.require("bash");
    try (RunnerProcess runner = builder().language("bash").start();
        LinkClient client = client(runner)) {
      Result result = client.run("unshare -U true; echo $?");
      assertThat(result.stdout()).isEqualTo("1\n");
      assertThat(result.stderr()).contains("jail: unshare(2) is not allowed by policy 'default'");
      awaitRefusals(client, "unshare", 1);
    }
  }

  @Test
  void shouldTellRefusalsOfACompiledSnippet() throws Exception {
    InstalledPrograms.require("gcc");
    try (RunnerProcess runner = builder().language("c").start();
        LinkClient client = client(runner)) {
      Result result =
          client.run(
              """
              #include <stdio.h>
              #include <sys/socket.h>
              int main(void) { printf("%d\\n", socket(40, SOCK_STREAM, 0)); return 0; }
              """);
      assertThat(result.stdout()).isEqualTo("-1\n");
      assertThat(result.stderr()).contains(REFUSED);
      awaitRefusals(client, "socket", 1);
    }
  }

  @Test
  void shouldTellTheRefusalsOfABatchRunBeforeItsEnd() throws Exception {
    try (RunnerProcess runner = builder().start();
        LinkClient client = client(runner)) {
      String run = client.batch("", "", "unshare -U true; unshare -U true; exit 7");
      StringBuilder errors = new StringBuilder();
      Message message = client.next();
      while (!message.type().equals("finished")) {
        errors.append(message.type().equals("stderr") ? message.body() : "");
        message = client.next();
      }
      assertThat(message.body()).isEqualTo("{\"exitCode\": 7}");
      assertThat(message.run()).isEqualTo(run);
      assertThat(errors.toString()).containsOnlyOnce("jail: unshare(2) is not allowed");
      assertThat(client.refusals().integer("unshare")).isEqualTo(2);
    }
  }

  @Test
  void shouldTellAnotherAgentTheSum() throws Exception {
    try (RunnerProcess runner = builder().start()) {
      try (LinkClient first = client(runner)) {
        first.collect(first.batch("unshare -U true", "", "unshare -U true"));
      }
      try (LinkClient second = client(runner)) {
        awaitRefusals(second, "unshare", 2);
      }
    }
  }

  @Test
  void shouldEndWhatABatchStepLeavesAndKeepWhatAnInterpreterStarts() throws Exception {
    try (RunnerProcess runner = builder().start();
        LinkClient client = client(runner)) {
      Result step =
          client.collect(client.batch("", "", "setsid sleep 1000 > /dev/null 2>&1 & echo $!"));
      assertThat(step.exitCode()).isZero();
      assertGone(Long.parseLong(step.stdout().strip()));
      Result started =
          client.run(
              """
              import subprocess
              p = subprocess.Popen(['sleep', '1000'], start_new_session=True)
              print(p.pid)
              """);
      long kept = Long.parseLong(started.stdout().strip());
      assertThat(client.run("p.poll()").stdout()).isEmpty();
      assertThat(ProcessHandle.of(kept)).isPresent();
      assertThat(client.run("import os; os._exit(4)").exitCode()).isEqualTo(4);
      assertGone(kept);
    }
  }

  @Test
  void shouldLeaveNothingOfAKilledRunner() throws Exception {
    try (RunnerProcess runner = builder().start();
        LinkClient client = client(runner)) {
      client.batch("", "", "echo $$; exec sleep 1000");
      Message printed = client.next();
      while (!printed.type().equals("stdout")) {
        printed = client.next();
      }
      long program = Long.parseLong(printed.body().strip());
      assertThat(ProcessHandle.of(program)).isPresent();
      runner.process().destroyForcibly();
      assertGone(program);
    }
  }

  @Test
  void shouldGiveTheEnvironmentThatThePolicyWants() throws Exception {
    EnvironmentRules rules =
        new EnvironmentRules(
            false,
            List.of("PATH", "HOME"),
            List.of("DENIED"),
            Map.of("ADDED", "a=b\nc", "GIVEN", "changed"));
    RunnerProcess.Builder builder =
        builder()
            .environ("DENIED", "1")
            .environ("GIVEN", "2")
            .environ("SESSION", "3")
            .policy(policy(List.of(), rules));
    try (RunnerProcess runner = builder.start();
        LinkClient client = client(runner)) {
      Result result =
          client.collect(
              client.batch("", "", "echo \"$ADDED $GIVEN $SESSION [$DENIED$LANG] $LD_PRELOAD\""));
      // The runner's own library is no variable of anybody's.
      assertThat(result.stdout()).startsWith("a=b\nc changed 3 [] ").endsWith("/libpk-stdio.so\n");
    }
  }

  @Test
  void shouldAskEveryPluginAboutTracedCalls() throws Exception {
    Path plugins = Files.createDirectories(directory.resolve("config/jail-plugins"));
    PluginJar.write(
        plugins,
        "Sixth",
        "call.arguments().get(0) == 10L ? CallAction.refuse(13) : CallAction.Plain.ALLOW");
    PluginJar.write(
        plugins,
        "Unix",
        "call.arguments().get(0) == 1L ? CallAction.refuse(22) : CallAction.Plain.ALLOW");
    Files.writeString(plugins.resolve("torn.jar"), "no jar");
    CallRule asked = new CallRule("socketpair", List.of(), CallAction.Plain.ASK, "for plug-ins");
    Policy policy = policy(List.of(asked), EnvironmentRules.DEFAULT);
    try (RunnerProcess runner = builder().policy(policy).start();
        LinkClient client = client(runner)) {
      Result result =
          client.run(
              """
              import socket
              for family in (10, 1, 2):
                  try: socket.socketpair(family, socket.SOCK_STREAM)
                  except OSError as e: print(family, e.errno)
              """);
      // The third is permitted, and the kernel has no such pairs.
      assertThat(result.stdout()).isEqualTo("10 13\n1 22\n2 95\n");
      assertThat(runner.log()).contains("torn.jar was left out");
    }
  }

  @Test
  void shouldLogWhatItWouldHaveRefusedWhereItOnlyWatches() throws Exception {
    try (RunnerProcess runner =
            builder().with("jail", JailFixture.config(Policy.DEFAULT, true)).start();
        LinkClient client = client(runner)) {
      Result result = client.collect(client.batch("", "unshare -U true", "unshare -U true"));
      assertThat(result.stderr()).doesNotContain("jail:");
      assertThat(client.refusals()).isNull();
      assertThat(runner.log())
          .containsOnlyOnce(
              "The jail only watches, but would have refused unshare(2) of 'unshare'.");
    }
  }

  @Test
  void shouldSayWhyAJailCannotBeUsed() throws Exception {
    try (RunnerProcess runner =
        builder().with("jail", Map.of("mode", "m3", "launch", "", "policy", "")).launch()) {
      assertThat(runner.awaitExit()).isEqualTo(2);
      assertThat(runner.log()).contains("Expected m1 or m2 under \"mode\"");
    }
  }

  private RunnerProcess.Builder builder() throws IOException {
    return new RunnerProcess.Builder(directory).agent(keys);
  }

  private LinkClient client(RunnerProcess runner) {
    LinkClient client = new LinkClient(runner, keys);
    client.hello();
    return client;
  }

  private static Policy policy(List<CallRule> rules, EnvironmentRules environment) {
    return new Policy(
        "test",
        false,
        CallAction.Plain.ALLOW,
        Set.of(),
        Set.of(),
        rules,
        PathRules.EVERYTHING,
        Limits.DEFAULT,
        environment,
        null,
        true);
  }

  /** An interpreter's run may end before its refusal is told, but not long. */
  private static void awaitRefusals(LinkClient client, String call, long count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          client.send("status", Map.of("id", "s"), "");
          client.next();
          JsonObject told = client.refusals();
          return told != null && Long.valueOf(count).equals(told.integer(call));
        });
  }

  private static void assertGone(long pid) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }

  /** The file system users of the runner's threads. */
  private static List<Integer> fileUsers(RunnerProcess runner) throws IOException {
    List<Integer> users = new ArrayList<>();
    Path tasks = Path.of("/proc", Long.toString(runner.process().pid()), "task");
    try (Stream<Path> threads = Files.list(tasks)) {
      for (Path thread : threads.toList()) {
        String status = Files.readString(thread.resolve("status"));
        users.add(
            Integer.valueOf(status.replaceAll("(?s).*\nUid:\t\\d+\t\\d+\t\\d+\t(\\d+)\n.*", "$1")));
      }
    }
    return users;
  }
}
