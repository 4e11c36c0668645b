package org.polykern.accel.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.polykern.accel.AcceleratorPlugin;

/**
 * A jar with its class loader. Loaded from a copy, because classes are read while it is used and
 * the file may be replaced meanwhile.
 */
final class PluginJar implements AutoCloseable {
  private final Path copy;
  private final URLClassLoader loader;
  private final AcceleratorPlugin plugin;

  private PluginJar(Path copy, URLClassLoader loader, AcceleratorPlugin plugin) {
    this.copy = copy;
    this.loader = loader;
    this.plugin = plugin;
  }

  /**
   * Loads the one plug-in of a jar. Runs its constructor.
   *
   * @param copies where the copy goes
   * @throws PluginFailure when there is none, or it is for another version of the interface
   */
  static PluginJar load(Path jar, Path copies) throws PluginFailure {
    try {
      var copy = Files.createTempFile(Files.createDirectories(copies), "copy", ".jar");
      Files.write(copy, Files.readAllBytes(jar));
      var loader =
          new URLClassLoader(
              String.valueOf(jar.getFileName()), new URL[] {copy.toUri().toURL()}, new ApiOnly());
      try {
        return new PluginJar(copy, loader, only(loader));
      } catch (PluginFailure | RuntimeException | ServiceConfigurationError | LinkageError e) {
        release(loader, copy);
        throw new PluginFailure(
            "Jar " + jar.getFileName() + " is left out: " + Guard.sentence(root(e)), e);
      }
    } catch (IOException e) {
      throw new PluginFailure("Jar " + jar.getFileName() + " cannot be read: " + e, e);
    }
  }

  AcceleratorPlugin plugin() {
    return plugin;
  }

  @Override
  public void close() {
    release(loader, copy);
  }

  private static AcceleratorPlugin only(URLClassLoader loader) throws PluginFailure {
    var plugins = new ArrayList<AcceleratorPlugin>();
    ServiceLoader.load(AcceleratorPlugin.class, loader).forEach(plugins::add);
    if (plugins.size() != 1) {
      throw new PluginFailure(
          "Expected META-INF/services/"
              + AcceleratorPlugin.class.getName()
              + " to name one class, but it names "
              + plugins.size()
              + ".");
    }
    var plugin = plugins.getFirst();
    if (plugin.version() != AcceleratorPlugin.VERSION) {
      throw new PluginFailure(
          "Expected a plug-in of version "
              + AcceleratorPlugin.VERSION
              + ", but "
              + plugin.getClass().getName()
              + " is of version "
              + plugin.version()
              + "; install the one for this agent.");
    }
    if (!plugin.name().matches("[a-z][a-z0-9-]*")) {
      throw new PluginFailure(
          "Expected a name of lower-case letters and digits, but got '" + plugin.name() + "'.");
    }
    return plugin;
  }

  /** A constructor that throws is wrapped once by the service loader. */
  private static Throwable root(Throwable failure) {
    return failure instanceof ServiceConfigurationError && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static void release(URLClassLoader loader, Path copy) {
    try {
      loader.close();
      Files.deleteIfExists(copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Shows a plug-in the JDK and the interface. */
  private static final class ApiOnly extends ClassLoader {
    private static final String API = "org.polykern.accel.";
    private static final String ANNOTATIONS = "org.jspecify.annotations.";

    ApiOnly() {
      super("accelerator interface", ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      var ofInterface = name.startsWith(API) && name.indexOf('.', API.length()) < 0;
      if (ofInterface || name.startsWith(ANNOTATIONS)) {
        return Class.forName(name, false, AcceleratorPlugin.class.getClassLoader());
      }
      throw new ClassNotFoundException(
          name
              + " (a plug-in sees the JDK and org.polykern.accel; put its libraries into its jar)");
    }
  }
}
