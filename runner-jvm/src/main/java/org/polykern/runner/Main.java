package org.polykern.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.polykern.runner.home.KernelHome;
import org.polykern.runner.legacy.LegacyRunner;
import org.polykern.runner.link.AgentLink;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.service.ServiceSurroundings;
import org.polykern.runner.spawn.Child;
import org.polykern.runner.spawn.JailJudges;
import org.polykern.runner.spawn.JailSettings;
import org.polykern.runner.spawn.JailSpawner;
import org.polykern.runner.spawn.LocalSpawner;
import org.polykern.runner.spawn.Refusals;
import org.polykern.runner.spawn.Spawner;
import org.polykern.runner.terminal.StreamPort;
import org.zeromq.ZMQException;

/** Starts the runner. Exit status 2: it cannot run as configured, and one line says why. */
public final class Main {
  /** Where images define services. */
  private static final Path DEFINITIONS = Path.of("/etc/backend.ai/service-defs");

  private static final int MISUSE = 2;
  private static final int STOP_SECONDS = 4;

  private Main() {}

  /** Arguments: {@code --config DIR --work DIR --run DIR [--languages DIR] [--services DIR]}. */
  public static void main(String[] arguments) {
    int status;
    try {
      status = run(arguments(arguments));
    } catch (ConfigException e) {
      log(String.valueOf(e.getMessage()));
      status = MISUSE;
    } catch (IOException | ZMQException e) {
      log("Could not start: " + e);
      status = MISUSE;
    }
    // JeroMQ's and the JDK's helper threads need not agree.
    Runtime.getRuntime().halt(status);
  }

  /** Runs one session's runner until it is told to stop; answers the exit status. */
  static int run(Map<String, Path> directories) throws IOException {
    Path work = directory(directories, "--work");
    Path announceIn = directory(directories, "--run");
    Path configuration = directory(directories, "--config");
    RunnerConfig config = RunnerConfig.read(configuration);
    Languages languages = Languages.read(languagesFolder(directories), config.runtime());
    EventLoop loop = new EventLoop(Main::log);
    Refusals refusals = new Refusals(Main::log);
    JailSettings settings = config.jail();
    JailSpawner jail = settings == null ? null : jail(settings, configuration, refusals, loop);
    Languages.Surroundings surroundings =
        new Languages.Surroundings(
            config.runtimePath(),
            environment(config, languages, work),
            work,
            jail == null ? new LocalSpawner() : jail,
            loop,
            Main::log);
    AgentLink link = link(config, loop);
    Integer port = config.legacyReply() ? null : config.streams();
    StreamPort streams = port == null ? null : new StreamPort(config.bind(), port, loop);
    Runnable prepared;
    Runnable shutdown;
    if (config.legacyReply()) {
      LegacyRunner runner = new LegacyRunner(link, loop, languages.queryMode(surroundings));
      prepared = runner::prepared;
      shutdown = runner::shutdown;
    } else {
      ServiceSurroundings services = services(directories, config, languages, surroundings);
      TerminalCommands terminals = new TerminalCommands(link, surroundings, streams);
      Runner runner = new Runner(link, languages, surroundings, services, terminals, refusals);
      prepared = runner::prepared;
      shutdown = runner::shutdown;
    }
    CountDownLatch ended = stopOnSignal(loop, shutdown);
    Announcement.write(announceIn, link, streams);
    if (jail != null) {
      // All that is the runner's own was read or written by now; JeroMQ's threads open no files.
      jail.openFilesAsUser();
    }
    prepare(surroundings, prepared);
    loop.run();
    link.close();
    ended.countDown();
    return 0;
  }

  private static JailSpawner jail(
      JailSettings settings, Path configuration, Refusals refusals, EventLoop loop)
      throws IOException {
    JailJudges judges =
        JailJudges.load(settings.policy(), configuration.resolve("jail-plugins"), Main::log);
    return new JailSpawner(settings, judges, refusals, loop);
  }

  private static Map<String, String> environment(
      RunnerConfig config, Languages languages, Path work) {
    Map<String, String> all =
        ChildEnvironment.of(System.getenv(), config.environ(), languages.environment(), work);
    JailSettings jail = config.jail();
    Map<String, String> kept =
        jail == null ? all : jail.policy().environment().apply(all, config.environ().keySet());
    // Ours, whatever a policy keeps of the others.
    ChildEnvironment.preload(kept, KernelHome.file("libpk-stdio.so"));
    return kept;
  }

  private static ServiceSurroundings services(
      Map<String, Path> directories,
      RunnerConfig config,
      Languages languages,
      Languages.Surroundings given) {
    JailSettings jail = config.jail();
    return new ServiceSurroundings(
        given.spawner(),
        given.loop(),
        given.log(),
        given.program(languages.file()),
        jail == null ? null : jail.policy().environment(),
        directories.getOrDefault("--services", DEFINITIONS),
        languages.folder(),
        languages.file(),
        config.bind(),
        ServiceSurroundings.Limits.DEFAULT);
  }

  private static AgentLink link(RunnerConfig config, EventLoop loop) throws IOException {
    return new AgentLink(
        new AgentLink.Settings(
            config.bind(),
            config.replin(),
            config.replout(),
            config.agentKey(),
            config.windowBytes()),
        loop,
        Main::log);
  }

  /** The user's own preparation comes before the first run, and its failure is only logged. */
  private static void prepare(Languages.Surroundings given, Runnable prepared) {
    Path script = given.work().resolve("bootstrap.sh");
    if (!Files.isRegularFile(script)) {
      prepared.run();
      return;
    }
    List<String> argv = List.of("/bin/sh", script.toString());
    try {
      Child child =
          given
              .spawner()
              .spawn(new Spawner.Program(argv, given.environment(), given.work(), false));
      child
          .exit()
          .thenAccept(status ->
              given
                  .loop()
                  .post(() -> {
                    log("bootstrap.sh ended with status " + status);
                    prepared.run();
                  }));
    } catch (IOException e) {
      log("bootstrap.sh could not be started: " + e.getMessage());
      prepared.run();
    }
  }

  private static CountDownLatch stopOnSignal(EventLoop loop, Runnable shutdown) {
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  loop.post(shutdown);
                  try {
                    boolean inTime = ended.await(STOP_SECONDS, TimeUnit.SECONDS);
                    if (!inTime) {
                      log("Stopped without waiting longer for the children.");
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "stop"));
    return ended;
  }

  private static Map<String, Path> arguments(String[] arguments) {
    Map<String, Path> directories = new HashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      directories.put(arguments[i], Path.of(arguments[i + 1]).toAbsolutePath());
    }
    return directories;
  }

  /** Beside the runtime in a kernel home, unless an argument says otherwise. */
  private static Path languagesFolder(Map<String, Path> directories) {
    return directories.getOrDefault(
        "--languages", Path.of(System.getProperty("java.home"), "..", "languages").normalize());
  }

  private static Path directory(Map<String, Path> directories, String name) {
    Path directory = directories.get(name);
    if (directory == null || !Files.isDirectory(directory)) {
      throw new ConfigException(
          "Expected "
              + name
              + " and an existing directory. Usage: --config DIR --work DIR --run DIR"
              + " [--languages DIR] [--services DIR]");
    }
    return directory;
  }

  private static void log(String line) {
    System.err.println("runner: " + line);
  }
}
