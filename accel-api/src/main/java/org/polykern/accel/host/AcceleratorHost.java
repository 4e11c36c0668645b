package org.polykern.accel.host;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.polykern.accel.Census;
import org.polykern.accel.ContainerArguments;
import org.polykern.accel.Discovery;
import org.polykern.accel.Grant;
import org.polykern.accel.PluginContext;
import org.polykern.accel.Reading;
import org.polykern.accel.Target;
import org.polykern.accel.allocation.DeviceCapacity;
import org.polykern.accel.allocation.DeviceLedger;
import org.polykern.accel.allocation.SlotRule;

/** All plug-ins of one agent. Blocks; see the package for threads. */
public final class AcceleratorHost implements AutoCloseable {
  private final Path directory;
  private final Path copies;
  private final Function<String, PluginContext> contexts;
  private final Deadlines deadlines;
  private final DeviceLedger ledger;
  private final System.Logger log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Entry> entries = new TreeMap<>(); // guarded by lock

  /** Which state of a file was opened. */
  private record Version(FileTime changed, long size) {}

  /**
   * A jar of the directory: open, or why not.
   *
   * @param stuck whether it hung when it was opened; then it is not tried again
   */
  private record Entry(
      Version version, Optional<OpenPlugin> plugin, Optional<String> problem, boolean stuck) {
    static Entry working(Version version, OpenPlugin plugin, Optional<String> problem) {
      return new Entry(version, Optional.of(plugin), problem, false);
    }

    boolean shallBeTriedAgain() {
      return plugin.isEmpty() && !stuck;
    }
  }

  /**
   * Opens nothing yet: see {@link #refresh}.
   *
   * @param directory with the jars; it may not exist
   * @param copies a directory of its own, for copies of jars that are open; what lies there is
   *     removed
   * @param contexts what to give to a plug-in, by its name
   * @param ledger what plug-ins find is declared to it
   */
  public AcceleratorHost(
      Path directory,
      Path copies,
      Function<String, PluginContext> contexts,
      Deadlines deadlines,
      DeviceLedger ledger,
      System.Logger log) {
    this.directory = directory;
    this.copies = copies;
    this.contexts = contexts;
    this.deadlines = deadlines;
    this.ledger = ledger;
    this.log = log;
    removeCopies();
  }

  /**
   * Opens jars that are new, closes those that are gone, reopens those that changed, and asks all
   * what there is.
   *
   * @return all jars, by file name
   */
  public List<PluginState> refresh() {
    lock.lock();
    try {
      var present = present();
      for (var name : List.copyOf(entries.keySet())) {
        var entry = entry(name);
        if (!entry.version().equals(present.get(name))) {
          close(name, entry);
        }
      }
      present.forEach((name, version) -> {
        var entry = entries.get(name);
        if (entry == null || entry.shallBeTriedAgain()) {
          entries.put(name, open(name, version));
        }
      });
      entries.replaceAll(this::discovered);
      return states();
    } finally {
      lock.unlock();
    }
  }

  /** As of the last refresh. */
  public List<PluginState> states() {
    lock.lock();
    try {
      var states = new ArrayList<PluginState>();
      entries.forEach((name, entry) ->
          states.add(
              new PluginState(
                  name,
                  entry.plugin().map(OpenPlugin::key),
                  entry.plugin().flatMap(OpenPlugin::discovery),
                  entry.problem())));
      return states;
    } finally {
      lock.unlock();
    }
  }

  /**
   * What a container needs for what it was granted, and what keeps other devices from it.
   *
   * @param grant of all kinds; those without a dot in their slot's name ({@code cpu}, {@code mem})
   *     are no plug-in's
   * @throws PluginFailure when a plug-in that it needs is gone, fails or hangs
   * @throws IllegalArgumentException when two plug-ins contradict each other
   */
  public ContainerArguments arguments(Grant grant, Target target) throws PluginFailure {
    lock.lock();
    try {
      var byKey = byKey(grant);
      var parts = new ArrayList<ContainerArguments>();
      for (var plugin : open()) {
        var part = byKey.remove(plugin.key());
        parts.add(plugin.arguments(part == null ? Grant.NONE : part, target));
      }
      byKey.keySet().removeIf(key -> grant.slots().containsKey(key)); // cpu and mem
      if (!byKey.isEmpty()) {
        throw new PluginFailure(
            "Expected plug-ins for "
                + byKey.keySet()
                + ", but they are not there any more; put their jars back into "
                + directory);
      }
      return ArgumentMerge.of(parts);
    } finally {
      lock.unlock();
    }
  }

  /**
   * One round of measuring. A plug-in that fails or hangs is left out of it.
   *
   * @param containers id to all that it was granted
   * @param processes process id on the host to container id
   */
  public List<Reading> measure(Map<String, Grant> containers, Map<Long, String> processes) {
    lock.lock();
    try {
      var readings = new ArrayList<Reading>();
      for (var plugin : open()) {
        var parts = new HashMap<String, Grant>();
        containers.forEach((container, grant) -> {
          var part = byKey(grant).get(plugin.key());
          if (part != null) {
            parts.put(container, part);
          }
        });
        try {
          readings.addAll(plugin.measure(new Census(parts, processes)));
        } catch (PluginFailure e) {
          log.log(Level.DEBUG, e.getMessage());
        }
      }
      return readings;
    } finally {
      lock.unlock();
    }
  }

  /** Closes all; what kernels hold stays declared. */
  @Override
  public void close() {
    lock.lock();
    try {
      List.copyOf(entries.keySet()).forEach(name -> close(name, entry(name)));
    } finally {
      lock.unlock();
    }
  }

  private Entry entry(String name) {
    return java.util.Objects.requireNonNull(entries.get(name));
  }

  private List<OpenPlugin> open() {
    return entries.values().stream().flatMap(entry -> entry.plugin().stream()).toList();
  }

  /** Those of a host that was killed. */
  private void removeCopies() {
    if (Files.isDirectory(copies)) {
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(copies, "copy*.jar")) {
        for (var jar : jars) {
          Files.delete(jar);
        }
      } catch (IOException e) {
        log.log(Level.WARNING, "Copies of plug-ins cannot be removed: {0}", e);
      }
    }
  }

  private Map<String, Version> present() {
    var present = new TreeMap<String, Version>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "*.jar")) {
        for (var jar : jars) {
          present.put(
              jar.getFileName().toString(),
              new Version(Files.getLastModifiedTime(jar), Files.size(jar)));
        }
      } catch (IOException e) {
        log.log(Level.WARNING, "The directory of plug-ins cannot be read: {0}", e);
      }
    }
    return present;
  }

  private Entry open(String name, Version version) {
    try {
      var plugin = OpenPlugin.open(directory.resolve(name), copies, contexts, deadlines);
      refuseTwins(name, plugin);
      log.log(Level.INFO, "Plug-in {0} opened for {1}", name, plugin.key());
      return Entry.working(version, plugin, Optional.empty());
    } catch (PluginFailure e) {
      complain(name, e);
      return new Entry(version, Optional.empty(), Optional.ofNullable(e.getMessage()), e.isLate());
    }
  }

  /** Once for each sentence: what is wrong now is wrong at the next refresh too. */
  private void complain(String name, PluginFailure failure) {
    var before = entries.get(name);
    if (before == null || !before.problem().equals(Optional.ofNullable(failure.getMessage()))) {
      log.log(Level.WARNING, failure.getMessage());
    }
  }

  private void refuseTwins(String name, OpenPlugin plugin) throws PluginFailure {
    for (var other : open()) {
      if (other.name().equals(plugin.name()) || other.key().equals(plugin.key())) {
        plugin.close();
        throw new PluginFailure(
            "Jar "
                + name
                + " is left out: Expected one plug-in for "
                + other.key()
                + ", but there is one already; remove one of the jars.");
      }
    }
  }

  private Entry discovered(String name, Entry entry) {
    if (entry.plugin().isEmpty()) {
      return entry;
    }
    var plugin = entry.plugin().get();
    try {
      var found = plugin.discover();
      declare(plugin.key(), found);
      return Entry.working(entry.version(), plugin, found.problem());
    } catch (PluginFailure e) {
      ledger.withdraw(plugin.key());
      complain(name, e);
      return Entry.working(entry.version(), plugin, Optional.ofNullable(e.getMessage()));
    }
  }

  private void declare(String key, Discovery found) {
    ledger.declare(
        key,
        found.slots().stream().map(SlotRule::of).toList(),
        found.devices().stream().map(DeviceCapacity::of).toList(),
        found.exclusive());
  }

  private void close(String name, Entry entry) {
    entries.remove(name);
    entry
        .plugin()
        .ifPresent(plugin -> {
          ledger.withdraw(plugin.key());
          try {
            plugin.close();
            log.log(Level.INFO, "Plug-in {0} closed", name);
          } catch (PluginFailure e) {
            log.log(Level.WARNING, e.getMessage());
          }
        });
  }

  private static Map<String, Grant> byKey(Grant grant) {
    var parts = new LinkedHashMap<String, Map<String, Map<String, BigDecimal>>>();
    grant
        .slots()
        .forEach((slot, devices) ->
            parts
                .computeIfAbsent(slot.split("\\.", 2)[0], key -> new LinkedHashMap<>())
                .put(slot, devices));
    var grants = new LinkedHashMap<String, Grant>();
    parts.forEach((key, slots) -> grants.put(key, new Grant(slots)));
    return grants;
  }
}
