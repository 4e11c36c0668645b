package org.polykern.agent.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.backend.ContainerEnd;
import org.polykern.agent.backend.ContainerRef;
import org.polykern.agent.backend.ImageRuntime;
import org.polykern.agent.backend.KernelBackend;
import org.polykern.agent.backend.KernelDirs;
import org.polykern.agent.backend.Launch;
import org.polykern.agent.backend.RunnerPlace;
import org.polykern.agent.backend.Usage;
import org.polykern.agent.cgroup.CgroupTree;
import org.polykern.agent.jail.ImagePolicy;
import org.polykern.agent.jail.JailHome;
import org.polykern.agent.jail.JailUsers;
import org.polykern.common.id.KernelId;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs kernels as local processes. */
public final class ProcessBackend implements KernelBackend {
  private static final Logger log = LoggerFactory.getLogger(ProcessBackend.class);
  private static final long LOG_PIECE = 5L << 20;
  private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
  private static final long KILL_PAUSE_NANOS = Duration.ofMillis(10).toNanos();
  private static final int START_TRIES = 500;
  private static final int KILLED = 137;
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Settings settings;
  private final Isolation isolation;
  private final KernelUser user;
  private final Supervisor supervisor;
  private final HostImages images;
  private final Tasks tasks;
  private final Map<KernelId, Watch> watches = new ConcurrentHashMap<>();

  /**
   * @param kernelHome as in the configuration
   * @param libexec where to put our scripts
   * @param kernels directory of all kernels' directories
   * @param jailed whether programs are to run in a jail
   * @param instance tells the cgroups of several instances on one machine apart
   * @param privileged false: do as an ordinary user could
   */
  public record Settings(
      Path kernelHome,
      Path libexec,
      Path kernels,
      String instance,
      JailUsers users,
      boolean jailed,
      int pidsLimit,
      List<String> interpreters,
      boolean privileged) {
    public Settings {
      interpreters = List.copyOf(interpreters);
    }
  }

  private record Watch(KernelDirs dirs, ContainerRef container, Consumer<ContainerEnd> ended) {}

  /**
   * @throws UncheckedIOException when the scripts cannot be put in place
   */
  public ProcessBackend(Settings settings, Tasks tasks) {
    this.settings = settings;
    this.tasks = tasks;
    user = new KernelUser(settings.users().uid(), settings.users().gid());
    try {
      supervisor = Supervisor.install(settings.libexec());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + settings.libexec(), e);
    }
    isolation =
        Isolation.probe(
            settings.privileged(),
            user,
            settings.instance(),
            List.of(
                settings.kernels(),
                settings.libexec().resolve("launch.sh"),
                settings.kernelHome().resolve("runtime/bin/pk-runner")),
            settings.jailed()
                ? new JailProbe(
                    JailHome.at(settings.kernelHome()), settings.users(), settings.libexec())
                : null);
    var prefix = isolation.drop() ? user.dropCommand() : List.<String>of();
    images =
        new HostImages(
            new HostPythons(settings.interpreters(), prefix, isolation.namespaces()),
            new HostLanguages(
                settings.kernelHome().resolve("languages"),
                PATH,
                prefix,
                isolation.namespaces(),
                new VersionCache(settings.kernels().resolveSibling("program-versions")),
                tasks),
            new HostServices(
                settings.kernelHome().resolve("languages"),
                Pattern.compile(":").splitAsStream(PATH).map(Path::of).toList(),
                isolation.namespaces()));
    tasks.every(Duration.ofSeconds(1), "process-watch", this::lookAtAll);
  }

  @Override
  public String name() {
    return "process";
  }

  @Override
  public List<String> missingIsolation() {
    return isolation.missing();
  }

  @Override
  public List<ImageFacts> images() {
    return images.list();
  }

  @Override
  public ImageRuntime runtimeOf(String image) {
    return images.runtimeOf(image);
  }

  @Override
  public RunnerPlace place(KernelDirs dirs) {
    if (isolation.namespaces()) {
      return new RunnerPlace(
          "127.0.0.1", 0, 0, 0, "/opt/kernel", "/home/config", "/home/work", "/run/polykern");
    }
    return new RunnerPlace(
        "127.0.0.1",
        0,
        0,
        0,
        settings.kernelHome().toString(),
        dirs.config().toString(),
        dirs.work().toString(),
        dirs.run().toString());
  }

  @Override
  public boolean sharesNetwork() {
    return true;
  }

  @Override
  public JailUsers users() {
    return isolation.drop() ? settings.users() : new JailUsers(user.uid(), user.gid(), user.uid());
  }

  @Override
  public @Nullable String jailObstacle() {
    return isolation.jailObstacle();
  }

  @Override
  public Optional<ImagePolicy> jailPolicy(ImageRuntime image) {
    return Optional.empty();
  }

  @Override
  public ContainerRef launch(Launch launch) {
    var dirs = launch.dirs();
    var there = supervisor.find(dirs, launch.generation());
    if (there.isPresent()) {
      return there.get();
    }
    try {
      var procs =
          isolation
              .cgroups()
              .create(
                  launch.spec().kernelId().toString(),
                  new CgroupTree.Limits(
                      launch.memoryBytes(), settings.pidsLimit(), launch.cpu(), launch.cores()));
      supervisor.writePlan(dirs, plan(launch, procs));
      var builder = new ProcessBuilder(supervisor.command(dirs, launch.command()));
      builder.environment().clear();
      builder.environment().putAll(environ(launch));
      builder.directory(dirs.root().toFile());
      builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
      builder.redirectErrorStream(true);
      builder.redirectOutput(dirs.root().resolve("launch.log").toFile());
      var process = builder.start();
      return started(process, launch);
    } catch (IOException e) {
      throw Problem.of(
              ProblemCode.KERNEL_CREATION_FAILED, "Cannot start a local process: " + e.getMessage())
          .toException();
    }
  }

  @Override
  public Optional<ContainerEnd> ended(KernelId kernel, KernelDirs dirs, ContainerRef container) {
    return Supervisor.exitCode(dirs, container).map(code -> end(kernel, code));
  }

  @Override
  public void watch(
      KernelId kernel, KernelDirs dirs, ContainerRef container, Consumer<ContainerEnd> ended) {
    watches.put(kernel, new Watch(dirs, container, ended));
    tasks.startLoop("watch-" + kernel, () -> awaitExit(kernel, container));
  }

  @Override
  public ContainerEnd kill(KernelId kernel, KernelDirs dirs, ContainerRef container) {
    watches.remove(kernel);
    var code = Supervisor.exitCode(dirs, container);
    killAll(kernel, Supervisor.isAlive(container) ? Supervisor.pid(container) : 0);
    return end(kernel, code.orElse(KILLED));
  }

  @Override
  public byte[] log(KernelDirs dirs, ContainerRef container, int maxBytes) {
    var older = tail(dirs.root().resolve("log.1"), maxBytes);
    var newer = tail(dirs.root().resolve("log"), maxBytes);
    var keep = Math.min(older.length, maxBytes - newer.length);
    var joined = Arrays.copyOfRange(older, older.length - keep, older.length + newer.length);
    System.arraycopy(newer, 0, joined, keep, newer.length);
    return joined;
  }

  @Override
  public void remove(KernelId kernel, KernelDirs dirs) {
    watches.remove(kernel);
    killAll(kernel, 0);
    removeGroup(kernel);
  }

  @Override
  public Optional<Usage> usage(KernelId kernel, ContainerRef container) {
    return isolation.cgroups().of(kernel.toString()).usage();
  }

  @Override
  public void removeStrays(Set<KernelId> known) {
    for (var name : strays()) {
      try {
        var kernel = KernelId.of(name);
        if (!known.contains(kernel)) {
          log.warn("Removing processes of kernel {}, which this agent does not know", kernel);
          killAll(kernel, 0);
          removeGroup(kernel);
        }
      } catch (IllegalArgumentException notAKernel) {
        log.debug("Leaving cgroup {} alone", name);
      }
    }
  }

  @Override
  public void close() {
    watches.clear();
    isolation.cgroups().removeParents(); // refused by the system while a kernel is in it
  }

  private Map<String, String> plan(Launch launch, List<Path> procs) {
    var values = new LinkedHashMap<String, String>();
    values.put("GENERATION", Integer.toString(launch.generation()));
    values.put("PROCS", procs.stream().map(Path::toString).collect(Collectors.joining(" ")));
    values.put("NAMESPACES", isolation.namespaces() ? "1" : "0");
    var users = users();
    values.put(
        "DROP", isolation.drop() && !users.separate() ? String.join(" ", user.dropCommand()) : "");
    values.put("ENTER", users.separate() ? users.runnerUid() + ":" + users.gid() : "");
    values.put("JAIL", place(launch.dirs()).home() + "/pk-jail");
    values.put("LIMITS", limits(launch));
    values.put("HOME", settings.kernelHome().toAbsolutePath().toString());
    values.put("HOSTNAME", launch.spec().hostname());
    values.put("SHM", Long.toString(launch.spec().shmemBytes()));
    values.put("LOG_PIECE", Long.toString(LOG_PIECE));
    return values;
  }

  private String limits(Launch launch) {
    var limits = new StringBuilder("--core=0");
    var controllers = isolation.cgroups().controllers();
    if (!controllers.contains("memory")) {
      limits.append(" --data=").append(launch.memoryBytes());
    }
    if (!controllers.contains("pids") && (isolation.drop() || !settings.privileged())) {
      limits.append(" --nproc=").append(settings.pidsLimit() + ProcessTree.threadsOf(user.uid()));
    }
    return limits.toString();
  }

  /** Root's shell runs in it, so nothing of the user's own variables may be here. */
  private Map<String, String> environ(Launch launch) {
    return Map.of(
        "PATH",
        PATH,
        "HOME",
        place(launch.dirs()).work(),
        "USER",
        "work",
        "LOGNAME",
        "work",
        "LANG",
        "C.UTF-8",
        "BACKENDAI_KERNEL_ID",
        launch.spec().kernelId().toString(),
        "POLYKERN_INSTANCE",
        settings.instance());
  }

  /** The shell that setsid becomes or forks writes its own id first. */
  private ContainerRef started(Process process, Launch launch) throws IOException {
    for (var i = 0; i < START_TRIES; i++) {
      var found = supervisor.find(launch.dirs(), launch.generation());
      if (found.isPresent()) {
        return found.get();
      }
      if (!process.isAlive() && process.exitValue() != 0) {
        break;
      }
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
    var said = tail(launch.dirs().root().resolve("launch.log"), 500);
    throw new IOException(
        "the supervising shell did not start: "
            + new String(said, java.nio.charset.StandardCharsets.UTF_8).strip());
  }

  /** Sooner than the loop over all, which also sees what this cannot. */
  private void awaitExit(KernelId kernel, ContainerRef container)
      throws InterruptedException, ExecutionException {
    var handle = ProcessHandle.of(Supervisor.pid(container));
    if (handle.isPresent()) {
      var gone = handle.get().onExit().get();
      log.debug("The supervisor {} of kernel {} is gone", gone.pid(), kernel);
    }
    look(kernel);
  }

  private void lookAtAll() {
    watches.keySet().forEach(this::look);
  }

  private void look(KernelId kernel) {
    var watch = watches.get(kernel);
    if (watch == null) {
      return;
    }
    var end = ended(kernel, watch.dirs(), watch.container());
    if (end.isPresent() && watches.remove(kernel, watch)) {
      watch.ended().accept(end.get());
    }
  }

  private ContainerEnd end(KernelId kernel, int code) {
    var oom = isolation.cgroups().of(kernel.toString()).oomKills() > 0;
    return new ContainerEnd(code, oom && code == KILLED);
  }

  private void killAll(KernelId kernel, long root) {
    var deadline = System.nanoTime() + KILL_LIMIT.toNanos();
    isolation.cgroups().stopForks(kernel.toString());
    while (true) {
      var alive = new TreeSet<>(isolation.cgroups().of(kernel.toString()).processes());
      if (isolation.cgroups().controllers().isEmpty()) { // else nothing can have left the group
        alive.addAll(ProcessTree.family(root, "BACKENDAI_KERNEL_ID=" + kernel));
      }
      if (alive.isEmpty()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw Problem.of(
                ProblemCode.KERNEL_DESTRUCTION_FAILED,
                "Expected the processes " + alive + " to end after SIGKILL, but they did not.")
            .toException();
      }
      alive.forEach(ProcessTree::kill);
      LockSupport.parkNanos(KILL_PAUSE_NANOS);
    }
  }

  private void removeGroup(KernelId kernel) {
    var deadline = System.nanoTime() + KILL_LIMIT.toNanos();
    while (!isolation.cgroups().remove(kernel.toString()) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(KILL_PAUSE_NANOS);
    }
  }

  private Set<String> strays() {
    var found = new TreeSet<>(isolation.cgroups().kernels());
    if (isolation.cgroups().controllers().isEmpty()) {
      found.addAll(
          ProcessTree.marked("POLYKERN_INSTANCE=" + settings.instance(), "BACKENDAI_KERNEL_ID="));
    }
    return found;
  }

  private static byte[] tail(Path file, int maxBytes) {
    try (var channel = Files.newByteChannel(file)) {
      var size = channel.size();
      channel.position(Math.max(0, size - maxBytes));
      var buffer = java.nio.ByteBuffer.allocate((int) Math.min(size, maxBytes));
      while (buffer.hasRemaining() && channel.read(buffer) > 0) {}
      return Arrays.copyOf(buffer.array(), buffer.position());
    } catch (IOException e) {
      return new byte[0];
    }
  }
}
