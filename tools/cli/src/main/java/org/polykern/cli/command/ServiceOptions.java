package org.polykern.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.service.ServiceTarget;
import picocli.CommandLine.Option;

/** What a service is started with. */
final class ServiceOptions {
  @Option(
      names = {"-e", "--env"},
      paramLabel = "KEY=VALUE",
      description = "Environment variable of the service, as it allows; may be repeated.")
  private Map<String, String> environment = new LinkedHashMap<>();

  @Option(
      names = "--arg",
      paramLabel = "NAME[=VALUE]",
      description = "Argument of the service, as it allows; may be repeated.")
  private List<String> arguments = new ArrayList<>();

  ServiceTarget target(String session, String service, @Nullable Integer port) {
    return new ServiceTarget(session, service, port, environment, arguments());
  }

  /** As the route that starts services wants them. */
  ObjectNode json() {
    ObjectNode json = ApiClient.JSON.createObjectNode();
    json.set("envs", ApiClient.JSON.<JsonNode>valueToTree(environment));
    json.set("arguments", ServiceTarget.json(arguments()));
    return json;
  }

  private Map<String, List<String>> arguments() {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      List<String> several = values.computeIfAbsent(name, n -> new ArrayList<>());
      if (equals >= 0) {
        several.add(argument.substring(equals + 1));
      }
    }
    return values;
  }
}
