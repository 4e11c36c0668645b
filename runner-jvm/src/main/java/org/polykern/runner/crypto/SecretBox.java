package org.polykern.runner.crypto;

import java.util.Objects;
import org.polykern.runner.home.KernelHome;

/**
 * XSalsa20-Poly1305 in the layout of NaCl: a message begins with 32 zero bytes, its box with 16
 * zero bytes and the tag. In C (pk-box.c) where there is a kernel home: while a program prints,
 * about half of the runner's work was this, as its JVM compiles it.
 */
public final class SecretBox {
  private static final int ZERO_BYTES = 32;
  private static final int NONCE_BYTES = 24;
  private static final int KEY_BYTES = 32;
  private static final boolean NATIVE = KernelHome.load("pk-box");

  private SecretBox() {}

  /**
   * Encrypts.
   *
   * @param box takes the result, at least {@code length} bytes
   * @param length of the message with its 32 leading zeros
   * @return false if the message is too short
   */
  public static boolean seal(byte[] box, byte[] message, int length, byte[] nonce, byte[] key) {
    if (!NATIVE) {
      return PortableBox.seal(box, message, length, nonce, key);
    }
    return checked(box, message, length, nonce, key)
        && cipher(box, message, length, nonce, key, true);
  }

  /**
   * Checks and decrypts.
   *
   * @param message takes the result, at least {@code length} bytes; untouched when the box is
   *     forged
   * @param length of the box with its 16 leading zeros
   * @return false if the box is too short or was not made with this key and nonce
   */
  public static boolean open(byte[] message, byte[] box, int length, byte[] nonce, byte[] key) {
    if (!NATIVE) {
      return PortableBox.open(message, box, length, nonce, key);
    }
    return checked(message, box, length, nonce, key)
        && cipher(message, box, length, nonce, key, false);
  }

  static boolean isNative() {
    return NATIVE;
  }

  /** The C code relies on these sizes. */
  private static boolean checked(byte[] to, byte[] from, int length, byte[] nonce, byte[] key) {
    if (length < ZERO_BYTES) {
      return false;
    }
    Objects.checkFromIndexSize(0, length, to.length);
    Objects.checkFromIndexSize(0, length, from.length);
    Objects.checkFromIndexSize(0, NONCE_BYTES, nonce.length);
    Objects.checkFromIndexSize(0, KEY_BYTES, key.length);
    return true;
  }

  private static native boolean cipher(
      byte[] to, byte[] from, int length, byte[] nonce, byte[] key, boolean sealing);
}
