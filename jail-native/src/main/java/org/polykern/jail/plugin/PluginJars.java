package org.polykern.jail.plugin;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

/** Loads plug-in jars from a directory that only the operator can write. */
public final class PluginJars implements AutoCloseable {
  private final List<JailPolicyPlugin> plugins = new ArrayList<>();
  private final List<Broken> broken = new ArrayList<>();
  private final List<URLClassLoader> loaders = new ArrayList<>();

  private PluginJars() {}

  /**
   * A jar that was left out.
   *
   * @param jar its path
   * @param sentence why
   */
  public record Broken(Path jar, String sentence) {}

  /** Loads every {@code *.jar} in {@code directory}, by name; a missing directory has none. */
  public static PluginJars load(Path directory) throws IOException {
    PluginJars loaded = new PluginJars();
    if (Files.isDirectory(directory)) {
      List<Path> jars;
      try (Stream<Path> files = Files.list(directory)) {
        jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      }
      Set<String> names = new HashSet<>();
      for (Path jar : jars) {
        loaded.add(jar, names);
      }
    }
    return loaded;
  }

  /** What could be loaded. */
  public List<JailPolicyPlugin> plugins() {
    return List.copyOf(plugins);
  }

  /** What could not. */
  public List<Broken> broken() {
    return List.copyOf(broken);
  }

  /** Closes the jars; the plug-ins must not be used any more. */
  @Override
  public void close() throws IOException {
    for (URLClassLoader loader : loaders) {
      loader.close();
    }
  }

  private void add(Path jar, Set<String> names) throws IOException {
    URLClassLoader loader =
        new URLClassLoader(
            jar.getFileName().toString(), new URL[] {jar.toUri().toURL()}, new ApiOnly());
    List<JailPolicyPlugin> found = new ArrayList<>();
    try {
      for (JailPolicyPlugin plugin : ServiceLoader.load(JailPolicyPlugin.class, loader)) {
        check(plugin, names);
        found.add(plugin);
      }
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            "Expected META-INF/services/"
                + JailPolicyPlugin.class.getName()
                + " to name a class, but there is none.");
      }
      loaders.add(loader);
      plugins.addAll(found);
    } catch (RuntimeException | ServiceConfigurationError | LinkageError e) {
      found.forEach(plugin -> names.remove(plugin.name()));
      broken.add(new Broken(jar, String.valueOf(e.getMessage())));
      loader.close();
    }
  }

  private static void check(JailPolicyPlugin plugin, Set<String> names) {
    if (plugin.version() != JailPolicyPlugin.VERSION) {
      throw new IllegalArgumentException(
          "Expected a plug-in of version %d, but %s is of version %d."
              .formatted(JailPolicyPlugin.VERSION, plugin.getClass().getName(), plugin.version()));
    }
    if (plugin.name().isBlank() || !names.add(plugin.name())) {
      throw new IllegalArgumentException(
          "Expected a name of its own, but '%s' is blank or another plug-in's."
              .formatted(plugin.name()));
    }
  }

  /** Shows a plug-in the JDK's base and the packages that its interface speaks of. */
  private static final class ApiOnly extends ClassLoader {
    private static final List<String> SHOWN =
        List.of(
            "org.polykern.jail.plugin.",
            "org.polykern.jail.rule.",
            "org.polykern.jail.call.",
            "org.jspecify.annotations.");

    ApiOnly() {
      super("jail plug-in interface", ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (SHOWN.stream().anyMatch(name::startsWith)) {
        return Class.forName(name, false, PluginJars.class.getClassLoader());
      }
      throw new ClassNotFoundException(
          name + " (a jail plug-in sees the JDK and the jail's interface only)");
    }
  }
}
