package org.polykern.agent.service;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.polykern.common.kernel.ServicePort;

/** Which services a kernel has. */
public final class ServicePorts {
  /** The image's label: {@code name:protocol:port} or {@code name:protocol:[port,port]}, commas. */
  public static final String LABEL = "ai.backend.service-ports";

  /** On an image or a container: {@code 1} where nobody may reach its services. */
  public static final String BLOCK_LABEL = "ai.backend.internal.block-service-ports";

  private static final String BLOCK_OPTION = "block_service_ports";

  /** Protocol of a service that its user starts. */
  public static final String PREOPEN = "preopen";

  private static final List<ServicePort> BUILT_IN =
      List.of(
          new ServicePort("sshd", "tcp", List.of(2200)),
          new ServicePort("ttyd", "http", List.of(7681)));

  private static final Set<Integer> RESERVED = Set.of(2000, 2001, 2002, 2003, 2200, 7681);
  private static final Set<String> PROTOCOLS = Set.of("http", "tcp", PREOPEN, "vnc", "rdp");
  private static final int LOWEST = 1025;
  private static final int HIGHEST = 65_534;
  private static final int MAX_LABEL = 16_384;

  private static final Pattern ENTRY =
      Pattern.compile(
          "(?<name>[A-Za-z0-9_-]+):(?<protocol>[A-Za-z0-9_]+):"
              + "(?:(?<port>\\d{1,5})|\\[(?<ports>\\d{1,5}(?:,\\d{1,5})*)\\])");

  private ServicePorts() {}

  /**
   * All services of a main kernel, in the order of the API.
   *
   * @throws IllegalArgumentException with a sentence, when the label is not what it should be
   */
  public static List<ServicePort> of(Map<String, String> imageLabels, List<Integer> preopenPorts) {
    var services = new LinkedHashMap<String, ServicePort>();
    for (var port : preopenPorts) {
      var name = Integer.toString(port);
      services.put(name, new ServicePort(name, PREOPEN, List.of(port)));
    }
    for (var service : parse(imageLabels.getOrDefault(LABEL, ""))) {
      services.putIfAbsent(service.name(), service);
    }
    for (var service : BUILT_IN) {
      services.remove(service.name());
      services.put(service.name(), service);
    }
    return List.copyOf(services.values());
  }

  /** Whether a session was created without a way to its services, or its image has none. */
  public static boolean areBlocked(Map<String, Object> options, Map<String, String> imageLabels) {
    return isYes(options.get(BLOCK_OPTION)) || isYes(imageLabels.get(BLOCK_LABEL));
  }

  private static boolean isYes(@Nullable Object value) {
    return value != null && (value.equals(true) || value.equals("1") || value.equals("true"));
  }

  /**
   * Of two services with one name the later one counts; {@code pty} ones are left out.
   *
   * @throws IllegalArgumentException with a sentence
   */
  static List<ServicePort> parse(String label) {
    if (label.isBlank()) {
      return List.of();
    }
    if (label.length() > MAX_LABEL) {
      throw wrong(label, "it has " + label.length() + " characters");
    }
    var services = new LinkedHashMap<String, ServicePort>();
    var used = new HashSet<Integer>();
    var entry = ENTRY.matcher(label);
    var at = 0;
    while (true) {
      entry.region(at, label.length());
      if (!entry.lookingAt()) {
        throw wrong(label, "it has '" + label.substring(at) + "'");
      }
      at = entry.end();
      if (!entry.group("protocol").equals("pty")) {
        var service = service(label, entry, used);
        services.put(service.name(), service);
      }
      if (at == label.length()) {
        return List.copyOf(services.values());
      }
      if (label.charAt(at) != ',') {
        throw wrong(label, "'" + label.substring(at) + "' follows behind " + entry.group());
      }
      at++;
    }
  }

  private static ServicePort service(String label, Matcher entry, Set<Integer> used) {
    var protocol = entry.group("protocol");
    if (!PROTOCOLS.contains(protocol)) {
      throw wrong(label, "the protocol " + protocol + " is none of http, tcp, preopen, vnc, rdp");
    }
    var one = entry.group("port");
    var ports = new ArrayList<Integer>();
    for (var text : (one == null ? entry.group("ports") : one).split(",", -1)) {
      var port = Integer.parseInt(text);
      if (port < LOWEST || port > HIGHEST) {
        throw wrong(label, "port " + port + " is not from " + LOWEST + " to " + HIGHEST);
      }
      if (RESERVED.contains(port)) {
        throw wrong(label, "port " + port + " is reserved");
      }
      if (!used.add(port)) {
        throw wrong(label, "port " + port + " is there twice");
      }
      ports.add(port);
    }
    return new ServicePort(entry.group("name"), protocol, ports);
  }

  private static IllegalArgumentException wrong(String label, String why) {
    var shown = label.length() > 200 ? label.substring(0, 200) + "..." : label;
    return new IllegalArgumentException(
        "Expected the image's label "
            + LABEL
            + " to be name:protocol:port or name:protocol:[port,port], with commas between, but in '"
            + shown
            + "' "
            + (why.length() > 300 ? why.substring(0, 300) + "..." : why)
            + "; the image must be built anew.");
  }
}
