package org.polykern.sshd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.security.SecurityUtils;

/** The server's own keys: one that is small and quick, and one for clients that are old. */
final class HostKeys {
  private static final String KEY_FILE = "host_key_";

  private HostKeys() {}

  /**
   * Reads the keys of a directory, and makes those that are missing or broken.
   *
   * @throws IOException when a file can be neither read nor written
   */
  static List<KeyPair> in(Path directory) throws IOException, GeneralSecurityException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    var keys = new ArrayList<KeyPair>();
    keys.add(key(directory.resolve(KEY_FILE + "ed25519"), SecurityUtils.ED25519, 255));
    keys.add(key(directory.resolve(KEY_FILE + "ecdsa"), "EC", 256));
    return keys;
  }

  private static KeyPair key(Path file, String algorithm, int bits)
      throws IOException, GeneralSecurityException {
    if (Files.isRegularFile(file)) {
      var kept = PrivateKeyFile.read(file);
      if (!kept.isEmpty()) {
        return kept.getFirst();
      }
    }
    var generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    var made = generator.generateKeyPair();
    var draft =
        Files.createTempFile(
            file.getParent(),
            KEY_FILE,
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (var out = Files.newOutputStream(draft)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(made, "polykern", null, out);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    return made;
  }

  /** A file with a private key in any of the usual formats, without a password. */
  static final class PrivateKeyFile {
    private PrivateKeyFile() {}

    /** Empty when there is no key in it that can be used. */
    static List<KeyPair> read(Path file) throws IOException {
      var keys = new ArrayList<KeyPair>();
      try (var in = Files.newInputStream(file)) {
        var found =
            SecurityUtils.loadKeyPairIdentities(
                null, NamedResource.ofName(file.toString()), in, FilePasswordProvider.EMPTY);
        if (found != null) {
          found.forEach(keys::add);
        }
      } catch (GeneralSecurityException | RuntimeException e) {
        System.err.println("Expected a private key in " + file + ", but: " + e.getMessage());
      }
      return keys;
    }
  }
}
