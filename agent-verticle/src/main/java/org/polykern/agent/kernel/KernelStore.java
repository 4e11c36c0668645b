package org.polykern.agent.kernel;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.polykern.agent.backend.KernelDirs;
import org.polykern.common.id.KernelId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directories of all kernels, and the state file in each. */
public final class KernelStore {
  private static final Logger log = LoggerFactory.getLogger(KernelStore.class);
  private static final String STATE = "state.json";

  private final Path root;
  private final ObjectMapper json =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /**
   * @param root made when it is missing; only the agent may list it
   * @throws UncheckedIOException when it cannot be made
   */
  public KernelStore(Path root) {
    this.root = root;
    try {
      Files.createDirectories(root);
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make the kernels' directory " + root, e);
    }
  }

  public KernelDirs dirs(KernelId kernel) {
    return new KernelDirs(root.resolve(kernel.toString()));
  }

  /** Ids that have a directory. */
  public List<KernelId> list() {
    var found = new ArrayList<KernelId>();
    try (var entries = Files.newDirectoryStream(root)) {
      for (var entry : entries) {
        try {
          found.add(KernelId.of(entry.getFileName().toString()));
        } catch (IllegalArgumentException notAKernel) {
          log.warn("Leaving {} alone: its name is not a kernel's", entry);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + root, e);
    }
    return found;
  }

  /** Names of the backends that have containers of kernels here. */
  public Set<String> backendsInUse() {
    var found = new TreeSet<String>();
    for (var kernel : list()) {
      load(kernel).map(KernelRecord::backend).ifPresent(found::add);
    }
    return found;
  }

  /** Empty when there is no readable state: nothing was promised to anyone. */
  Optional<KernelRecord> load(KernelId kernel) {
    var file = dirs(kernel).root().resolve(STATE);
    try {
      return Files.exists(file)
          ? Optional.of(json.readValue(file.toFile(), KernelRecord.class))
          : Optional.empty();
    } catch (IOException e) {
      log.error("Cannot read {}; its kernel is removed as unknown", file, e);
      return Optional.empty();
    }
  }

  /**
   * @throws UncheckedIOException when it cannot be written; the caller must not go on
   */
  void save(KernelRecord record) {
    var dir = dirs(record.spec().kernelId()).root();
    var fresh = dir.resolve(STATE + ".new");
    try {
      Files.createDirectories(dir);
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      json.writeValue(fresh.toFile(), record);
      Files.move(
          fresh,
          dir.resolve(STATE),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the state of a kernel to " + dir, e);
    }
  }

  /** Removes a kernel's directory with all that is in it; symbolic links are not followed. */
  public void remove(KernelId kernel) {
    try {
      deleteTree(dirs(kernel).root());
    } catch (IOException e) {
      log.error("Cannot remove {}; remove it by hand", dirs(kernel).root(), e);
    }
  }

  /** Deletes what is there; a file that vanishes meanwhile is fine. */
  static void deleteTree(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (var entries = Files.newDirectoryStream(path)) {
        for (var entry : entries) {
          deleteTree(entry);
        }
      } catch (java.nio.file.AccessDeniedException e) {
        // Our own user may have taken away its right to read it.
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        try (var entries = Files.newDirectoryStream(path)) {
          for (var entry : entries) {
            deleteTree(entry);
          }
        }
      }
    }
    Files.deleteIfExists(path);
  }
}
