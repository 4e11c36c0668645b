package org.polykern.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.link.AgentLink;
import org.polykern.runner.terminal.StreamPort;

/** Tells the agent where this runner listens and which key it holds. */
final class Announcement {
  private Announcement() {}

  /** Writes {@code announce.json}; a reader sees all of it or nothing. */
  static void write(Path directory, AgentLink link, @Nullable StreamPort streams)
      throws IOException {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("publicKey", link.publicKey());
    members.put("replin", link.replin());
    members.put("replout", link.replout());
    if (streams != null) {
      members.put("streams", streams.port());
    }
    members.put("pid", ProcessHandle.current().pid());
    Path temporary = directory.resolve("announce.json.tmp");
    Files.writeString(temporary, JsonText.of(members));
    Files.move(
        temporary,
        directory.resolve("announce.json"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
