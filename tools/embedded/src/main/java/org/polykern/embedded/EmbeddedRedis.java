package org.polykern.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running Redis, listening on 127.0.0.1 alone, that keeps nothing on disk. Its directory holds
 * {@code password}, {@code redis.conf} (both mode 600), {@code redis.pid} and {@code server.log}.
 */
public final class EmbeddedRedis extends EmbeddedServer {
  private static final String NAME = "Redis";
  private static final String PROGRAM = "redis-server";
  private static final String CONFIGURATION = "redis.conf";
  private static final Pattern PORT = Pattern.compile("(?m)^port (\\d+)$");
  private static final Duration AFTER_TERM = Duration.ofSeconds(5);

  private final RedisLink link;

  private EmbeddedRedis(
      Path data, ProcessTable.Identity process, RedisLink link, boolean adopted, Duration limit) {
    super(NAME, data, process, link.port(), adopted, limit);
    this.link = link;
  }

  /** Starts or adopts the Redis of a data directory on a free port. */
  public static EmbeddedRedis start(Path data) {
    return start(data, EmbeddedSettings.durableData());
  }

  /**
   * Starts or adopts the Redis of a data directory, which is made on first use.
   *
   * @param settings {@code durable} makes no difference
   * @throws EmbeddedServerException with a sentence that says what is in the way
   */
  public static EmbeddedRedis start(Path data, EmbeddedSettings settings) {
    Path directory = DataFiles.directory(data);
    try (DirectoryLock _ = DirectoryLock.take(directory)) {
      return adoptOrStart(
          living(directory, settings.limit()), settings, () -> startNew(directory, settings));
    }
  }

  /**
   * The Redis of a data directory if it is running, whoever started it. Starts nothing.
   *
   * @param data a directory that may be missing
   */
  public static Optional<EmbeddedRedis> find(Path data) {
    return DataFiles.existing(data)
        .flatMap(directory -> living(directory, EmbeddedSettings.durableData().limit()));
  }

  /**
   * A running server is known by its program and its working directory; only one that also answers
   * to the password is worth keeping.
   */
  private static Optional<EmbeddedRedis> living(Path directory, Duration limit) {
    Optional<String> password = DataFiles.readPassword(directory);
    Optional<Integer> port =
        DataFiles.readIfPresent(directory.resolve(CONFIGURATION))
            .map(PORT::matcher)
            .filter(Matcher::find)
            .map(found -> Integer.valueOf(found.group(1)));
    if (password.isEmpty() || port.isEmpty()) {
      return Optional.empty();
    }
    RedisLink link = new RedisLink(port.get(), password.get());
    return pidInFile(directory)
        .filter(process -> ProcessTable.runs(process.pid(), PROGRAM, directory))
        .filter(process -> link.answers())
        .map(process -> new EmbeddedRedis(directory, process, link, true, limit));
  }

  private static Optional<ProcessTable.Identity> pidInFile(Path directory) {
    return DataFiles.readIfPresent(directory.resolve("redis.pid"))
        .map(String::strip)
        .filter(text -> text.matches("\\d{1,9}"))
        .flatMap(text -> ProcessTable.identify(Long.parseLong(text)));
  }

  private static EmbeddedRedis startNew(Path directory, EmbeddedSettings settings) {
    clearLeftovers(directory);
    String password = DataFiles.password(directory);
    Path program = Binaries.redis(settings.cache()).resolve(PROGRAM);
    return atAPort(
        NAME,
        settings,
        directory.resolve("server.log"),
        (port, log) ->
            launch(directory, new RedisLink(port, password), program, log, settings.limit()));
  }

  private static EmbeddedRedis launch(
      Path directory, RedisLink link, Path program, ServerLog log, Duration limit) {
    DataFiles.writeSecret(
        directory.resolve(CONFIGURATION), configuration(link.port(), link.password()));
    Process process =
        Launch.server(List.of(program.toString(), CONFIGURATION), directory, log.file());
    ProcessTable.Identity identity =
        awaitReady(
            NAME,
            link.port(),
            process,
            log,
            limit,
            pid -> ProcessTable.identify(pid).filter(found -> link.answers()));
    return new EmbeddedRedis(directory, identity, link, false, limit);
  }

  private static String configuration(int port, String password) {
    return """
    # Written by Polykern at every start.
    bind 127.0.0.1
    port %d
    requirepass %s
    daemonize no
    pidfile redis.pid
    set-proc-title no
    # What is here may be lost: nothing is saved, and the oldest gives way when memory ends.
    save ""
    appendonly no
    maxmemory 256mb
    maxmemory-policy allkeys-lru
    databases 4
    """
        .formatted(port, password);
  }

  private static void clearLeftovers(Path directory) {
    for (ProcessTable.Identity stray : ProcessTable.running(PROGRAM, directory)) {
      Signals.send("TERM", stray);
      if (!Signals.awaitEnd(stray, AFTER_TERM)) {
        Signals.send("KILL", stray);
        Signals.awaitEnd(stray, AFTER_TERM);
      }
    }
    try {
      Files.deleteIfExists(directory.resolve("redis.pid"));
    } catch (IOException e) {
      throw DataFiles.failed("delete", directory.resolve("redis.pid"), e);
    }
  }

  /** The password of the default user. */
  public String password() {
    return link.password();
  }

  /** For Vert.x, with the password: keep it out of logs. */
  public String uri() {
    return "redis://:" + password() + "@" + host() + ":" + port();
  }

  @Override
  void end() {
    if (isAlive()) {
      link.shutDown();
      Signals.awaitEnd(process(), limit());
    }
    clearLeftovers(data());
  }
}
