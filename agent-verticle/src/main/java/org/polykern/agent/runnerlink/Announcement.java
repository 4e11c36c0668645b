package org.polykern.agent.runnerlink;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a runner listens and which key it has, as it wrote it before any user code could run.
 *
 * @param publicKey Z85, or null without encryption
 * @param streams port of its terminals, 0 = it has none
 */
public record Announcement(@Nullable String publicKey, int replin, int replout, int streams) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MAX_BYTES = 4096;
  private static final int KEY_CHARS = 40;
  private static final int MAX_PORT = 65_535;

  public Announcement {
    if (publicKey != null && publicKey.length() != KEY_CHARS) {
      throw new IllegalArgumentException(
          "Expected a key of " + KEY_CHARS + " characters, but got " + publicKey.length());
    }
    if (replin < 1 || replin > MAX_PORT || replout < 1 || replout > MAX_PORT) {
      throw new IllegalArgumentException(
          "Expected two ports, but got " + replin + " and " + replout);
    }
    if (streams < 0 || streams > MAX_PORT) {
      throw new IllegalArgumentException("Expected a port for streams, but got " + streams);
    }
  }

  /**
   * Reads {@code announce.json}; empty when it is not there yet.
   *
   * @throws IOException when the file is not what a runner writes
   */
  public static Optional<Announcement> read(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("Expected a short announcement, but it has " + Files.size(file) + " B");
    }
    var tree = JSON.readTree(Files.readAllBytes(file));
    try {
      return Optional.of(
          new Announcement(
              tree.path("publicKey").isTextual() ? tree.path("publicKey").asText() : null,
              tree.path("replin").asInt(),
              tree.path("replout").asInt(),
              tree.path("streams").asInt()));
    } catch (IllegalArgumentException e) {
      throw new IOException("Bad announcement: " + e.getMessage(), e);
    }
  }
}
