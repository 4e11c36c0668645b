package org.polykern.runner.crypto;

/** The Poly1305 one-time authenticator (RFC 8439, section 2.5), with limbs of 26 bits. */
final class Poly1305 {
  static final int TAG_BYTES = 16;

  private static final int MASK = 0x3ffffff;

  private Poly1305() {}

  /**
   * Writes the tag of a part of a message.
   *
   * @param key the first eight words of the key stream
   */
  static void tag(byte[] tag, int tagAt, byte[] message, int from, int to, int[] key) {
    int r0 = key[0] & 0x3ffffff;
    int r1 = (key[0] >>> 26 | key[1] << 6) & 0x3ffff03;
    int r2 = (key[1] >>> 20 | key[2] << 12) & 0x3ffc0ff;
    int r3 = (key[2] >>> 14 | key[3] << 18) & 0x3f03fff;
    int r4 = key[3] >>> 8 & 0x00fffff;
    long s1 = 5L * r1, s2 = 5L * r2, s3 = 5L * r3, s4 = 5L * r4;
    long h0 = 0, h1 = 0, h2 = 0, h3 = 0, h4 = 0;
    byte[] last = new byte[TAG_BYTES];
    for (int at = from; at < to; at += TAG_BYTES) {
      byte[] block = message;
      int p = at;
      int top = 1 << 24;
      if (to - at < TAG_BYTES) {
        System.arraycopy(message, at, last, 0, to - at);
        last[to - at] = 1;
        block = last;
        p = 0;
        top = 0;
      }
      int w3 = Salsa20.word(block, p + 12);
      int w0 = Salsa20.word(block, p);
      int w1 = Salsa20.word(block, p + 4);
      int w2 = Salsa20.word(block, p + 8);
      h0 += w0 & MASK;
      h1 += (w0 >>> 26 | w1 << 6) & MASK;
      h2 += (w1 >>> 20 | w2 << 12) & MASK;
      h3 += (w2 >>> 14 | w3 << 18) & MASK;
      h4 += w3 >>> 8 | top;
      long d0 = h0 * r0 + h1 * s4 + h2 * s3 + h3 * s2 + h4 * s1;
      long d1 = h0 * r1 + h1 * r0 + h2 * s4 + h3 * s3 + h4 * s2;
      long d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s4 + h4 * s3;
      long d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s4;
      long d4 = h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0;
      d1 += d0 >>> 26;
      d2 += d1 >>> 26;
      d3 += d2 >>> 26;
      d4 += d3 >>> 26;
      h0 = (d0 & MASK) + 5 * (d4 >>> 26);
      h1 = (d1 & MASK) + (h0 >>> 26);
      h0 &= MASK;
      h2 = d2 & MASK;
      h3 = d3 & MASK;
      h4 = d4 & MASK;
    }
    finish(tag, tagAt, new long[] {h0, h1, h2, h3, h4}, key);
  }

  private static void finish(byte[] tag, int at, long[] h, int[] key) {
    carry(h);
    carry(h);
    // h - p, which replaces h when it is not negative; chosen without a branch.
    long[] g = new long[5];
    long carry = 5;
    for (int i = 0; i < 5; i++) {
      g[i] = h[i] + carry;
      carry = g[i] >>> 26;
      g[i] &= MASK;
    }
    long mask = -carry;
    for (int i = 0; i < 5; i++) {
      h[i] = (h[i] & ~mask) | (g[i] & mask);
    }
    long[] words = {
      h[0] | h[1] << 26, h[1] >>> 6 | h[2] << 20, h[2] >>> 12 | h[3] << 14, h[3] >>> 18 | h[4] << 8
    };
    long sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += (words[i] & 0xffffffffL) + (key[4 + i] & 0xffffffffL);
      Salsa20.put(tag, at + 4 * i, (int) sum);
      sum >>>= 32;
    }
  }

  private static void carry(long[] h) {
    for (int i = 0; i < 4; i++) {
      h[i + 1] += h[i] >>> 26;
      h[i] &= MASK;
    }
    h[0] += 5 * (h[4] >>> 26);
    h[4] &= MASK;
  }
}
