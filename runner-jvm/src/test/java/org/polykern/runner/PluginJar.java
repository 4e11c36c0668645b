package org.polykern.runner;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.polykern.jail.plugin.JailPolicyPlugin;

/** Writes the jar of a jail plug-in. */
final class PluginJar {
  private PluginJar() {}

  /**
   * Writes {@code NAME.jar}.
   *
   * @param decision an expression of the action for {@code call}
   */
  static void write(Path directory, String name, String decision) throws IOException {
    Path sources = Files.createTempDirectory(directory, "source");
    Path source = sources.resolve(name + ".java");
    Files.writeString(
        source,
        """
        import org.polykern.jail.plugin.*;
        import org.polykern.jail.rule.*;
        public class %1$s implements JailPolicyPlugin, CallJudge {
          public int version() { return VERSION; }
          public String name() { return "%1$s"; }
          public CallJudge judge(Policy policy) { return this; }
          public CallAction decide(Asked call) { return %2$s; }
        }
        """
            .formatted(name, decision));
    String classPath = System.getProperty("java.class.path");
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-cp", classPath, source.toString());
    if (result != 0) {
      throw new IOException("Expected the plug-in to compile, but javac ended with " + result);
    }
    try (OutputStream file = Files.newOutputStream(directory.resolve(name + ".jar"));
        JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(new ZipEntry("META-INF/services/" + JailPolicyPlugin.class.getName()));
      out.write(name.getBytes(StandardCharsets.UTF_8));
      out.putNextEntry(new ZipEntry(name + ".class"));
      Files.copy(sources.resolve(name + ".class"), out);
    }
  }
}
