package org.polykern.launcher.seed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.polykern.common.secret.SecretBox;
import org.polykern.launcher.instance.DataDirectory;

/** The key that seals secrets: 32 random bytes in hexadecimal, mode 600. */
public final class SecretKeyFile {
  private SecretKeyFile() {}

  /** Opens the box of this key file; makes the file on first use. */
  public static SecretBox open(Path file) {
    if (!Files.exists(file)) {
      var key = new byte[SecretBox.KEY_BYTES];
      new SecureRandom().nextBytes(key);
      var text = HexFormat.of().formatHex(key) + "\n";
      DataDirectory.writePrivately(file, text.getBytes(StandardCharsets.US_ASCII));
    }
    try {
      return new SecretBox(HexFormat.of().parseHex(Files.readString(file).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to be able to read " + file + ", but: " + e, e);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "Expected "
              + file
              + " to hold 64 hexadecimal digits, but it does not; restore it from a copy, or remove"
              + " the data directory to start anew.",
          e);
    }
  }
}
