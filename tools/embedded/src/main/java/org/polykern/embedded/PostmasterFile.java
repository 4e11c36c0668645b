package org.polykern.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * PostgreSQL's own pid file, together with the process that it names: one that {@code /proc} shows
 * to be the postmaster of this very cluster. PostgreSQL writes the file before it listens, so there
 * is no moment in which a server runs that could not be found again.
 *
 * @param cluster the cluster's directory
 * @param process the living postmaster
 * @param port the port in the file
 * @param status {@code starting}, {@code ready}, {@code stopping}, {@code standby}, or empty
 */
record PostmasterFile(Path cluster, ProcessTable.Identity process, int port, String status) {
  private static final String NAME = "postmaster.pid";

  boolean isReady() {
    return status.equals("ready");
  }

  /** The living postmaster; empty without a file, and when its process is dead or another one. */
  static Optional<PostmasterFile> read(Path cluster) {
    List<String> lines =
        DataFiles.readIfPresent(cluster.resolve(NAME))
            .map(text -> text.lines().toList())
            .orElse(List.of());
    if (lines.size() < 4) {
      return Optional.empty();
    }
    long pid = Long.parseLong(lines.get(0).strip());
    int port = Integer.parseInt(lines.get(3).strip());
    String status = lines.size() < 8 ? "" : lines.get(7).strip();
    return ProcessTable.identify(pid)
        .filter(process -> isPostmaster(pid, cluster))
        .map(process -> new PostmasterFile(cluster, process, port, status));
  }

  /** As {@link #read}, after waiting until the server neither starts nor stops any more. */
  static Optional<PostmasterFile> settled(Path cluster, Duration limit) {
    Signals.await(() -> read(cluster).map(PostmasterFile::isReady).orElse(true), limit);
    return read(cluster).filter(PostmasterFile::isReady);
  }

  /** Removes a file whose process is dead, or is somebody else's by now. */
  static void removeStale(Path cluster) {
    if (read(cluster).isEmpty()) {
      try {
        Files.deleteIfExists(cluster.resolve(NAME));
      } catch (IOException e) {
        throw DataFiles.failed("delete", cluster.resolve(NAME), e);
      }
    }
  }

  /** Its children run the same program in the same place, but change what is their command line. */
  private static boolean isPostmaster(long pid, Path cluster) {
    List<String> command = ProcessTable.commandLine(pid);
    return ProcessTable.runs(pid, "postgres", cluster)
        && command.contains("-D")
        && command.contains(cluster.toString());
  }
}
