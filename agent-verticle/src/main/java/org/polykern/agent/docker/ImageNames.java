package org.polykern.agent.docker;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;

/** References as the engine writes them, as the client API writes them, and short names. */
final class ImageNames {
  private static final String HUB = "index.docker.io/";
  private static final Pattern COMMA = Pattern.compile(",");

  private ImageNames() {}

  /** {@code registry/project/name:tag} for what the engine calls {@code reference}. */
  static String canonical(String reference) {
    var slash = reference.indexOf('/');
    if (slash < 0) {
      return HUB + "library/" + reference;
    }
    var first = reference.substring(0, slash);
    if (first.equals("docker.io")) {
      return HUB + reference.substring(slash + 1);
    }
    var isRegistry = first.contains(".") || first.contains(":") || first.equals("localhost");
    return isRegistry ? reference : HUB + reference;
  }

  /**
   * Names that mean the image.
   *
   * @param labelled whether it was made for kernels: only such an image takes a bare name such as
   *     {@code python}
   * @param more what its label says, separated by commas; ignored without the other labels
   */
  static List<String> aliases(String reference, boolean labelled, String more) {
    var names = new LinkedHashSet<String>();
    names.add(reference);
    if (labelled) {
      var path = reference.substring(reference.lastIndexOf('/') + 1);
      var colon = path.indexOf(':');
      var base = colon < 0 ? path : path.substring(0, colon);
      var tag = colon < 0 ? "latest" : path.substring(colon + 1);
      names.add(base);
      names.add(base + ":" + tag.split("-", 2)[0]);
      names.add(base + ":" + tag);
      COMMA
          .splitAsStream(more)
          .map(String::strip)
          .filter(name -> !name.isEmpty())
          .forEach(names::add);
    }
    return new ArrayList<>(names);
  }

  /** Last part of the path, for container names. */
  static String shortName(String reference) {
    var path = reference.substring(reference.lastIndexOf('/') + 1);
    var colon = path.indexOf(':');
    return (colon < 0 ? path : path.substring(0, colon)).replaceAll("[^a-zA-Z0-9_.-]", "_");
  }
}
