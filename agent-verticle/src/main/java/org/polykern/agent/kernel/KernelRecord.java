package org.polykern.agent.kernel;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.backend.ContainerRef;
import org.polykern.agent.backend.ImageRuntime;
import org.polykern.agent.device.Allocation;
import org.polykern.agent.runnerlink.Announcement;
import org.polykern.agent.runnerlink.LinkKeys;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.common.kernel.KernelSpec;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.problem.Problem;

/**
 * All that must be known of a kernel after a crash.
 *
 * @param deadline the start is given up after it
 * @param image null before the image was looked up
 * @param keys null before the scratch was prepared
 * @param container null before it was started
 * @param runner null before the runner announced itself
 * @param restart an earlier generation ran here: its files must not be lost by trying elsewhere
 * @param stopReason not null: it must end, whatever the state says
 */
public record KernelRecord(
    KernelSpec spec,
    int generation,
    KernelState state,
    String reason,
    Instant deadline,
    boolean restart,
    Allocation allocation,
    @Nullable ImageRuntime image,
    @Nullable LinkKeys keys,
    @Nullable ContainerRef container,
    @Nullable Announcement runner,
    @Nullable String stopReason,
    @Nullable Integer exitCode,
    @Nullable Problem failure) {

  static KernelRecord accepted(KernelSpec spec, int generation, Instant deadline) {
    return new KernelRecord(
        spec,
        generation,
        KernelState.PREPARING,
        "preparing",
        deadline,
        false,
        Allocation.NONE,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** The next start of the same kernel: devices stay, everything of the old container goes. */
  KernelRecord restarted(int newGeneration, Instant newDeadline) {
    return new KernelRecord(
        spec,
        newGeneration,
        KernelState.PREPARING,
        "restarting",
        newDeadline,
        true,
        allocation,
        null,
        null,
        container,
        null,
        null,
        null,
        null);
  }

  KernelRecord in(KernelState newState, String newReason) {
    return new KernelRecord(
        spec,
        generation,
        newState,
        newReason,
        deadline,
        restart,
        allocation,
        image,
        keys,
        container,
        runner,
        stopReason,
        exitCode,
        failure);
  }

  KernelRecord with(Allocation taken) {
    return new KernelRecord(
        spec,
        generation,
        state,
        reason,
        deadline,
        restart,
        taken,
        image,
        keys,
        container,
        runner,
        stopReason,
        exitCode,
        failure);
  }

  KernelRecord with(ImageRuntime found, LinkKeys made) {
    return new KernelRecord(
        spec,
        generation,
        state,
        reason,
        deadline,
        restart,
        allocation,
        found,
        made,
        container,
        runner,
        stopReason,
        exitCode,
        failure);
  }

  KernelRecord with(@Nullable ContainerRef started) {
    return new KernelRecord(
        spec,
        generation,
        state,
        reason,
        deadline,
        restart,
        allocation,
        image,
        keys,
        started,
        runner,
        stopReason,
        exitCode,
        failure);
  }

  KernelRecord with(Announcement announced) {
    return new KernelRecord(
        spec,
        generation,
        state,
        reason,
        deadline,
        restart,
        allocation,
        image,
        keys,
        container,
        announced,
        stopReason,
        exitCode,
        failure);
  }

  /** It must end; a later command may raise the generation that is reported. */
  KernelRecord stopping(int atLeast, String why) {
    return new KernelRecord(
        spec,
        Math.max(generation, atLeast),
        state,
        reason,
        deadline,
        restart,
        allocation,
        image,
        keys,
        container,
        runner,
        why,
        exitCode,
        failure);
  }

  KernelRecord gone(
      KernelState end, String why, @Nullable Integer code, @Nullable Problem problem) {
    return new KernelRecord(
        spec,
        generation,
        end,
        why,
        deadline,
        restart,
        Allocation.NONE,
        image,
        null,
        container,
        runner,
        why,
        code,
        problem);
  }

  /** Name of the backend that has the container, or null when there is none. */
  @Nullable String backend() {
    return container == null ? null : container.id().startsWith("pid:") ? "process" : "docker";
  }

  KernelObserved observed(Map<String, Object> stats) {
    return new KernelObserved(
        spec.kernelId(),
        spec.sessionId(),
        generation,
        state,
        reason,
        container == null ? null : container.id(),
        container == null ? null : container.host(),
        List.of(),
        allocation.deviceIds(),
        exitCode,
        failure,
        stats);
  }
}
