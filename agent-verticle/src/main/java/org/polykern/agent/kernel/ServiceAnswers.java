package org.polykern.agent.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.StreamCommand.Service;
import org.polykern.common.kernel.ServicePort;

/**
 * Services between the bus and the runner's JSON. The runner is not trusted: lengths are bounded.
 */
final class ServiceAnswers {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_TEXT = 4096;
  private static final int MAX_NAMES = 1000;

  private ServiceAnswers() {}

  static JsonNode json(Object values) {
    return JSON.valueToTree(values);
  }

  /**
   * Adds what the definitions say to the services that there are.
   *
   * @param definitions list of {@code {"name", "url_template"?, "allowed_arguments"?,
   *     "allowed_envs"?}}; anything else is no definitions
   */
  static List<Service> services(List<ServicePort> ports, JsonNode definitions) {
    var services = new ArrayList<Service>();
    for (var port : ports) {
      var definition = definition(definitions, port.name());
      var template = definition.path("url_template");
      services.add(
          new Service(
              port.name(),
              port.protocol(),
              port.containerPorts(),
              template.isTextual() ? cut(template.asText()) : null,
              names(definition.path("allowed_arguments")),
              names(definition.path("allowed_envs"))));
    }
    return services;
  }

  private static JsonNode definition(JsonNode definitions, String name) {
    for (var definition : definitions) {
      if (definition.path("name").asText("").equals(name)) {
        return definition;
      }
    }
    return definitions.path("none");
  }

  private static @Nullable List<String> names(JsonNode list) {
    if (!list.isArray()) {
      return null;
    }
    var names = new ArrayList<String>();
    for (var name : list) {
      if (names.size() < MAX_NAMES) {
        names.add(cut(name.asText("")));
      }
    }
    return names;
  }

  private static String cut(String text) {
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
  }
}
