package org.polykern.agent.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.jail.ImagePolicy;

/**
 * What only a look at an image's files tells. Read from a container that is created and never
 * started, so that no code of the image runs.
 *
 * @param musl its C library is musl
 * @param python path of a Python 3 interpreter, or null
 * @param jailPolicy null when it has none
 * @param passwd text of {@code /etc/passwd}, empty when it has none
 */
record ImageLook(
    boolean musl,
    @Nullable String python,
    @Nullable ImagePolicy jailPolicy,
    String passwd,
    String group) {
  private static final List<String> MUSL =
      List.of("/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1");
  private static final List<String> PYTHONS =
      List.of("/usr/local/bin/python3", "/usr/bin/python3", "/opt/conda/bin/python3");
  private static final int MAX_FILE = 1 << 20;

  static ImageLook at(DockerClient engine, String imageId, String owner) {
    var container =
        engine
            .createContainerCmd(imageId)
            .withEntrypoint("/nothing")
            .withNetworkDisabled(true)
            .withLabels(java.util.Map.of(Labels.INSTANCE, owner))
            .exec()
            .getId();
    try {
      return new ImageLook(
          MUSL.stream().anyMatch(path -> read(engine, container, path) != null),
          PYTHONS.stream()
              .filter(path -> read(engine, container, path) != null)
              .findFirst()
              .orElse(null),
          policyOf(read(engine, container, ImagePolicy.PATH)),
          textOf(read(engine, container, "/etc/passwd")),
          textOf(read(engine, container, "/etc/group")));
    } finally {
      engine.removeContainerCmd(container).withForce(true).withRemoveVolumes(true).exec();
    }
  }

  /** Null when it is not there; empty for something that is not a small file. */
  private static byte @Nullable [] read(DockerClient engine, String container, String path) {
    try (var stream = engine.copyArchiveFromContainerCmd(container, path).exec();
        var tar = new TarArchiveInputStream(stream)) {
      var entry = tar.getNextEntry();
      if (entry == null || !entry.isFile() || entry.getSize() > MAX_FILE) {
        return new byte[0];
      }
      return tar.readNBytes(MAX_FILE);
    } catch (NotFoundException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path + " of an image", e);
    }
  }

  private static @Nullable ImagePolicy policyOf(byte @Nullable [] bytes) {
    return bytes == null ? null : new ImagePolicy(bytes.length == 0 ? null : textOf(bytes));
  }

  private static String textOf(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
