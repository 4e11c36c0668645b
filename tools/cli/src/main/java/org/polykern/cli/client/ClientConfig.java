package org.polykern.cli.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whom to talk to and as whom.
 *
 * @param endpoint base address of the API, without a slash at the end
 * @param accessKey public half of the key pair
 * @param secretKey secret half; never printed
 * @param origin where these values were found, for people
 */
public record ClientConfig(URI endpoint, String accessKey, String secretKey, String origin) {
  /** Names the environment file to read when the environment itself holds no endpoint. */
  public static final String FILE_VARIABLE = "POLYKERN_CLIENT_ENV";

  private static final String ENDPOINT = "BACKEND_ENDPOINT";
  private static final String ENDPOINT_TYPE = "BACKEND_ENDPOINT_TYPE";
  private static final String ACCESS_KEY = "BACKEND_ACCESS_KEY";
  private static final String SECRET_KEY = "BACKEND_SECRET_KEY";
  private static final String REMEDY =
      "Start a server with 'polykern up', or set "
          + ENDPOINT
          + ", "
          + ACCESS_KEY
          + " and "
          + SECRET_KEY
          + ".";

  /**
   * Reads the environment; else the file it names in {@value #FILE_VARIABLE}; else {@code
   * var/client.env} below the working directory. The first place that says anything is the only one
   * used, so that keys of one server never go to another.
   *
   * @throws ConfigException if no place has a complete configuration
   */
  public static ClientConfig load(Map<String, String> environment, Path workingDirectory) {
    if (Stream.of(ENDPOINT, ACCESS_KEY, SECRET_KEY).anyMatch(key -> isSet(environment, key))) {
      return of(environment, "the environment");
    }
    String named = environment.get(FILE_VARIABLE);
    if (named != null && !named.isEmpty()) {
      return ofFile(workingDirectory.resolve(named), FILE_VARIABLE + " names it");
    }
    Path usual = workingDirectory.resolve("var/client.env");
    if (Files.exists(usual)) {
      return ofFile(usual, "the usual place");
    }
    throw new ConfigException(
        "Expected the address of a server, but neither the environment nor var/client.env has one.",
        REMEDY,
        null);
  }

  /** The access key with its middle hidden, for display. */
  public String maskedAccessKey() {
    return accessKey.length() <= 8
        ? "****"
        : accessKey.substring(0, 4) + "****" + accessKey.substring(accessKey.length() - 4);
  }

  @Override
  public String toString() {
    return "ClientConfig[" + endpoint + ", " + maskedAccessKey() + ", from " + origin + "]";
  }

  private static ClientConfig ofFile(Path file, String why) {
    String origin = file.normalize() + " (" + why + ")";
    try {
      return of(parse(Files.readString(file)), origin);
    } catch (IOException e) {
      throw new ConfigException(
          "Expected to read "
              + file.normalize()
              + " ("
              + why
              + "), but it failed: "
              + reason(e)
              + ".",
          REMEDY,
          e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.NoSuchFileException
        ? "there is no such file"
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private static ClientConfig of(Map<String, String> values, String origin) {
    String missing =
        Stream.of(ENDPOINT, ACCESS_KEY, SECRET_KEY)
            .filter(key -> !isSet(values, key))
            .collect(Collectors.joining(" and "));
    if (!missing.isEmpty()) {
      throw new ConfigException(
          "Expected a complete configuration in " + origin + ", but " + missing + " is not set.",
          REMEDY,
          null);
    }
    String type = values.getOrDefault(ENDPOINT_TYPE, "api");
    if (!"api".equals(type) && !type.isEmpty()) {
      throw new ConfigException(
          "Expected " + ENDPOINT_TYPE + "=api in " + origin + ", but it is '" + type + "'.",
          "This command line signs its requests with a key pair; log-in sessions are not for it.",
          null);
    }
    return new ClientConfig(
        endpoint(value(values, ENDPOINT), origin),
        value(values, ACCESS_KEY),
        value(values, SECRET_KEY),
        origin);
  }

  private static URI endpoint(String text, String origin) {
    String trimmed = text.replaceAll("/+$", "");
    try {
      URI uri = URI.create(trimmed);
      String scheme = uri.getScheme();
      if (uri.getHost() != null && ("http".equals(scheme) || "https".equals(scheme))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // The sentence below covers a text that is no address at all, too.
    }
    throw new ConfigException(
        "Expected "
            + ENDPOINT
            + " in "
            + origin
            + " like http://127.0.0.1:8090, but it is '"
            + text
            + "'.",
        "",
        null);
  }

  private static boolean isSet(Map<String, String> values, String key) {
    return !value(values, key).isEmpty();
  }

  private static String value(Map<String, String> values, String key) {
    @Nullable String value = values.get(key);
    return value == null ? "" : value.strip();
  }

  /** {@code KEY=VALUE} lines as a shell would source them: {@code export} and quotes allowed. */
  static Map<String, String> parse(String text) {
    Map<String, String> values = new HashMap<>();
    text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#") && line.contains("="))
        .map(line -> line.startsWith("export ") ? line.substring(7).strip() : line)
        .forEach(line -> {
          int at = line.indexOf('=');
          values.put(line.substring(0, at).strip(), unquote(line.substring(at + 1).strip()));
        });
    return values;
  }

  private static String unquote(String value) {
    boolean quoted =
        value.length() >= 2
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(value.length() - 1) == value.charAt(0);
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
