package org.polykern.jail.start;

import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.polykern.jail.nativelib.JailNative;

/**
 * Stands in for a runner that is an ordinary user: what {@link AnotherUserIT} starts in a JVM of
 * its own. Its words are the helper, the user of programs, a directory, and a script; it prints
 * what it sees.
 */
final class AnotherUser {
  private AnotherUser() {}

  public static void main(String[] words) throws Exception {
    int user = Integer.parseInt(words[1]);
    if (words.length == 3) {
      System.out.println(start(words, user, "/dev/null", "/bin/sleep", "1000").pid());
      System.in.read();
      return;
    }
    System.out.println("supervises " + JailNative.canSupervise());
    JailNative.actForFilesAs(user);
    Thread file = new Thread(() -> printOwner(Path.of(words[2], "made")));
    file.start();
    file.join();
    PipeNames out = PipeNames.open();
    JailedProgram program = start(words, user, out.name(), "/bin/bash", "-c", words[3]);
    out.pipe().sink().close();
    try (InputStream all = Channels.newInputStream(out.pipe().source())) {
      System.out.print(new String(all.readAllBytes(), StandardCharsets.UTF_8));
    }
    System.out.println("ended " + program.ended().get().exitCode());
    JailedProgram sleeping = start(words, user, "/dev/null", "/bin/sleep", "1000");
    System.out.println("signalled " + sleeping.signal(15));
    System.out.println("ended " + sleeping.ended().get().exitCode());
  }

  private static void printOwner(Path file) {
    try {
      Files.createFile(file);
      System.out.println("owner " + Files.getAttribute(file, "unix:uid"));
    } catch (java.io.IOException e) {
      System.out.println(e);
    }
  }

  private static JailedProgram start(String[] words, int user, String out, String... argv)
      throws Exception {
    return JailedProgram.start(
        new Start(
            Path.of(words[0]),
            "pk-jail 1\nuser " + user + " " + user + "\n",
            List.of(argv),
            Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
            "/dev/null",
            out,
            "/dev/null",
            null,
            line -> {}));
  }
}
