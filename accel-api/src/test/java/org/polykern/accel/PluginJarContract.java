package org.polykern.accel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/**
 * That a built jar stands alone: it is opened in a class loader that shows it the JDK and the
 * interface, as the host does, and nothing of the tests' class path. Run after the jar is built.
 */
public abstract class PluginJarContract {
  private static final String API = "org.polykern.accel.";

  /** Settings under which the plug-in finds what the test expects. */
  protected abstract Settings settings();

  protected abstract void check(Accelerator accelerator) throws Exception;

  @Test
  void shouldStandAlone() throws Exception {
    var jar = Path.of(System.getProperty("polykern.accel.jar"));
    try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, new ApiOnly())) {
      var plugin = ServiceLoader.load(AcceleratorPlugin.class, loader).iterator().next();
      assertThat(plugin.getClass().getClassLoader()).isSameAs(loader);
      var context =
          new PluginContext(
              settings(), System.getenv(), Path.of("."), System.getLogger(plugin.name()));
      try (var accelerator = plugin.open(context)) {
        check(accelerator);
      }
    }
  }

  /** The JDK, and of all else only the interface's own package. */
  private static final class ApiOnly extends ClassLoader {
    ApiOnly() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith(API) && name.indexOf('.', API.length()) < 0) {
        return AcceleratorPlugin.class.getClassLoader().loadClass(name);
      }
      throw new ClassNotFoundException(name);
    }
  }
}
