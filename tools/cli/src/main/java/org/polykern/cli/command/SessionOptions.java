package org.polykern.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.client.SessionSpec;
import picocli.CommandLine.Option;

/** Options that describe a new session. */
final class SessionOptions {
  @Option(
      names = {"-t", "--name", "--session"},
      paramLabel = "NAME",
      description = "Name of the session; a living one of that name and image is reused.")
  @Nullable String name;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "KEY=VALUE",
      description = "Environment variable of the program; may be repeated.")
  private Map<String, String> environ = new LinkedHashMap<>();

  @Option(
      names = {"-r", "--resources"},
      paramLabel = "SLOT=AMOUNT",
      description = "What the session gets, such as cpu=1 or mem=512m; may be repeated.")
  private Map<String, String> resources = new LinkedHashMap<>();

  @Option(
      names = "--preopen",
      paramLabel = "PORT",
      split = ",",
      description = "Ports that 'app SESSION PORT' can reach, whatever listens there; 1024-65535.")
  private List<Integer> preopenPorts = new ArrayList<>();

  @Option(names = "--no-reuse", description = "Fail if a session of that name exists.")
  private boolean noReuse;

  @Option(names = "--enqueue-only", description = "Do not wait until the session runs.")
  boolean enqueueOnly;

  @Option(
      names = "--max-wait",
      paramLabel = "SECONDS",
      description = "Give up waiting for the session after this time; 0 = never (default).")
  private int maxWait;

  SessionSpec spec(String image, String randomPrefix) {
    String chosen = name == null ? randomName(randomPrefix) : name;
    return new SessionSpec(
        chosen, image, environ, resources, !noReuse, enqueueOnly, maxWait, preopenPorts);
  }

  private static String randomName(String prefix) {
    long bits = ThreadLocalRandom.current().nextLong(1L << 40);
    return prefix + "-" + String.format(Locale.ROOT, "%010x", bits);
  }
}
