package org.polykern.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The servers' programs, unpacked from the class path into a cache.
 *
 * <p>A folder of the cache is named after the checksum of what it was unpacked from and appears by
 * one rename, so that it is complete when it is there, and two processes may unpack at once.
 */
final class Binaries {
  private static final String POSTGRES = "/postgres-linux-x86_64.txz";
  private static final String REDIS = "/redis-server-6.2.6-v5-linux-amd64";

  private Binaries() {}

  /** The folder that holds PostgreSQL's {@code bin}, {@code lib} and {@code share}. */
  static Path postgres(Path cache) {
    return unpacked(cache, "postgres", POSTGRES, Binaries::untar);
  }

  /** The folder that holds {@code redis-server}. */
  static Path redis(Path cache) {
    return unpacked(
        cache,
        "redis",
        REDIS,
        (from, to) -> {
          Path program = to.resolve("redis-server");
          Files.copy(from, program);
          Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        });
  }

  /** Fails with a sentence on a machine for which no server is packed. */
  static void requirePlatform(String system, String architecture) {
    if (!system.equals("Linux") || !architecture.equals("amd64")) {
      throw new EmbeddedServerException(
          "Expected Linux on x86-64 for the embedded PostgreSQL and Redis, but this is %s on %s; configure external servers under [database] and [redis]."
              .formatted(system, architecture));
    }
  }

  @FunctionalInterface
  private interface Unpacking {
    void unpack(InputStream from, Path to) throws IOException;
  }

  private static Path unpacked(Path cache, String name, String resource, Unpacking unpacking) {
    requirePlatform(System.getProperty("os.name"), System.getProperty("os.arch"));
    URL url = Binaries.class.getResource(resource);
    if (url == null) {
      throw new EmbeddedServerException(
          "Expected %s on the class path, but it is not there; this build of Polykern is incomplete."
              .formatted(resource));
    }
    try {
      Path target = cache.resolve(name + "-" + fingerprint(url));
      return Files.isDirectory(target) ? target : unpack(url, target, unpacking);
    } catch (IOException e) {
      throw DataFiles.failed("unpack " + name + " below", cache, e);
    }
  }

  private static Path unpack(URL url, Path target, Unpacking unpacking) throws IOException {
    Files.createDirectories(target.getParent());
    Path draft = Files.createTempDirectory(target.getParent(), target.getFileName() + ".new");
    try {
      try (InputStream in = url.openStream()) {
        unpacking.unpack(in, draft);
      }
      // Unprivileged servers of root's clone must be able to run what root unpacked.
      Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException lostTheRace) {
      DataFiles.deleteTree(draft);
    } catch (IOException e) {
      if (!Files.isDirectory(target)) {
        DataFiles.deleteTree(draft);
        throw e;
      }
      DataFiles.deleteTree(draft);
    }
    return target;
  }

  private static void untar(InputStream from, Path to) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(from)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = to.resolve(entry.getName()).normalize();
        if (!path.startsWith(to)) {
          throw new IOException("the archive points outside of itself: " + entry.getName());
        }
        writeEntry(tar, entry, path);
      }
    }
  }

  private static void writeEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, path);
    boolean program = (entry.getMode() & 0100) != 0;
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
  }

  /** Tells two versions of a packed server apart without reading all of it. */
  private static String fingerprint(URL url) throws IOException {
    URLConnection connection = url.openConnection();
    if (connection instanceof JarURLConnection jar) {
      return Long.toHexString(jar.getJarEntry().getCrc());
    }
    return Long.toHexString(connection.getLastModified());
  }
}
