package org.polykern.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The log of one server: where this start's lines begin, and what they mean for a person. */
final class ServerLog {
  private static final int KEPT_BYTES = 8 << 20;
  private static final int TAIL_BYTES = 16 << 10;
  private static final int TAIL_LINES = 12;

  private final Path file;
  private final long begin;

  private ServerLog(Path file, long begin) {
    this.file = file;
    this.begin = begin;
  }

  /** Marks the end of the log as the begin of a new start; a log grown too long is set aside. */
  static ServerLog mark(Path file) {
    try {
      if (Files.exists(file) && Files.size(file) > KEPT_BYTES) {
        Files.move(
            file,
            file.resolveSibling(file.getFileName() + ".old"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      if (!Files.exists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      return new ServerLog(file, Files.size(file));
    } catch (IOException e) {
      throw DataFiles.failed("read", file, e);
    }
  }

  Path file() {
    return file;
  }

  /** What this start has written so far, at most its last 16 KiB. */
  String text() {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(begin, log.length() - TAIL_BYTES);
      byte[] bytes = new byte[(int) Math.max(0, log.length() - from)];
      log.seek(from);
      log.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  boolean portWasTaken() {
    return says("ddress already in use");
  }

  boolean says(String words) {
    return text().contains(words);
  }

  /** The sentence for a server that ended instead of starting. */
  EmbeddedServerException failure(String server, int port) {
    String text = text();
    if (portWasTaken()) {
      return Ports.taken(port, server, new IOException("address already in use"));
    }
    // A full disk may have kept the server from saying so.
    if (text.contains("No space left on device") || DataFiles.isFull(file)) {
      return new EmbeddedServerException(
          "Expected %s to start, but the disk is full; free some space. Its log: %s"
              .formatted(server, file));
    }
    if (text.contains("error while loading shared libraries")) {
      return new EmbeddedServerException(
          "Expected %s to start, but a library that it needs is missing on this machine; install it, or configure an external server.%n%s"
              .formatted(server, lastLines(text)));
    }
    return new EmbeddedServerException(
        "Expected %s to start, but it ended. The last lines of %s:%n%s"
            .formatted(server, file, lastLines(text)));
  }

  static String lastLines(String text) {
    List<String> lines = text.strip().lines().toList();
    return String.join(
        System.lineSeparator(),
        lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }
}
