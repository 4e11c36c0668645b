package org.polykern.agent.backend;

/** How a container ended. {@code outOfMemory}: its memory limit was the cause. */
public record ContainerEnd(int exitCode, boolean outOfMemory) {
  /** When nobody saw it end. */
  public static final ContainerEnd UNSEEN = new ContainerEnd(255, false);
}
