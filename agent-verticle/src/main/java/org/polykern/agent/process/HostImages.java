package org.polykern.agent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.polykern.agent.backend.ImageRuntime;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.problem.Problem;

/**
 * The host's interpreters, offered as images {@code local/python:3.11-host}. Those that every user
 * can execute come first, since kernels may run as another user.
 */
final class HostImages {
  private static final Pattern VERSION = Pattern.compile("Python (\\d+)\\.(\\d+)\\.\\d+\\S*");
  private static final List<Path> COVERED =
      List.of(Path.of("/home"), Path.of("/root"), Path.of("/run"), Path.of("/tmp"));

  private final List<String> candidates;
  private final List<String> prefix;
  private final boolean namespaces;

  /**
   * @param prefix command in front of a probe, which drops to the kernels' user
   * @param namespaces whether directories such as /home are covered in a kernel
   */
  HostImages(List<String> candidates, List<String> prefix, boolean namespaces) {
    this.candidates = List.copyOf(candidates);
    this.prefix = List.copyOf(prefix);
    this.namespaces = namespaces;
  }

  private record Interpreter(Path path, String version, boolean forAll) {}

  List<ImageFacts> list() {
    var found = new ArrayList<Interpreter>();
    for (var candidate : candidates) {
      probe(Path.of(candidate)).ifPresent(found::add);
    }
    found.sort(Comparator.comparing(Interpreter::forAll).reversed());
    Map<String, ImageFacts> images = new LinkedHashMap<>();
    for (var interpreter : found) {
      var aliases = new ArrayList<String>();
      if (images.isEmpty()) {
        aliases.add("python");
      }
      aliases.add("python:" + interpreter.version());
      images.putIfAbsent(interpreter.version(), facts(interpreter, aliases));
    }
    return List.copyOf(images.values());
  }

  ImageRuntime runtimeOf(String image) {
    return list().stream()
        .filter(facts -> facts.name().equals(image))
        .findFirst()
        .map(facts ->
            new ImageRuntime(
                image, "python", facts.labels().get("ai.backend.runtime-path"), facts.labels()))
        .orElseThrow(() ->
            Problem.notFound(
                    "image",
                    "Image "
                        + image
                        + " is not offered by the process backend here; it has "
                        + list().stream().map(ImageFacts::name).toList()
                        + ".")
                .toException());
  }

  private Optional<Interpreter> probe(Path path) {
    if (!Files.isExecutable(path) || (namespaces && isCovered(path))) {
      return Optional.empty();
    }
    var command = new ArrayList<>(prefix);
    command.addAll(List.of(path.toString(), "-I", "--version"));
    var outcome = Commands.run(command);
    var version = VERSION.matcher(outcome.output());
    if (!outcome.worked() || !version.find() || !version.group(1).equals("3")) {
      return Optional.empty();
    }
    return Optional.of(
        new Interpreter(path, version.group(1) + "." + version.group(2), isForAll(path)));
  }

  private static boolean isCovered(Path path) {
    try {
      var real = path.toRealPath();
      return COVERED.stream().anyMatch(real::startsWith);
    } catch (IOException e) {
      return true;
    }
  }

  private static boolean isForAll(Path path) {
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

  private static ImageFacts facts(Interpreter interpreter, List<String> aliases) {
    var labels =
        Map.of(
            "ai.backend.kernelspec", "1",
            "ai.backend.features", "query batch uid-match user-input",
            "ai.backend.base-distro", "host",
            "ai.backend.role", "COMPUTE",
            "ai.backend.runtime-type", "python",
            "ai.backend.runtime-path", interpreter.path().toString(),
            "ai.backend.resource.min.cpu", "1",
            "ai.backend.resource.min.mem", "128m",
            "ai.backend.resource.preferred.shmem", "64m");
    return new ImageFacts(
        "local/python:" + interpreter.version() + "-host",
        aliases,
        System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64",
        digest(interpreter.path()),
        0,
        labels);
  }

  /** Not of the content, which would be slow: of what changes with it. */
  private static String digest(Path path) {
    try {
      var real = path.toRealPath();
      var size = Files.size(real);
      var time = Files.getLastModifiedTime(real, LinkOption.NOFOLLOW_LINKS).toMillis();
      var hash =
          MessageDigest.getInstance("SHA-256")
              .digest((real + "|" + size + "|" + time).getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot identify " + path, e);
    }
  }
}
