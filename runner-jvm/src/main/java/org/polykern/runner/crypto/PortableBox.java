package org.polykern.runner.crypto;

import java.util.Arrays;

/** {@link SecretBox} in Java, for a JVM that has no native library: a server's, or a test's. */
final class PortableBox {
  private static final int ZERO_BYTES = 32;
  private static final int BOX_ZERO_BYTES = 16;

  private PortableBox() {}

  /** See {@link SecretBox#seal}. */
  static boolean seal(byte[] box, byte[] message, int length, byte[] nonce, byte[] key) {
    if (length < ZERO_BYTES) {
      return false;
    }
    Salsa20 stream = new Salsa20(key, nonce);
    int[] first = stream.nextBlock().clone();
    xorFirst(box, message, length, first);
    stream.xor(box, message, Math.min(Salsa20.BLOCK_BYTES, length), length);
    Arrays.fill(box, 0, BOX_ZERO_BYTES, (byte) 0);
    Poly1305.tag(box, BOX_ZERO_BYTES, box, ZERO_BYTES, length, first);
    return true;
  }

  /** See {@link SecretBox#open}. */
  static boolean open(byte[] message, byte[] box, int length, byte[] nonce, byte[] key) {
    if (length < ZERO_BYTES) {
      return false;
    }
    Salsa20 stream = new Salsa20(key, nonce);
    int[] first = stream.nextBlock().clone();
    byte[] tag = new byte[Poly1305.TAG_BYTES];
    Poly1305.tag(tag, 0, box, ZERO_BYTES, length, first);
    int difference = 0;
    for (int i = 0; i < tag.length; i++) {
      difference |= tag[i] ^ box[BOX_ZERO_BYTES + i];
    }
    if (difference != 0) {
      return false;
    }
    xorFirst(message, box, length, first);
    stream.xor(message, box, Math.min(Salsa20.BLOCK_BYTES, length), length);
    Arrays.fill(message, 0, ZERO_BYTES, (byte) 0);
    return true;
  }

  /** The second half of the first block of the key stream; the first half is the tag's key. */
  private static void xorFirst(byte[] out, byte[] in, int length, int[] block) {
    for (int at = ZERO_BYTES; at < Math.min(Salsa20.BLOCK_BYTES, length); at++) {
      out[at] = (byte) (in[at] ^ block[at >> 2] >>> (8 * (at & 3)));
    }
  }
}
