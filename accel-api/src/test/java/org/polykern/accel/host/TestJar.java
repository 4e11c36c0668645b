package org.polykern.accel.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;

/**
 * Builds jars with a plug-in that does what a file tells it: {@code NAME.behaviour} in the
 * configuration directory, read at each call. {@code ok}, or what it should do in a call: {@code
 * hang-discover} (until the file changes), {@code fail-measure}, {@code nonsense}.
 */
final class TestJar {
  private static final String SOURCE =
      """
      package example;

      import java.nio.file.*;
      import java.util.*;
      import org.polykern.accel.*;

      public final class Plugin implements AcceleratorPlugin {
        public Plugin() {
          CONSTRUCTOR
        }

        public int version() { return VERSION_NUMBER; }

        public String name() { return "NAME"; }

        public Accelerator open(PluginContext context) throws Exception {
          var opened = new Opened(context.configuration().resolve("NAME.behaviour"));
          opened.does("open");
          return opened;
        }

        record Opened(Path file) implements Accelerator {
          public String key() { return "KEY"; }

          public Discovery discover() throws Exception {
            var nonsense = does("discover").equals("nonsense");
            var slot = Slot.devices(nonsense ? "other.device" : "KEY.device",
                SlotDisplay.devices("Test", "Test"));
            return Discovery.of(List.of(slot),
                List.of(Device.of("a", "A", slot.name()), Device.of("b", "B", slot.name())));
          }

          public ContainerArguments arguments(Grant grant, Target target) throws Exception {
            does("arguments");
            return ContainerArguments.builder()
                .environment("NAME_DEVICES", String.join(",", grant.deviceIds()))
                .environment("SHARED", "SHARED_VALUE").build();
          }

          public List<Reading> measure(Census census) throws Exception {
            does("measure");
            return List.of(Reading.summed(Metric.raw("KEY_mem", "bytes"),
                Map.of("a", Measurement.of(1, 2)), census));
          }

          String does(String call) throws Exception {
            var what = what();
            if (what.equals("fail-" + call)) throw new IllegalStateException("broken in " + call);
            while (what().equals("hang-" + call)) {
              Thread.onSpinWait();
            }
            return what;
          }

          String what() throws Exception {
            return Files.exists(file) ? Files.readString(file) : "ok";
          }
        }
      }
      """;

  private final Map<String, String> words =
      new TreeMap<>(
          Map.of(
              "CONSTRUCTOR", "",
              "VERSION_NUMBER", "1",
              "SHARED_VALUE", "1"));
  private String service = "example.Plugin";
  private String extraFile = "";

  TestJar(String name) {
    words.put("NAME", name);
    words.put("KEY", name);
  }

  TestJar with(String word, String value) {
    words.put(word, value);
    return this;
  }

  TestJar service(String content) {
    service = content;
    return this;
  }

  /** A file of that name with nonsense in it. */
  TestJar extraFile(String name) {
    extraFile = name;
    return this;
  }

  /** Compiles and packs it. */
  Path build(Path work, Path jar) throws IOException {
    var directory = Files.createTempDirectory(work, "build");
    var source = SOURCE;
    for (var word : words.entrySet()) {
      source = source.replace(word.getKey(), word.getValue());
    }
    var file = Files.writeString(directory.resolve("Plugin.java"), source);
    var classes = Files.createDirectory(directory.resolve("classes"));
    var code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                System.getProperty("java.class.path"),
                "-proc:none",
                "-d",
                classes.toString(),
                file.toString());
    assertThat(code).isZero();
    if (!service.isEmpty()) {
      var services = Files.createDirectories(classes.resolve("META-INF/services"));
      Files.writeString(services.resolve("org.polykern.accel.AcceleratorPlugin"), service);
    }
    if (!extraFile.isEmpty()) {
      var extra = classes.resolve(extraFile);
      Files.createDirectories(extra.getParent());
      Files.writeString(extra, "nonsense");
    }
    var packed = directory.resolve("packed.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(packed));
        var files = Files.walk(classes)) {
      for (var each : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
        Files.copy(each, out);
      }
    }
    return Files.move(packed, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }
}
