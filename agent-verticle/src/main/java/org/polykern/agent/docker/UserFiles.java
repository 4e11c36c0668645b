package org.polykern.agent.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Collectors;
import org.polykern.agent.backend.KernelDirs;

/** The image's passwd and group files with the user {@code work} in them. */
final class UserFiles {
  private UserFiles() {}

  static void write(KernelDirs dirs, ImageLook look, int uid, int gid) throws IOException {
    Files.writeString(
        dirs.passwd(),
        without(look.passwd(), uid)
            + (uid == 0 ? "" : "work:x:" + uid + ":" + gid + ":work:/home/work:/bin/sh\n"));
    Files.writeString(
        dirs.group(), without(look.group(), gid) + (gid == 0 ? "" : "work:x:" + gid + ":\n"));
  }

  /** All lines but those of another user with our name or number; root's line always stays. */
  private static String without(String text, int id) {
    return text.lines()
        .filter(line -> {
          var fields = line.split(":", -1);
          var ours =
              fields.length > 2
                  && (fields[0].equals("work") || fields[2].equals(Integer.toString(id)));
          return id == 0 || !ours;
        })
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }
}
