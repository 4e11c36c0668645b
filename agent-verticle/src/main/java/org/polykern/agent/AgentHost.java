package org.polykern.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * This machine as the agent finds it.
 *
 * @param root whether the agent may do what only root may
 * @param uid whom kernels run as
 * @param kernels directory of the kernels' directories
 * @param libexec directory of our scripts
 * @param instance name of this data directory among all on the machine, 12 hexadecimal digits
 */
record AgentHost(
    boolean root, int uid, int gid, Path kernelHome, Path kernels, Path libexec, String instance) {
  private static final int KERNEL_USER = 9001;
  private static final int NAME_LENGTH = 12;

  /**
   * @throws UncheckedIOException when the data directory cannot be used
   */
  static AgentHost of(AgentConfig config) {
    try {
      var data = Files.createDirectories(config.dataDir()).toRealPath();
      var self = Path.of("/proc/self");
      var ownUid = (int) Files.getAttribute(self, "unix:uid");
      var ownGid = (int) Files.getAttribute(self, "unix:gid");
      var root = ownUid == 0;
      return new AgentHost(
          root,
          config.kernelUid() >= 0 ? config.kernelUid() : root ? KERNEL_USER : ownUid,
          config.kernelGid() >= 0 ? config.kernelGid() : root ? KERNEL_USER : ownGid,
          config.kernelHome().toAbsolutePath(),
          data.resolve("kernels"),
          data.resolve("libexec"),
          instance(data.resolve("instance")));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot use the data directory " + config.dataDir(), e);
    }
  }

  private static String instance(Path file) throws IOException {
    if (!Files.exists(file)) {
      var name = UUID.randomUUID().toString().replace("-", "").substring(0, NAME_LENGTH);
      Files.writeString(file, name + "\n");
    }
    var name = Files.readString(file).strip();
    if (!name.matches("[0-9a-f]{" + NAME_LENGTH + "}")) {
      throw new IOException("Expected 12 hexadecimal digits in " + file + ", but got " + name);
    }
    return name;
  }
}
