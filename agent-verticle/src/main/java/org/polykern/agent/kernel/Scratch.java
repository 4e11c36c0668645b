package org.polykern.agent.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.backend.KernelDirs;
import org.polykern.agent.backend.RunnerPlace;
import org.polykern.agent.jail.JailUsers;
import org.polykern.agent.jail.SessionJail;

/**
 * A kernel's directories and the files in them. What the kernel may only read belongs to the agent,
 * with the kernel's group; what it may write belongs to the kernel's user. {@code run} and {@code
 * tmp} are made anew at every start, since an earlier run could have left anything there.
 */
final class Scratch {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String READABLE = "rwxr-x---";
  private static final long WINDOW_BYTES = 1 << 20;

  private final JailUsers users;
  private final boolean mayChown;
  private final ContainerKey containerKey = new ContainerKey();

  /**
   * @param mayChown whether the agent is root
   */
  Scratch(JailUsers users, boolean mayChown) {
    this.users = users;
    this.mayChown = mayChown;
  }

  /**
   * @param jail null when programs run without one
   */
  void prepare(KernelDirs dirs, KernelRecord record, RunnerPlace place, @Nullable SessionJail jail)
      throws IOException {
    Files.createDirectories(dirs.root());
    mode(dirs.root(), "rwx--x--x");
    if (!Files.isDirectory(dirs.work(), LinkOption.NOFOLLOW_LINKS)) {
      directory(dirs.work(), "rwxr-xr-x", users.uid());
    }
    fresh(dirs.run(), "rwx------", users.runnerUid());
    fresh(dirs.tmp(), "rwx------", users.uid());
    mode(dirs.tmp(), "rwxrwxrwx");
    fresh(dirs.staging(), "rwx------", 0);
    fresh(dirs.config(), READABLE, 0);
    var environ =
        new TreeMap<>(
            CoreCounts.addTo(
                record.spec().environ(),
                java.util.Objects.requireNonNull(record.image()),
                record.allocation().cores().size()));
    secret(dirs, "runner.json", JSON.writeValueAsString(runner(record, place, jail)));
    if (jail != null) {
      plugins(dirs, jail);
    }
    config(dirs, "environ.json", JSON.writeValueAsString(environ));
    config(dirs, "environ.txt", ResourceText.environ(environ));
    config(dirs, "resource.txt", ResourceText.of(record));
    user(dirs);
    containerKey(dirs);
    var script = record.spec().bootstrapScript();
    if (script != null && !record.restart()) {
      var file = dirs.work().resolve("bootstrap.sh");
      Files.writeString(file, script);
      own(file, users.uid());
    }
  }

  /**
   * What clients fetch to enter by SSH, there before the server is. A restart leaves what it finds;
   * a link in its place is not followed.
   */
  private void containerKey(KernelDirs dirs) throws IOException {
    var file = dirs.work().resolve("id_container");
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, containerKey.take(), LinkOption.NOFOLLOW_LINKS);
    own(file, users.uid());
  }

  /** Once the container's id is known. */
  void nameContainer(KernelDirs dirs, KernelRecord record) throws IOException {
    config(dirs, "resource.txt", ResourceText.of(record));
  }

  /** All but the state and the log that are kept until the end is acknowledged. */
  void remove(KernelDirs dirs) throws IOException {
    if (!Files.isDirectory(dirs.root(), LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var entries = Files.newDirectoryStream(dirs.root())) {
      for (var entry : entries) {
        var name = entry.getFileName().toString();
        if (!name.startsWith("state.json") && !entry.equals(dirs.finalLog())) {
          KernelStore.deleteTree(entry);
        }
      }
    }
  }

  private Map<String, Object> runner(
      KernelRecord record, RunnerPlace place, @Nullable SessionJail jail) {
    var values = new LinkedHashMap<String, Object>();
    var image = java.util.Objects.requireNonNull(record.image());
    var keys = java.util.Objects.requireNonNull(record.keys());
    values.put("kernelId", record.spec().kernelId().toString());
    values.put("runtime", image.type());
    values.put("runtimePath", image.path());
    values.put("bind", place.bind());
    values.put("replin", place.replin());
    values.put("replout", place.replout());
    values.put("streams", place.streams());
    values.put("agentKey", keys.publicKey());
    values.put("windowBytes", WINDOW_BYTES);
    values.put("jail", jail == null ? null : jail.description());
    return values;
  }

  /** Copies, so that the container sees nothing else of the operator's directory. */
  private void plugins(KernelDirs dirs, SessionJail jail) throws IOException {
    if (jail.plugins().isEmpty()) {
      return;
    }
    var target = dirs.config().resolve("jail-plugins");
    directory(target, READABLE, 0);
    for (var jar : jail.plugins()) {
      var copy = Files.copy(jar, target.resolve(jar.getFileName()));
      mode(copy, "r--r-----");
      ownGroup(copy);
    }
  }

  /** The users' names, for programs that ask. */
  private void user(KernelDirs dirs) throws IOException {
    var passwd = new StringBuilder("root:x:0:0:root:/root:/bin/sh\n");
    var group = new StringBuilder("root:x:0:\n");
    var gid = users.gid();
    if (users.uid() != 0) {
      passwd.append("work:x:%d:%d:work:/home/work:/bin/sh\n".formatted(users.uid(), gid));
    }
    if (users.separate()) {
      passwd.append(
          "runner:x:%d:%d:runner:/nonexistent:/usr/sbin/nologin\n"
              .formatted(users.runnerUid(), gid));
    }
    if (gid != 0) {
      group.append("work:x:%d:\n".formatted(gid));
    }
    passwd.append("nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
    group.append("tty:x:5:\nnogroup:x:65534:\n");
    Files.writeString(dirs.passwd(), passwd);
    Files.writeString(dirs.group(), group);
    mode(dirs.passwd(), "rw-r--r--");
    mode(dirs.group(), "rw-r--r--");
  }

  /** What programs may not read where the runner is another user. */
  private void secret(KernelDirs dirs, String name, String text) throws IOException {
    var file = dirs.config().resolve(name);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
    mode(file, "r--------");
    own(file, users.runnerUid());
  }

  private void config(KernelDirs dirs, String name, String text)
      throws IOException, JsonProcessingException {
    var file = dirs.config().resolve(name);
    Files.writeString(file, text);
    mode(file, "rw-r-----");
    ownGroup(file);
  }

  private void fresh(Path dir, String mode, int owner) throws IOException {
    KernelStore.deleteTree(dir);
    directory(dir, mode, owner);
  }

  private void directory(Path dir, String mode, int owner) throws IOException {
    Files.createDirectory(dir);
    mode(dir, mode);
    if (owner != 0) {
      own(dir, owner);
    } else {
      ownGroup(dir);
    }
  }

  private void own(Path file, int owner) throws IOException {
    if (mayChown) {
      Files.setAttribute(file, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
    }
    ownGroup(file);
  }

  private void ownGroup(Path file) throws IOException {
    if (mayChown) {
      Files.setAttribute(file, "unix:gid", users.gid(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
