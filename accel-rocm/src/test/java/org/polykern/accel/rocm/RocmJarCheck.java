package org.polykern.accel.rocm;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.accel.Accelerator;
import org.polykern.accel.PluginJarContract;
import org.polykern.accel.Settings;

/** The binding, its native half included, works out of the jar alone. */
final class RocmJarCheck extends PluginJarContract {
  @TempDir Path root;

  @Override
  protected Settings settings() {
    return new Settings("[accel.rocm]", Map.of("source", "auto"));
  }

  /** Whether there are GPUs is the machine's matter; that it answers is the jar's. */
  @Override
  protected void check(Accelerator accelerator) throws Exception {
    var found = accelerator.discover();
    assertThat(found.slots()).hasSize(1);
    assertThat(found.problem().isPresent()).isEqualTo(found.devices().isEmpty());
  }

  /** A machine without GPUs never loads the library, so this asks for the binding by itself. */
  @Test
  void shouldBindALibraryOutOfTheJar() throws Exception {
    FakeMachine.in(root).library("ROCM_SMI", 1);
    var jar = Path.of(System.getProperty("polykern.accel.jar"));
    var urls = new java.net.URL[] {jar.toUri().toURL()};
    try (var loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
      var library = loader.loadClass("com.sun.jna.NativeLibrary");
      var loaded =
          library
              .getMethod("getInstance", String.class)
              .invoke(null, root.resolve("libsmi.so").toString());
      assertThat(library.getMethod("getFunction", String.class).invoke(loaded, "rsmi_init"))
          .isNotNull();
    }
  }
}
