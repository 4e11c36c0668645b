package org.polykern.agent.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Collectors;
import org.polykern.agent.backend.KernelDirs;
import org.polykern.agent.jail.JailUsers;

/** The image's passwd and group files with the users {@code work} and {@code runner} in them. */
final class UserFiles {
  private UserFiles() {}

  static void write(KernelDirs dirs, ImageLook look, JailUsers users) throws IOException {
    var gid = users.gid();
    var passwd =
        without(look.passwd(), "work", users.uid())
            + (users.uid() == 0
                ? ""
                : "work:x:%d:%d:work:/home/work:/bin/sh\n".formatted(users.uid(), gid));
    if (users.separate()) {
      passwd =
          without(passwd, "runner", users.runnerUid())
              + "runner:x:%d:%d:runner:/nonexistent:/usr/sbin/nologin\n"
                  .formatted(users.runnerUid(), gid);
    }
    Files.writeString(dirs.passwd(), passwd);
    Files.writeString(
        dirs.group(),
        without(look.group(), "work", gid) + (gid == 0 ? "" : "work:x:" + gid + ":\n"));
  }

  /** All lines but those of another user with our name or number; root's line always stays. */
  private static String without(String text, String name, int id) {
    return text.lines()
        .filter(line -> {
          var fields = line.split(":", -1);
          var ours =
              fields.length > 2
                  && (fields[0].equals(name) || fields[2].equals(Integer.toString(id)));
          return id == 0 || !ours;
        })
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }
}
