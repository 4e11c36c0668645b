package org.polykern.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.polykern.agent.service.ServicePorts;
import org.polykern.common.image.ImageFacts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of the kernel home's languages whose program is on this host: lines {@code service
 * NAME:PROTOCOL:PORT PROGRAM} of {@code docs/languages.md}.
 *
 * @param directory with {@code .language} files and {@code common.services}
 * @param path directories where programs are looked for, as kernels do
 * @param namespaces whether directories such as /home are covered in a kernel
 */
record HostServices(Path directory, List<Path> path, boolean namespaces) {
  private static final Logger log = LoggerFactory.getLogger(HostServices.class);
  private static final Pattern LINE =
      Pattern.compile("service\\s+(([A-Za-z0-9_-]+):(?:http|tcp):\\d{1,5})\\s+(\\S+)\\s*");

  HostServices {
    path = List.copyOf(path);
  }

  /** The same image with the label of its services, if there are any. */
  ImageFacts added(ImageFacts image) {
    var runtime = image.labels().getOrDefault("ai.backend.runtime-type", "");
    var services = new LinkedHashMap<String, String>();
    read(directory.resolve("common.services"), services);
    read(directory.resolve(runtime + ".language"), services);
    if (services.isEmpty()) {
      return image;
    }
    Map<String, String> labels = new HashMap<>(image.labels());
    labels.put(ServicePorts.LABEL, String.join(",", services.values()));
    return new ImageFacts(
        image.name(),
        image.aliases(),
        image.architecture(),
        image.digest(),
        image.sizeBytes(),
        labels);
  }

  private void read(Path file, Map<String, String> services) {
    if (!Files.isRegularFile(file)) {
      return;
    }
    try {
      for (var line : Files.readAllLines(file)) {
        var service = LINE.matcher(line);
        if (service.matches() && isHere(service.group(3))) {
          services.put(service.group(2), service.group(1));
        }
      }
    } catch (IOException e) {
      log.warn("Cannot read the services in {}; they are not offered", file, e);
    }
  }

  private boolean isHere(String program) {
    return path.stream()
        .map(folder -> folder.resolve(program))
        .anyMatch(file ->
            Files.isRegularFile(file)
                && Files.isExecutable(file)
                && !(namespaces && HostProgram.isCovered(file)));
  }
}
