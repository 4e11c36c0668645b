package org.polykern.agent.backend;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.jail.ImagePolicy;
import org.polykern.agent.jail.JailUsers;
import org.polykern.common.id.KernelId;
import org.polykern.common.image.ImageFacts;

/**
 * One way to run containers. A container is created and started by {@link #launch}, ends by itself
 * or by {@link #kill}, and leaves things behind (its log, cgroups, the dead container) until {@link
 * #remove}.
 */
public interface KernelBackend extends AutoCloseable {
  /** {@code docker} or {@code process}. */
  String name();

  /** What cannot be isolated here, one plain sentence each. */
  List<String> missingIsolation();

  /** What can be run, newest look. */
  List<ImageFacts> images();

  /**
   * @param image canonical name as in {@link #images}
   * @throws org.polykern.common.problem.ProblemException when it is not here or cannot be run
   */
  ImageRuntime runtimeOf(String image);

  RunnerPlace place(KernelDirs dirs);

  /** Whether all kernels use the machine's own ports. */
  boolean sharesNetwork();

  /** Whose processes kernels are. */
  JailUsers users();

  /** Why programs cannot be jailed here, null when they can; blocks. */
  @Nullable String jailObstacle();

  /** The policy that an image brings for its programs. */
  Optional<ImagePolicy> jailPolicy(ImageRuntime image);

  /**
   * Creates and starts the container, or finds the one of this kernel and generation.
   *
   * @throws org.polykern.common.problem.ProblemException when that is impossible
   */
  ContainerRef launch(Launch launch);

  /** Empty while the container lives. */
  Optional<ContainerEnd> ended(KernelId kernel, KernelDirs dirs, ContainerRef container);

  /**
   * Calls back once when the container has ended by itself, also when it has already; not after
   * {@link #remove}.
   */
  void watch(
      KernelId kernel, KernelDirs dirs, ContainerRef container, Consumer<ContainerEnd> ended);

  /** Ends every process of the container at once and returns when none is left. */
  ContainerEnd kill(KernelId kernel, KernelDirs dirs, ContainerRef container);

  /** The end of the log, at most {@code maxBytes}; empty when there is none. */
  byte[] log(KernelDirs dirs, ContainerRef container, int maxBytes);

  /** Removes what an ended container left; doing it twice is harmless. */
  void remove(KernelId kernel, KernelDirs dirs);

  /** Empty when it cannot be measured. */
  Optional<Usage> usage(KernelId kernel, ContainerRef container);

  /** Ends and removes every container of this agent that is none of the known ones. */
  void removeStrays(Set<KernelId> known);

  @Override
  void close();
}
