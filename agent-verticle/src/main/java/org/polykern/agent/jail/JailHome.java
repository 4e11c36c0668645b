package org.polykern.agent.jail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.nativelib.JailNative;
import org.polykern.jail.rule.Policy;

/** The jail's own files in a kernel home. */
public record JailHome(Path helper, Path library) {
  private static final String HELPER = "pk-jail";

  public static JailHome at(Path kernelHome) {
    return new JailHome(kernelHome.resolve(HELPER), kernelHome.resolve("libpkjail.so"));
  }

  /** The command that becomes the runner's user, keeping the right to become the session's. */
  public static List<String> enter(String kernelHome, JailUsers users, List<String> command) {
    var words = new ArrayList<String>();
    words.add(kernelHome + "/" + HELPER);
    words.addAll(List.of("--enter", users.runnerUid() + ":" + users.gid(), "--"));
    words.addAll(command);
    return words;
  }

  /** Why nothing can be jailed with it on this machine, null when all seems well. */
  public @Nullable String obstacle() {
    if (!Files.isExecutable(helper)) {
      return "the kernel home has no program " + helper;
    }
    if (System.getProperty(JailNative.LIBRARY_PROPERTY) == null && !Files.isReadable(library)) {
      return "the kernel home has no library " + library;
    }
    useLibrary();
    try {
      return JailNative.probe().canJail()
          ? null
          : "this machine's kernel does not permit tracing, or knows no system call filters";
    } catch (LinkageError e) {
      return "the library of the jail cannot be loaded (" + e.getMessage() + ")";
    }
  }

  /** A launch description for {@code /bin/true}, to see whether the jail works. */
  public String probe(JailUsers users) {
    useLibrary();
    return "pk-jail 1\n"
        + (users.separate() ? "user %d %d\n".formatted(users.uid(), users.gid()) : "mode m1\n")
        + CompiledJail.of(Policy.DEFAULT, users.separate(), false).launch();
  }

  /** Before the first call of the library; a property that is set already stays. */
  void useLibrary() {
    if (System.getProperty(JailNative.LIBRARY_PROPERTY) == null) {
      System.setProperty(JailNative.LIBRARY_PROPERTY, library.toString());
    }
  }
}
