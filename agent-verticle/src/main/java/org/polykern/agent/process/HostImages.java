package org.polykern.agent.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.polykern.agent.backend.ImageRuntime;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.problem.Problem;

/** The host's programs, offered as images {@code local/python:3.11-host}. */
final class HostImages {
  /** A report of images does not wait longer for programs that start slowly. */
  private static final Duration LIST_LIMIT = Duration.ofMillis(700);

  private static final Duration USE_LIMIT = Duration.ofSeconds(10);

  private final HostPythons pythons;
  private final HostLanguages languages;
  private final HostServices services;

  HostImages(HostPythons pythons, HostLanguages languages, HostServices services) {
    this.pythons = pythons;
    this.languages = languages;
    this.services = services;
  }

  List<ImageFacts> list() {
    return list(LIST_LIMIT);
  }

  private List<ImageFacts> list(Duration limit) {
    var images = new ArrayList<>(pythons.list());
    images.addAll(languages.list(limit));
    return images.stream().map(services::added).toList();
  }

  ImageRuntime runtimeOf(String image) {
    var images = list(USE_LIMIT);
    return images.stream()
        .filter(facts -> facts.name().equals(image))
        .findFirst()
        .map(facts ->
            new ImageRuntime(
                image,
                facts.labels().getOrDefault("ai.backend.runtime-type", HostPythons.RUNTIME),
                facts.labels().get("ai.backend.runtime-path"),
                facts.labels()))
        .orElseThrow(() ->
            Problem.notFound(
                    "image",
                    "Image "
                        + image
                        + " is not offered by the process backend here; it has "
                        + images.stream().map(ImageFacts::name).toList()
                        + ".")
                .toException());
  }
}
