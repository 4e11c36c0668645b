package org.polykern.agent.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.backend.ImageRuntime;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine's images. What is learned about one is kept by its id, which never changes. */
final class EngineImages {
  private static final Logger log = LoggerFactory.getLogger(EngineImages.class);
  private static final String ARCHITECTURE =
      System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
  private static final int MAX_CACHED = 1000;

  private final DockerClient engine;
  private final String owner;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final Map<String, ImageLook> looks = new ConcurrentHashMap<>();
  private volatile Map<String, String> references = Map.of();

  /** {@code labelled}: made for kernels. */
  private record Known(
      String architecture,
      long size,
      boolean labelled,
      boolean usable,
      Map<String, String> labels) {}

  EngineImages(DockerClient engine, String owner) {
    this.engine = engine;
    this.owner = owner;
  }

  List<ImageFacts> list() {
    var facts = new ArrayList<ImageFacts>();
    var names = new LinkedHashMap<String, String>();
    for (var image : engine.listImagesCmd().exec()) {
      var tags = image.getRepoTags();
      var about = tags == null ? null : about(image.getId());
      if (tags == null || about == null || !about.usable()) {
        continue;
      }
      for (var tag : tags) {
        if (!tag.startsWith("<none>")) {
          var name = ImageNames.canonical(tag);
          names.put(name, tag);
          facts.add(
              new ImageFacts(
                  name,
                  ImageNames.aliases(
                      tag, about.labelled(), about.labels().getOrDefault(Labels.ALIASES, "")),
                  about.architecture(),
                  image.getId(),
                  about.size(),
                  about.labels()));
        }
      }
    }
    references = Map.copyOf(names);
    // Those made for kernels come first: they get the bare names.
    facts.sort(
        java.util.Comparator.comparing((ImageFacts image) -> image.aliases().size() > 1)
            .reversed()
            .thenComparing(ImageFacts::name));
    return facts;
  }

  boolean hasLabelled() {
    return list().stream().anyMatch(image -> image.aliases().size() > 1);
  }

  /**
   * @throws org.polykern.common.problem.ProblemException when it is not here or cannot be used
   */
  ImageRuntime runtimeOf(String name) {
    if (!references.containsKey(name)) {
      list();
    }
    var reference = references.getOrDefault(name, name);
    var id = java.util.Objects.requireNonNull(inspect(reference, name).getId());
    var about = about(id);
    if (about == null || !about.usable()) {
      throw refused(name, "is for another machine than " + ARCHITECTURE);
    }
    var look = look(id);
    if (look.musl()) {
      throw refused(
          name,
          "is built on musl (Alpine), for which the kernel runner has no build; use a variant on"
              + " glibc such as Debian or Ubuntu");
    }
    return runtime(id, about, look);
  }

  ImageLook look(String imageId) {
    if (looks.size() > MAX_CACHED) {
      looks.clear();
    }
    return looks.computeIfAbsent(imageId, id -> ImageLook.at(engine, id, owner));
  }

  private static ImageRuntime runtime(String id, Known about, ImageLook look) {
    var type = about.labels().getOrDefault(Labels.RUNTIME_TYPE, "app");
    var path = about.labels().get(Labels.RUNTIME_PATH);
    if (!about.labelled()) {
      var python = look.python();
      type = python == null ? "app" : "python";
      path = python;
    }
    return new ImageRuntime(id, type, "/bin/true".equals(path) ? null : path, about.labels());
  }

  private InspectImageResponse inspect(String reference, String name) {
    try {
      return engine.inspectImageCmd(reference).exec();
    } catch (NotFoundException e) {
      throw Problem.notFound(
              "image",
              "Image " + name + " is not on this agent any more; pull it, or choose another.")
          .toException();
    }
  }

  private @Nullable Known about(String imageId) {
    if (known.size() > MAX_CACHED) {
      known.clear();
    }
    var about = known.get(imageId);
    if (about == null) {
      try {
        about = about(engine.inspectImageCmd(imageId).exec());
        known.put(imageId, about);
      } catch (NotFoundException removedMeanwhile) {
        return null;
      }
    }
    return about;
  }

  private static Known about(InspectImageResponse image) {
    var config = image.getConfig();
    Map<String, String> given =
        config == null || config.getLabels() == null ? Map.of() : config.getLabels();
    var env = config == null || config.getEnv() == null ? new String[0] : config.getEnv();
    var cmd = config == null || config.getCmd() == null ? new String[0] : config.getCmd();
    var labels = new LinkedHashMap<>(given);
    var labelled = given.containsKey(Labels.KERNELSPEC) || given.containsKey(Labels.RUNTIME_TYPE);
    var python = ImageGuess.isPython(env, cmd);
    labels.putIfAbsent(Labels.KERNELSPEC, "1");
    labels.putIfAbsent(Labels.FEATURES, python ? "query batch uid-match user-input" : "uid-match");
    labels.putIfAbsent(Labels.ROLE, "COMPUTE");
    labels.putIfAbsent(Labels.RUNTIME_TYPE, python ? "python" : "app");
    labels.putIfAbsent(Labels.RUNTIME_PATH, python ? "/usr/local/bin/python3" : "/bin/true");
    labels.putIfAbsent(Labels.MIN_CPU, "1");
    labels.putIfAbsent(Labels.MIN_MEM, labelled ? "1g" : "256m");
    labels.putIfAbsent(Labels.SHMEM, "64m");
    var architecture = architecture(image.getArch());
    var spec = labels.get(Labels.KERNELSPEC);
    if (!"1".equals(spec)) {
      log.info("Image {} is left out: its kernelspec is {}, not 1", image.getRepoTags(), spec);
    }
    return new Known(
        architecture,
        image.getSize() == null ? 0 : image.getSize(),
        labelled,
        architecture.equals(ARCHITECTURE) && "linux".equals(image.getOs()) && "1".equals(spec),
        labels);
  }

  private static String architecture(@Nullable String engineName) {
    return switch (engineName) {
      case "amd64" -> "x86_64";
      case "arm64" -> "aarch64";
      case null -> "unknown";
      default -> engineName;
    };
  }

  private static org.polykern.common.problem.ProblemException refused(String name, String why) {
    return Problem.of(
            ProblemCode.KERNEL_CREATION_FAILED,
            "Expected an image that can be run here, but " + name + " " + why + ".")
        .toException();
  }
}
