package org.polykern.gateway.create;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.resource.DataSize;
import org.polykern.gateway.http.Parameters;

/**
 * The {@code config} object of a request.
 *
 * @param resources slot to quantity as written; null when the client gave none
 * @param resourceOptions all of them, unknown ones for the agent
 * @param shmem as written, or null
 */
record SessionConfig(
    List<String> mounts,
    Map<String, String> mountMap,
    Map<String, String> environ,
    @Nullable String scalingGroup,
    @Nullable Map<String, String> resources,
    Map<String, Object> resourceOptions,
    @Nullable String shmem,
    List<Integer> preopenPorts,
    List<String> agents) {
  static final SessionConfig EMPTY =
      new SessionConfig(
          List.of(), Map.of(), Map.of(), null, null, Map.of(), null, List.of(), List.of());

  private static final int FIRST_PORT = 1024;
  private static final int LAST_PORT = 65_535;

  static SessionConfig of(Parameters p) {
    var mountMap = p.object("mount_map", "mountMap");
    var environ = p.object("environ");
    var options = p.object("resource_opts", "resourceOpts");
    return new SessionConfig(
        p.texts("mounts"),
        mountMap == null ? Map.of() : mountMap.asTexts(),
        environ == null ? Map.of() : environ(environ),
        p.text("scaling_group", "scalingGroup"),
        resources(p),
        options == null ? Map.of() : withoutNulls(options.asPlain()),
        options == null ? null : shmem(options),
        ports(p),
        p.texts("agent_list", "agentList"));
  }

  private static Map<String, String> environ(Parameters environ) {
    var variables = environ.asTexts();
    for (var name : variables.keySet()) {
      if (name.isEmpty() || name.indexOf('=') >= 0) {
        throw environ.invalid(
            name, "Expected a variable name without '=', but got '" + name + "'.");
      }
    }
    return variables;
  }

  private static @Nullable Map<String, String> resources(Parameters p) {
    var given = p.object("resources");
    return given != null ? given.asTexts() : legacyResources(p);
  }

  /** Keys of API v4 and older; GPUs have no equivalent any more. */
  private static @Nullable Map<String, String> legacyResources(Parameters p) {
    if (p.has("instanceGPUs", "instanceTPUs")) {
      throw p.invalid(
          "instanceGPUs", "Use the key resources for accelerators; please upgrade your client.");
    }
    var cores = p.text("instanceCores");
    var memory = p.text("instanceMemory");
    if (cores == null && memory == null) {
      return null;
    }
    var resources = new LinkedHashMap<String, String>();
    if (cores != null) {
      resources.put("cpu", cores);
    }
    if (memory != null) {
      resources.put("mem", memory + "g");
    }
    return resources;
  }

  private static @Nullable String shmem(Parameters options) {
    var text = options.text("shmem");
    if (text != null) {
      try {
        DataSize.parse(text);
      } catch (IllegalArgumentException e) {
        throw options.invalid("shmem", String.valueOf(e.getMessage()));
      }
    }
    return text;
  }

  /** Numbers, or texts that are numbers. */
  private static List<Integer> ports(Parameters p) {
    var ports = new ArrayList<Integer>();
    for (var text : p.texts("preopen_ports", "preopenPorts")) {
      int port;
      try {
        port = Integer.parseInt(text.strip());
      } catch (NumberFormatException e) {
        port = -1;
      }
      if (port < FIRST_PORT || port > LAST_PORT) {
        throw p.invalid(
            "preopen_ports", "Expected ports from 1024 to 65535, but got '" + text + "'.");
      }
      if (ports.contains(port)) {
        throw p.invalid("preopen_ports", "Port " + port + " is given twice.");
      }
      ports.add(port);
    }
    return ports;
  }

  private static Map<String, Object> withoutNulls(Map<String, Object> options) {
    var kept = new LinkedHashMap<>(options);
    kept.values().removeIf(java.util.Objects::isNull);
    return kept;
  }
}
