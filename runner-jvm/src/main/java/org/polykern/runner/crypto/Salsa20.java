package org.polykern.runner.crypto;

/** The Salsa20 core, HSalsa20, and XOR with the XSalsa20 key stream. */
final class Salsa20 {
  static final int BLOCK_BYTES = 64;

  private static final int[] SIGMA = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

  private final int[] input = new int[16];
  private final int[] output = new int[16];

  /** The key stream of XSalsa20 from its beginning. */
  Salsa20(byte[] key, byte[] nonce) {
    byte[] subkey = hash(key, nonce);
    key(subkey);
    input[6] = word(nonce, 16);
    input[7] = word(nonce, 20);
  }

  private Salsa20() {}

  /** HSalsa20: a key of 32 bytes from a key and 16 bytes. */
  static byte[] hash(byte[] key, byte[] bytes) {
    Salsa20 core = new Salsa20();
    core.key(key);
    for (int i = 0; i < 4; i++) {
      core.input[6 + i] = word(bytes, 4 * i);
    }
    core.rounds();
    byte[] result = new byte[32];
    for (int i = 0; i < 4; i++) {
      put(result, 4 * i, core.output[5 * i]);
      put(result, 16 + 4 * i, core.output[6 + i]);
    }
    return result;
  }

  /** The next 64 bytes of the key stream. */
  int[] nextBlock() {
    rounds();
    for (int i = 0; i < 16; i++) {
      output[i] += input[i];
    }
    if (++input[8] == 0) {
      input[9]++;
    }
    return output;
  }

  /** XORs {@code in} from {@code from} to {@code to} with the key stream into {@code out}. */
  void xor(byte[] out, byte[] in, int from, int to) {
    int at = from;
    for (; at + BLOCK_BYTES <= to; at += BLOCK_BYTES) {
      int[] block = nextBlock();
      for (int i = 0, p = at; i < 16; i++, p += 4) {
        int w = block[i];
        out[p + 3] = (byte) (in[p + 3] ^ w >>> 24);
        out[p] = (byte) (in[p] ^ w);
        out[p + 1] = (byte) (in[p + 1] ^ w >>> 8);
        out[p + 2] = (byte) (in[p + 2] ^ w >>> 16);
      }
    }
    if (at < to) {
      int[] block = nextBlock();
      for (int i = 0; at < to; i++, at++) {
        out[at] = (byte) (in[at] ^ block[i >> 2] >>> (8 * (i & 3)));
      }
    }
  }

  static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | bytes[at + 3] << 24;
  }

  static void put(byte[] bytes, int at, int word) {
    bytes[at] = (byte) word;
    bytes[at + 1] = (byte) (word >>> 8);
    bytes[at + 2] = (byte) (word >>> 16);
    bytes[at + 3] = (byte) (word >>> 24);
  }

  private void key(byte[] key) {
    for (int i = 0; i < 4; i++) {
      input[5 * i] = SIGMA[i];
      input[1 + i] = word(key, 4 * i);
      input[11 + i] = word(key, 16 + 4 * i);
    }
  }

  /** Ten double rounds of {@code input} into {@code output}, without the final addition. */
  private void rounds() {
    int[] s = input;
    int a = s[0], b = s[1], c = s[2], d = s[3];
    int e = s[4], f = s[5], g = s[6], h = s[7];
    int i = s[8], j = s[9], k = s[10], l = s[11];
    int m = s[12], n = s[13], o = s[14], p = s[15];
    for (int round = 0; round < 10; round++) {
      e ^= Integer.rotateLeft(a + m, 7);
      i ^= Integer.rotateLeft(e + a, 9);
      m ^= Integer.rotateLeft(i + e, 13);
      a ^= Integer.rotateLeft(m + i, 18);
      j ^= Integer.rotateLeft(f + b, 7);
      n ^= Integer.rotateLeft(j + f, 9);
      b ^= Integer.rotateLeft(n + j, 13);
      f ^= Integer.rotateLeft(b + n, 18);
      o ^= Integer.rotateLeft(k + g, 7);
      c ^= Integer.rotateLeft(o + k, 9);
      g ^= Integer.rotateLeft(c + o, 13);
      k ^= Integer.rotateLeft(g + c, 18);
      d ^= Integer.rotateLeft(p + l, 7);
      h ^= Integer.rotateLeft(d + p, 9);
      l ^= Integer.rotateLeft(h + d, 13);
      p ^= Integer.rotateLeft(l + h, 18);
      b ^= Integer.rotateLeft(a + d, 7);
      c ^= Integer.rotateLeft(b + a, 9);
      d ^= Integer.rotateLeft(c + b, 13);
      a ^= Integer.rotateLeft(d + c, 18);
      g ^= Integer.rotateLeft(f + e, 7);
      h ^= Integer.rotateLeft(g + f, 9);
      e ^= Integer.rotateLeft(h + g, 13);
      f ^= Integer.rotateLeft(e + h, 18);
      l ^= Integer.rotateLeft(k + j, 7);
      i ^= Integer.rotateLeft(l + k, 9);
      j ^= Integer.rotateLeft(i + l, 13);
      k ^= Integer.rotateLeft(j + i, 18);
      m ^= Integer.rotateLeft(p + o, 7);
      n ^= Integer.rotateLeft(m + p, 9);
      o ^= Integer.rotateLeft(n + m, 13);
      p ^= Integer.rotateLeft(o + n, 18);
    }
    int[] t = output;
    t[0] = a;
    t[1] = b;
    t[2] = c;
    t[3] = d;
    t[4] = e;
    t[5] = f;
    t[6] = g;
    t[7] = h;
    t[8] = i;
    t[9] = j;
    t[10] = k;
    t[11] = l;
    t[12] = m;
    t[13] = n;
    t[14] = o;
    t[15] = p;
  }
}
