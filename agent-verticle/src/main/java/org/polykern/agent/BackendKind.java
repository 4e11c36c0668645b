package org.polykern.agent;

/** What runs the kernels. */
public enum BackendKind {
  /** Docker when the engine answers and has a labelled image, else local processes. */
  AUTO,
  DOCKER,
  PROCESS
}
