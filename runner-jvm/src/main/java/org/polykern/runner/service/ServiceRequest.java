package org.polykern.runner.service;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonException;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;

/**
 * What the agent asks for.
 *
 * @param name of the service
 * @param port the one that has to answer
 * @param ports all, the first one being {@code port}
 * @param protocol as declared
 * @param arguments the user's: option name to its values, none = the option alone
 * @param envs the user's
 */
record ServiceRequest(
    String name,
    int port,
    List<Integer> ports,
    String protocol,
    Map<String, List<String>> arguments,
    Map<String, String> envs) {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final int MAX_PORT = 65_535;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final JsonObject NONE = new JsonObject(Map.of());

  ServiceRequest {
    ports = List.copyOf(ports);
    arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    envs = Collections.unmodifiableMap(new LinkedHashMap<>(envs));
  }

  /** Reads the body of {@code start-service}. */
  static ServiceRequest of(byte[] body) throws ServiceException {
    JsonObject json;
    try {
      json = JsonReader.object(body, MAX_BYTES);
    } catch (JsonException e) {
      throw new ServiceException("The request for a service cannot be read: " + e.getMessage());
    }
    String name = name(json.text("name"));
    Integer port = port(json.members().get("port"));
    if (port == null) {
      throw new ServiceException(
          "Expected a port for the service " + name + ", but the request has none.");
    }
    String protocol = json.text("protocol");
    JsonObject options = object(json, "options");
    return new ServiceRequest(
        name,
        port,
        ports(name, port, json.members().get("ports")),
        protocol == null ? "tcp" : protocol,
        arguments(object(options, "arguments")),
        envs(object(options, "envs")));
  }

  /** The name, which is one; it becomes part of a file's name. */
  static String name(@Nullable String name) throws ServiceException {
    if (name == null || !isName(name)) {
      throw new ServiceException(
          "Expected the name of a service, 1 to 64 letters, digits, \"-\" or \"_\", but got "
              + (name == null ? "none." : "\"" + name + "\"."));
    }
    return name;
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  private static JsonObject object(JsonObject json, String key) throws ServiceException {
    Object value = json.members().get(key);
    if (value == null) {
      return NONE;
    }
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new ServiceException(
        "Expected an object as \"" + key + "\" of a service, but got another value.");
  }

  private static List<Integer> ports(String name, int port, @Nullable Object value)
      throws ServiceException {
    List<Integer> ports = new ArrayList<>(List.of(port));
    for (Object item : value instanceof List<?> items ? items : List.of()) {
      Integer other = port(item);
      if (other == null) {
        throw new ServiceException(
            "Expected ports for the service " + name + ", but one of them is none.");
      }
      if (!ports.contains(other)) {
        ports.add(other);
      }
    }
    return ports;
  }

  private static @Nullable Integer port(@Nullable Object value) {
    return value instanceof Long number && number > 0 && number <= MAX_PORT
        ? Math.toIntExact(number)
        : null;
  }

  private static Map<String, List<String>> arguments(JsonObject json) throws ServiceException {
    Map<String, List<String>> arguments = new LinkedHashMap<>();
    for (Map.Entry<String, @Nullable Object> member : json.members().entrySet()) {
      String what = "argument " + member.getKey();
      arguments.put(plain(what, member.getKey()), values(what, member.getValue()));
    }
    return arguments;
  }

  /** Null, a text, or a list of texts, as arguments are written. */
  static List<String> values(String what, @Nullable Object value) throws ServiceException {
    List<String> values = new ArrayList<>();
    for (Object item : value instanceof List<?> items ? items : Collections.singletonList(value)) {
      if (item instanceof String text) {
        values.add(plain(what, text));
      } else if (item instanceof Long || item instanceof Double) {
        values.add(item.toString());
      } else if (item != null || value instanceof List<?>) {
        throw new ServiceException(
            "Expected null, a text, or a list of texts for the "
                + what
                + ", but got another"
                + " value.");
      }
    }
    return values;
  }

  private static Map<String, String> envs(JsonObject json) throws ServiceException {
    Map<String, String> envs = new LinkedHashMap<>();
    for (String name : json.members().keySet()) {
      String value = json.text(name);
      if (value == null) {
        throw new ServiceException(
            "Expected a text for the variable " + name + ", but got another value.");
      }
      envs.put(plain("variable " + name, name), plain("variable " + name, value));
    }
    return envs;
  }

  private static String plain(String what, String text) throws ServiceException {
    if (text.indexOf(0) >= 0) {
      throw new ServiceException("Expected no NUL in the " + what + ", but there is one.");
    }
    return text;
  }
}
