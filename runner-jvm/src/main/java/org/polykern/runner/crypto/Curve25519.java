package org.polykern.runner.crypto;

/**
 * X25519 (RFC 7748): multiplication of a point by a scalar, in time that does not depend on either.
 */
public final class Curve25519 {
  /** Bytes of a scalar and of a point. */
  public static final int BYTES = 32;

  private static final int A24 = 121_665;

  private Curve25519() {}

  /** The public key of a secret key. */
  public static byte[] publicKey(byte[] secret) {
    byte[] base = new byte[BYTES];
    base[0] = 9;
    return multiply(secret, base);
  }

  /** The point {@code scalar * point}; both little-endian, 32 bytes. */
  public static byte[] multiply(byte[] scalar, byte[] point) {
    byte[] k = scalar.clone();
    k[0] &= (byte) 248;
    k[31] = (byte) ((k[31] & 127) | 64);
    Field25519 x1 = Field25519.decode(point);
    Field25519 x2 = Field25519.one();
    Field25519 z2 = new Field25519();
    Field25519 x3 = x1.copy();
    Field25519 z3 = Field25519.one();
    Field25519[] t = {new Field25519(), new Field25519(), new Field25519(), new Field25519()};
    int swapped = 0;
    for (int bit = 254; bit >= 0; bit--) {
      int set = k[bit >> 3] >> (bit & 7) & 1;
      Field25519.swapIf(swapped ^ set, x2, x3);
      Field25519.swapIf(swapped ^ set, z2, z3);
      swapped = set;
      step(x1, x2, z2, x3, z3, t);
    }
    Field25519.swapIf(swapped, x2, x3);
    Field25519.swapIf(swapped, z2, z3);
    z2.invert();
    x2.multiply(x2, z2);
    return x2.encode();
  }

  /** One rung of the Montgomery ladder. */
  private static void step(
      Field25519 x1, Field25519 x2, Field25519 z2, Field25519 x3, Field25519 z3, Field25519[] t) {
    Field25519 a = t[0];
    Field25519 b = t[1];
    Field25519 c = t[2];
    Field25519 d = t[3];
    a.add(x2, z2);
    b.subtract(x2, z2);
    c.add(x3, z3);
    d.subtract(x3, z3);
    d.multiply(d, a);
    c.multiply(c, b);
    a.multiply(a, a);
    b.multiply(b, b);
    x3.add(d, c);
    x3.multiply(x3, x3);
    z3.subtract(d, c);
    z3.multiply(z3, z3);
    z3.multiply(z3, x1);
    x2.multiply(a, b);
    b.subtract(a, b);
    z2.multiplySmall(b, A24);
    z2.add(z2, a);
    z2.multiply(z2, b);
  }
}
