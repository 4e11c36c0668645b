package org.polykern.accel.host;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.polykern.accel.Accelerator;
import org.polykern.accel.Census;
import org.polykern.accel.ContainerArguments;
import org.polykern.accel.Discovery;
import org.polykern.accel.Grant;
import org.polykern.accel.PluginContext;
import org.polykern.accel.Reading;
import org.polykern.accel.Target;

/** A loaded jar, its accelerator and its thread. Guarded by its host. */
final class OpenPlugin {
  private final PluginJar jar;
  private final Guard guard;
  private final Accelerator accelerator;
  private final String key;
  private final Deadlines deadlines;
  private final Map<Target, ContainerArguments> withoutDevices = new HashMap<>();
  private @Nullable Discovery discovery;

  private OpenPlugin(
      PluginJar jar, Guard guard, Accelerator accelerator, String key, Deadlines deadlines) {
    this.jar = jar;
    this.guard = guard;
    this.accelerator = accelerator;
    this.key = key;
    this.deadlines = deadlines;
  }

  /**
   * Loads a jar and opens its plug-in, all on the plug-in's own thread.
   *
   * @param copies where a copy of the jar goes
   * @param contexts what to give to a plug-in, by its name
   */
  static OpenPlugin open(
      Path file, Path copies, Function<String, PluginContext> contexts, Deadlines deadlines)
      throws PluginFailure {
    var guard = new Guard(String.valueOf(file.getFileName()));
    try {
      var jar = guard.call("load", deadlines.open(), () -> PluginJar.load(file, copies));
      try {
        // The key may come from a file or a library, so it is asked for there as well.
        return guard.call(
            "open",
            deadlines.open(),
            () -> {
              var accelerator = jar.plugin().open(contexts.apply(jar.plugin().name()));
              return new OpenPlugin(jar, guard, accelerator, accelerator.key(), deadlines);
            });
      } catch (PluginFailure e) {
        jar.close();
        throw e;
      }
    } catch (PluginFailure e) {
      guard.close();
      throw e;
    }
  }

  String name() {
    return jar.plugin().name();
  }

  String key() {
    return key;
  }

  Optional<Discovery> discovery() {
    return Optional.ofNullable(discovery);
  }

  Discovery discover() throws PluginFailure {
    var found =
        guard.call("discover", deadlines.discover(), () -> accelerator.discover().ownedBy(key));
    discovery = found;
    return found;
  }

  /**
   * What a container without devices needs is remembered: it must not see any, even while the
   * plug-in hangs.
   */
  ContainerArguments arguments(Grant grant, Target target) throws PluginFailure {
    try {
      var arguments =
          guard.call(
              "arguments", deadlines.arguments(), () -> accelerator.arguments(grant, target));
      if (grant.isEmpty()) {
        withoutDevices.put(target, arguments);
      }
      return arguments;
    } catch (PluginFailure e) {
      var known = grant.isEmpty() ? withoutDevices.get(target) : null;
      if (known == null) {
        throw e;
      }
      return known;
    }
  }

  List<Reading> measure(Census census) throws PluginFailure {
    return guard.call("measure", deadlines.measure(), () -> accelerator.measure(census));
  }

  /** One that hangs is left behind with its thread and its classes. */
  void close() throws PluginFailure {
    try {
      guard.call(
          "close",
          deadlines.discover(),
          () -> {
            accelerator.close();
            return true;
          });
      jar.close();
    } finally {
      guard.close();
    }
  }
}
