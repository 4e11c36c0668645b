package org.polykern.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.jail.JailMode;
import org.polykern.agent.jail.JailSettings;
import org.polykern.agent.jail.JailUsers;

/**
 * This machine as the agent finds it.
 *
 * @param root whether the agent may do what only root may
 * @param users whom kernels run as
 * @param kernels directory of the kernels' directories
 * @param libexec directory of our scripts
 * @param instance name of this data directory among all on the machine, 12 hexadecimal digits
 */
record AgentHost(
    boolean root, JailUsers users, Path kernelHome, Path kernels, Path libexec, String instance) {
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
          users(config, root, ownUid, ownGid),
          config.kernelHome().toAbsolutePath(),
          data.resolve("kernels"),
          data.resolve("libexec"),
          instance(data.resolve("instance")));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot use the data directory " + config.dataDir(), e);
    }
  }

  private static JailUsers users(AgentConfig config, boolean root, int ownUid, int ownGid) {
    var uid =
        config.kernelUid() >= 0 ? config.kernelUid() : root ? AgentConfig.KERNEL_USER : ownUid;
    var gid =
        config.kernelGid() >= 0 ? config.kernelGid() : root ? AgentConfig.KERNEL_USER : ownGid;
    if (!root || uid == 0 || gid == 0 || config.jail() == JailMode.OFF) {
      return new JailUsers(uid, gid, uid);
    }
    return new JailUsers(uid, gid, config.runnerUid() >= 0 ? config.runnerUid() : uid + 1);
  }

  /** What the operator has decided about the jail. */
  JailSettings jail(AgentConfig config) {
    return new JailSettings(
        config.jail(), kernelHome, given(config.jailPolicies()), given(config.jailPlugins()));
  }

  private static @Nullable Path given(Path path) {
    return path.toString().isEmpty() ? null : path.toAbsolutePath();
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
