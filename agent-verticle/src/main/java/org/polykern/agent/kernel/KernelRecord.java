package org.polykern.agent.kernel;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.backend.ContainerRef;
import org.polykern.agent.backend.ImageRuntime;
import org.polykern.agent.device.Allocation;
import org.polykern.agent.runnerlink.Announcement;
import org.polykern.agent.runnerlink.LinkKeys;
import org.polykern.agent.service.ServicePorts;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.common.kernel.KernelSpec;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.kernel.ServicePort;
import org.polykern.common.problem.Problem;

/** All that must be known of a kernel after a crash. */
public record KernelRecord(
    KernelSpec spec, Progress progress, Allocation allocation, Made made, End end) {
  public KernelRecord {
    Objects.requireNonNull(spec);
    Objects.requireNonNull(progress);
    Objects.requireNonNull(allocation);
    Objects.requireNonNull(made);
    Objects.requireNonNull(end);
  }

  /**
   * How far it is.
   *
   * @param deadline the start is given up after it
   * @param restart an earlier generation ran here: its files must not be lost by trying elsewhere
   */
  record Progress(
      int generation, KernelState state, String reason, Instant deadline, boolean restart) {
    Progress to(KernelState next, String why) {
      return new Progress(generation, next, why, deadline, restart);
    }
  }

  /**
   * What a start makes, step by step.
   *
   * @param image null before the image was looked up
   * @param keys null before the scratch was prepared
   * @param container null before it was started
   * @param runner null before the runner announced itself
   * @param services empty before the image was looked up
   * @param hostPorts container port to the machine's, where sessions share one network; kept for
   *     the kernel's life, restarts included
   */
  record Made(
      @Nullable ImageRuntime image,
      @Nullable LinkKeys keys,
      @Nullable ContainerRef container,
      @Nullable Announcement runner,
      List<ServicePort> services,
      Map<Integer, Integer> hostPorts) {
    static final Made NOTHING = new Made(null, null, null, null, List.of(), Map.of());

    Made {
      services = List.copyOf(services);
      hostPorts = Map.copyOf(hostPorts);
    }
  }

  /**
   * Why and how it ended.
   *
   * @param stopReason not null: it must end, whatever the state says
   */
  record End(@Nullable String stopReason, @Nullable Integer exitCode, @Nullable Problem failure) {
    static final End NOT_YET = new End(null, null, null);
  }

  static KernelRecord accepted(KernelSpec spec, int generation, Instant deadline) {
    return new KernelRecord(
        spec,
        new Progress(generation, KernelState.PREPARING, "preparing", deadline, false),
        Allocation.NONE,
        Made.NOTHING,
        End.NOT_YET);
  }

  /** The next start of the same kernel: devices stay, everything of the old container goes. */
  KernelRecord restarted(int newGeneration, Instant newDeadline) {
    return new KernelRecord(
        spec,
        new Progress(newGeneration, KernelState.PREPARING, "restarting", newDeadline, true),
        allocation,
        new Made(null, null, container(), null, List.of(), made.hostPorts()),
        End.NOT_YET);
  }

  KernelRecord in(KernelState newState, String newReason) {
    return new KernelRecord(spec, progress.to(newState, newReason), allocation, made, end);
  }

  KernelRecord with(Allocation taken) {
    return new KernelRecord(spec, progress, taken, made, end);
  }

  KernelRecord with(ImageRuntime found, List<ServicePort> services, LinkKeys keys) {
    return with(new Made(found, keys, container(), runner(), services, made.hostPorts()));
  }

  KernelRecord with(@Nullable ContainerRef started) {
    return with(new Made(image(), keys(), started, runner(), made.services(), made.hostPorts()));
  }

  KernelRecord with(Announcement announced) {
    return with(
        new Made(image(), keys(), container(), announced, made.services(), made.hostPorts()));
  }

  KernelRecord withHostPorts(Map<Integer, Integer> hostPorts) {
    return with(new Made(image(), keys(), container(), runner(), made.services(), hostPorts));
  }

  private KernelRecord with(Made next) {
    return new KernelRecord(spec, progress, allocation, next, end);
  }

  /** It must end; a later command may raise the generation that is reported. */
  KernelRecord stopping(int atLeast, String why) {
    return new KernelRecord(
        spec,
        new Progress(Math.max(generation(), atLeast), state(), reason(), deadline(), restart()),
        allocation,
        made,
        new End(why, exitCode(), failure()));
  }

  KernelRecord gone(
      KernelState state, String why, @Nullable Integer code, @Nullable Problem problem) {
    return new KernelRecord(
        spec,
        progress.to(state, why),
        Allocation.NONE,
        new Made(image(), null, container(), runner(), made.services(), Map.of()),
        new End(why, code, problem));
  }

  public int generation() {
    return progress.generation();
  }

  public KernelState state() {
    return progress.state();
  }

  public String reason() {
    return progress.reason();
  }

  public Instant deadline() {
    return progress.deadline();
  }

  public boolean restart() {
    return progress.restart();
  }

  public @Nullable ImageRuntime image() {
    return made.image();
  }

  public @Nullable LinkKeys keys() {
    return made.keys();
  }

  public @Nullable ContainerRef container() {
    return made.container();
  }

  public @Nullable Announcement runner() {
    return made.runner();
  }

  public @Nullable String stopReason() {
    return end.stopReason();
  }

  public @Nullable Integer exitCode() {
    return end.exitCode();
  }

  public @Nullable Problem failure() {
    return end.failure();
  }

  /** The kernel of its session that has its services: hosts are main1, sub1, sub2. */
  boolean isMain() {
    return !spec.hostname().startsWith("sub");
  }

  /** Whether the session was created without a way to its services. */
  boolean blocksServices() {
    var image = image();
    return ServicePorts.areBlocked(
        spec.resourceOptions(), image == null ? Map.of() : image.labels());
  }

  /** Name of the backend that has the container, or null when there is none. */
  @Nullable String backend() {
    var container = container();
    return container == null ? null : container.id().startsWith("pid:") ? "process" : "docker";
  }

  KernelObserved observed(Map<String, Object> stats) {
    var container = container();
    return new KernelObserved(
        spec.kernelId(),
        spec.sessionId(),
        generation(),
        state(),
        reason(),
        container == null ? null : container.id(),
        container == null ? null : container.host(),
        made.services(),
        allocation.deviceIds(),
        exitCode(),
        failure(),
        stats);
  }
}
