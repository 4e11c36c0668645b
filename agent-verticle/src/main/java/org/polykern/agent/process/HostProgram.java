package org.polykern.agent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.polykern.common.image.ImageFacts;

/**
 * A language's program on this host, and the image that stands for it.
 *
 * @param runtime runtime type
 * @param version of the image's tag
 */
record HostProgram(String runtime, Path path, String version) {
  /** Of a session, where the language names none. */
  static final String LEAST_MEMORY = "128m";

  private static final List<Path> COVERED =
      List.of(Path.of("/home"), Path.of("/root"), Path.of("/run"), Path.of("/tmp"));

  /** Whether it lies where kernels with namespaces of their own see something else. */
  static boolean isCovered(Path path) {
    try {
      var real = path.toRealPath();
      return COVERED.stream().anyMatch(real::startsWith);
    } catch (IOException e) {
      return true;
    }
  }

  /** Whether every user can reach it. */
  boolean isForAll() {
    try {
      for (var part = path.toRealPath(); part != null; part = part.getParent()) {
        if (!Files.getPosixFilePermissions(part).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  ImageFacts facts(List<String> aliases, String memory) {
    var labels =
        Map.of(
            "ai.backend.kernelspec", "1",
            "ai.backend.features", "query batch uid-match user-input",
            "ai.backend.base-distro", "host",
            "ai.backend.role", "COMPUTE",
            "ai.backend.runtime-type", runtime,
            "ai.backend.runtime-path", path.toString(),
            "ai.backend.resource.min.cpu", "1",
            "ai.backend.resource.min.mem", memory,
            "ai.backend.resource.preferred.shmem", "64m");
    return new ImageFacts(
        "local/" + runtime + ":" + version + "-host",
        aliases,
        System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64",
        digest(path + "|" + stamp(path)),
        0,
        labels);
  }

  /** Changes when the program does; reading all of it would be slow. */
  static String stamp(Path path) {
    try {
      var real = path.toRealPath();
      var time = Files.getLastModifiedTime(real, LinkOption.NOFOLLOW_LINKS).toMillis();
      return real + "|" + Files.size(real) + "|" + time;
    } catch (IOException e) {
      return "gone";
    }
  }

  /** For people and tables that expect an image to have a digest. */
  static String digest(String text) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Expected SHA-256 to be there", e);
    }
  }
}
