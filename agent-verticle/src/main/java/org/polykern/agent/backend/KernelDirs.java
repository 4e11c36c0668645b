package org.polykern.agent.backend;

import java.nio.file.Path;

/** Where one kernel's things are on the host. The root belongs to the agent alone. */
public record KernelDirs(Path root) {
  /** The user's files, {@code /home/work}. */
  public Path work() {
    return root.resolve("work");
  }

  /** Read-only to the kernel, {@code /home/config}. */
  public Path config() {
    return root.resolve("config");
  }

  /** Where the runner announces itself, {@code /run/polykern}; new at every start. */
  public Path run() {
    return root.resolve("run");
  }

  /** {@code /tmp} of the process backend; new at every start. */
  public Path tmp() {
    return root.resolve("tmp");
  }

  /** Files being uploaded, on the same file system as the work directory. */
  public Path staging() {
    return root.resolve("staging");
  }

  /** What runs have written, for clients that read it as a stream; of the agent alone. */
  public Path runs() {
    return root.resolve("runs");
  }

  /** Passwd and group files with the user {@code work}. */
  public Path passwd() {
    return root.resolve("passwd");
  }

  public Path group() {
    return root.resolve("group");
  }

  /** The log as it is kept after the container is gone. */
  public Path finalLog() {
    return root.resolve("final.log");
  }

  public Path announcement() {
    return run().resolve("announce.json");
  }
}
