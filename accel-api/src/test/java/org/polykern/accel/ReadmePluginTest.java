package org.polykern.accel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plug-in of README.md, built from that page as a reader would build it. */
final class ReadmePluginTest {
  private static final int PROMISED_LINES = 80;
  private static final Pattern JAVA = Pattern.compile("(?s)```java\\n(.*?)```");

  @TempDir Path work;
  private String source;
  private Path nodes;

  @BeforeEach
  void readPage() throws IOException {
    var page = JAVA.matcher(Files.readString(Path.of("README.md")));
    assertThat(page.find()).isTrue();
    source = page.group(1);
    nodes = Files.createDirectory(work.resolve("dev"));
  }

  @Test
  void shouldTakeLessThanEightyLines() {
    assertThat(source.lines()).hasSizeLessThan(PROMISED_LINES);
  }

  @Test
  void shouldOfferAndAttachItsDevices() throws Exception {
    Files.createFile(nodes.resolve("fpga0"));
    Files.createFile(nodes.resolve("fpga1"));
    try (var loader = pluginLoader();
        var accelerator = open(loader)) {
      var found = accelerator.discover().ownedBy("fpga");

      assertThat(found.problem()).isEmpty();
      assertThat(found.devices()).extracting(Device::id).containsExactly("fpga0", "fpga1");
      var grant = Grant.of("fpga.device", "fpga1");
      var arguments = accelerator.arguments(grant, Target.PROCESS);
      assertThat(arguments.deviceNodes())
          .containsExactly(new DeviceNode(nodes.resolve("fpga1").toString(), "/dev/fpga1", "rw"));
      assertThat(arguments.environment()).containsEntry("FPGA_COUNT", "1");
      var readings = accelerator.measure(new Census(Map.of("c1", grant), Map.of()));
      assertThat(readings.getFirst().node()).contains(Measurement.of(2, 2));
      assertThat(readings.getFirst().containers()).containsEntry("c1", Measurement.of(1, 1));
    }
  }

  @Test
  void shouldSayThatThereIsNoDriver() throws Exception {
    try (var loader = pluginLoader();
        var accelerator = open(loader)) {
      assertThat(accelerator.discover().problem().orElseThrow()).contains("load the driver");
    }
  }

  private Accelerator open(ClassLoader loader) throws Exception {
    var plugin = ServiceLoader.load(AcceleratorPlugin.class, loader).iterator().next();
    assertThat(plugin.version()).isEqualTo(AcceleratorPlugin.VERSION);
    assertThat(plugin.getClass().getClassLoader()).isSameAs(loader);
    return plugin.open(
        new PluginContext(
            new Settings("[accel.fpga]", Map.of("nodes", nodes.toString())),
            Map.of(),
            work,
            System.getLogger("fpga")));
  }

  private URLClassLoader pluginLoader() throws IOException {
    var file = Files.writeString(work.resolve("FpgaPlugin.java"), source);
    var classes = Files.createDirectory(work.resolve("classes"));
    var code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                Path.of("target", "classes").toString(),
                "-proc:none",
                "-d",
                classes.toString(),
                file.toString());
    assertThat(code).isZero();
    var services = Files.createDirectories(classes.resolve("META-INF/services"));
    Files.writeString(
        services.resolve("org.polykern.accel.AcceleratorPlugin"), "example.fpga.FpgaPlugin");
    var jar = pack(classes);
    return new URLClassLoader(
        new java.net.URL[] {jar.toUri().toURL()}, AcceleratorPlugin.class.getClassLoader());
  }

  private Path pack(Path classes) throws IOException {
    var jar = work.resolve("fpga.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        var files = Files.walk(classes)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, out);
      }
    }
    return jar;
  }
}
