package org.polykern.runner.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What users may add to a service's command, and what it then is. */
final class ServiceArguments {
  private ServiceArguments() {}

  /**
   * Refuses what a service does not allow.
   *
   * @param arguments null = none are allowed
   * @param envs null = none are allowed
   * @param frozen the environment that there is already
   */
  static void check(
      ServiceRequest request,
      @Nullable List<String> arguments,
      @Nullable List<String> envs,
      Map<String, String> frozen)
      throws ServiceException {
    allowed(request, "argument", request.arguments().keySet(), arguments);
    allowed(request, "variable", request.envs().keySet(), envs);
    for (String name : request.envs().keySet()) {
      if (frozen.containsKey(name)) {
        throw new ServiceException(
            "Expected variables that the session does not have yet, but "
                + name
                + " is set for all of its programs and cannot be changed for the service "
                + request.name()
                + ".");
      }
    }
  }

  private static void allowed(
      ServiceRequest request, String kind, Collection<String> given, @Nullable List<String> allowed)
      throws ServiceException {
    List<String> list = allowed == null ? List.of() : allowed;
    for (String name : given) {
      if (!list.contains(name)) {
        throw new ServiceException(
            list.isEmpty()
                ? "Expected no "
                    + kind
                    + "s for the service "
                    + request.name()
                    + ", but got "
                    + name
                    + "."
                : "Expected "
                    + kind
                    + "s that the service "
                    + request.name()
                    + " allows, but got "
                    + name
                    + "."
                    + NearestName.remedy(name, list));
      }
    }
  }

  /** The default arguments, filled, and the user's, as they are, in place of them and behind. */
  static List<String> merged(
      Map<String, List<String>> defaults, Map<String, List<String>> given, Template template)
      throws ServiceException {
    Map<String, List<String>> merged = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> argument : defaults.entrySet()) {
      merged.put(argument.getKey(), template.fill(argument.getValue()));
    }
    merged.putAll(given);
    List<String> words = new ArrayList<>();
    merged.forEach((name, values) -> {
      words.add(name);
      words.addAll(values);
    });
    return words;
  }
}
