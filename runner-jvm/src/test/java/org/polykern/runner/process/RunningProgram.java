package org.polykern.runner.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.polykern.runner.JailFixture;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.LocalSpawner;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/** A {@link UserProcess} with a loop thread of its own, and all that it told. */
public final class RunningProgram implements UserProcess.Listener, AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final EventLoop loop;
  private final Thread thread;
  private final Queue<String> stdout = new ConcurrentLinkedQueue<>();
  private final Queue<String> stderr = new ConcurrentLinkedQueue<>();
  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger askedForPassword = new AtomicInteger();
  private final AtomicLong stdoutBytes = new AtomicLong();
  private volatile boolean keeping = true;
  private UserProcess process;

  private RunningProgram() throws IOException {
    this.loop = new EventLoop(line -> log.add(line + '\n'));
    this.thread =
        new Thread(
            () -> {
              try {
                loop.run();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "loop");
  }

  /**
   * Runs a script of {@code /bin/sh} in the jail, with the test's environment and some more
   * variables.
   */
  public static RunningProgram shell(String script, Path directory, Map<String, String> variables)
      throws Exception {
    return start(program(script, directory, variables));
  }

  public static RunningProgram shell(String script) throws Exception {
    return shell(script, Path.of("/"), Map.of());
  }

  /** Without the jail, which would end what it leaves behind. */
  static RunningProgram plainShell(String script, Path directory) throws Exception {
    return start(program(script, directory, Map.of()), loop -> new LocalSpawner());
  }

  public static RunningProgram start(Spawner.Program program) throws Exception {
    return start(program, JailFixture::sameUser);
  }

  private static RunningProgram start(
      Spawner.Program program, CheckedFunction<EventLoop, Spawner> spawner) throws Exception {
    RunningProgram running = new RunningProgram();
    running.process =
        UserProcess.start(
            spawner.apply(running.loop),
            program,
            running.loop,
            line -> running.log.add(line + '\n'),
            running);
    running.thread.start();
    return running;
  }

  private interface CheckedFunction<T, R> {
    R apply(T value) throws Exception;
  }

  private static Spawner.Program program(
      String script, Path directory, Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.putAll(variables);
    return ShellScript.program(script, environment, directory);
  }

  @Override
  public void output(boolean isStderr, ByteBuffer text) {
    if (!isStderr) {
      stdoutBytes.addAndGet(text.remaining());
    }
    if (keeping) {
      (isStderr ? stderr : stdout).add(StandardCharsets.UTF_8.decode(text).toString());
    }
  }

  @Override
  public void waitingInput(boolean password) {
    if (password) {
      askedForPassword.incrementAndGet();
    }
    asked.incrementAndGet();
  }

  @Override
  public void ended(int status) {
    ended.complete(status);
  }

  /** Does something with the process on the loop thread. */
  public void act(Consumer<UserProcess> action) {
    loop.post(() -> action.accept(process));
  }

  /** Counts the output from now on, without keeping it. */
  public void countOnly() {
    keeping = false;
  }

  public int status() throws Exception {
    return ended.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  public boolean hasEnded() {
    return ended.isDone();
  }

  public String stdout() {
    return String.join("", stdout);
  }

  public String stderr() {
    return String.join("", stderr);
  }

  public String log() {
    return String.join("", log);
  }

  public long stdoutBytes() {
    return stdoutBytes.get();
  }

  public int asked() {
    return asked.get();
  }

  public int askedForPassword() {
    return askedForPassword.get();
  }

  public long pid() {
    return process.pid();
  }

  public void await(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(condition::getAsBoolean);
  }

  public void answer(String line) {
    act(running -> running.input(line.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void close() {
    act(running -> running.signal(Signal.KILL));
    loop.post(loop::stop);
  }
}
