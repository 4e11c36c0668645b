package org.polykern.runner.crypto;

/** The key that two holders of key pairs share. */
public final class SharedKey {
  private static final byte[] ZEROS = new byte[16];

  private SharedKey() {}

  /** The shared key of one end's public key and the other end's secret key. */
  public static byte[] of(byte[] publicKey, byte[] secret) {
    return Salsa20.hash(Curve25519.multiply(secret, publicKey), ZEROS);
  }
}
