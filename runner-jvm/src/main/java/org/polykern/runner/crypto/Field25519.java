package org.polykern.runner.crypto;

/**
 * A number modulo 2^255 - 19 in ten limbs of alternately 26 and 25 bits, each in a long.
 *
 * <p>After a multiplication the limbs are reduced; one addition or subtraction of reduced numbers
 * may follow before the next multiplication, so that no sum of products leaves 63 bits. Limbs may
 * be negative in between.
 */
final class Field25519 {
  private static final int LIMBS = 10;

  private final long[] limbs = new long[LIMBS];
  private final long[] doubled = new long[LIMBS];
  private final long[] products = new long[2 * LIMBS - 1];

  static Field25519 one() {
    Field25519 one = new Field25519();
    one.limbs[0] = 1;
    return one;
  }

  /** Reads 32 little-endian bytes; the highest bit is ignored. */
  static Field25519 decode(byte[] bytes) {
    Field25519 number = new Field25519();
    for (int limb = 0, bit = 0; limb < LIMBS; bit += width(limb++)) {
      long value = 0;
      for (int i = 0; i < 5 && (bit >> 3) + i < bytes.length; i++) {
        value |= (bytes[(bit >> 3) + i] & 0xffL) << (8 * i);
      }
      number.limbs[limb] = value >> (bit & 7) & ((1L << width(limb)) - 1);
    }
    return number;
  }

  Field25519 copy() {
    Field25519 copy = new Field25519();
    System.arraycopy(limbs, 0, copy.limbs, 0, LIMBS);
    return copy;
  }

  /** Swaps two numbers if {@code bit} is 1, doing the same work if it is 0. */
  static void swapIf(int bit, Field25519 a, Field25519 b) {
    long mask = -(long) bit;
    for (int i = 0; i < LIMBS; i++) {
      long difference = mask & (a.limbs[i] ^ b.limbs[i]);
      a.limbs[i] ^= difference;
      b.limbs[i] ^= difference;
    }
  }

  void add(Field25519 a, Field25519 b) {
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] = a.limbs[i] + b.limbs[i];
    }
  }

  void subtract(Field25519 a, Field25519 b) {
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] = a.limbs[i] - b.limbs[i];
    }
  }

  /** Sets this to {@code a * b}; either may be this. */
  void multiply(Field25519 a, Field25519 b) {
    long[] f = a.limbs;
    long[] even = b.limbs;
    long[] odd = doubled;
    long[] t = products;
    for (int i = 0; i < LIMBS; i++) {
      // Two odd limbs weigh half a bit each less than their place says.
      odd[i] = (i & 1) == 0 ? even[i] : 2 * even[i];
    }
    java.util.Arrays.fill(t, 0);
    for (int i = 0; i < LIMBS; i++) {
      long factor = f[i];
      long[] g = (i & 1) == 0 ? even : odd;
      for (int j = 0; j < LIMBS; j++) {
        t[i + j] += factor * g[j];
      }
    }
    for (int i = 0; i < LIMBS - 1; i++) {
      t[i] += 19 * t[i + LIMBS];
    }
    reduce(t);
  }

  /** Sets this to {@code a * factor} for a factor of at most 17 bits. */
  void multiplySmall(Field25519 a, int factor) {
    for (int i = 0; i < LIMBS; i++) {
      products[i] = a.limbs[i] * factor;
    }
    reduce(products);
  }

  /** Sets this to its inverse: its power 2^255 - 21. */
  void invert() {
    Field25519 base = copy();
    Field25519 result = copy();
    for (int bit = 253; bit >= 0; bit--) {
      result.multiply(result, result);
      if (bit != 2 && bit != 4) {
        result.multiply(result, base);
      }
    }
    System.arraycopy(result.limbs, 0, limbs, 0, LIMBS);
  }

  /** The one representation below the modulus, in 32 little-endian bytes. */
  byte[] encode() {
    System.arraycopy(limbs, 0, products, 0, LIMBS);
    reduce(products);
    // How often the modulus fits: the carry out of the top when 19 is added at the bottom.
    long carry = 19;
    for (int i = 0; i < LIMBS; i++) {
      carry = (limbs[i] + carry) >> width(i);
    }
    limbs[0] += 19 * carry;
    byte[] bytes = new byte[Curve25519.BYTES];
    carry = 0;
    for (int i = 0, bit = 0; i < LIMBS; bit += width(i++)) {
      long value = limbs[i] + carry;
      carry = value >> width(i);
      value = (value & ((1L << width(i)) - 1)) << (bit & 7);
      for (int at = bit >> 3; value != 0; at++, value >>>= 8) {
        bytes[at] |= (byte) value;
      }
    }
    return bytes;
  }

  private void reduce(long[] t) {
    for (int i = 0; i < LIMBS - 1; i++) {
      long carry = t[i] >> width(i);
      t[i + 1] += carry;
      t[i] -= carry << width(i);
    }
    long carry = t[9] >> 25;
    t[9] -= carry << 25;
    t[0] += 19 * carry;
    carry = t[0] >> 26;
    t[0] -= carry << 26;
    t[1] += carry;
    System.arraycopy(t, 0, limbs, 0, LIMBS);
  }

  private static int width(int limb) {
    return 26 - (limb & 1);
  }
}
