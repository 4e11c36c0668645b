package com.neilalexander.jnacl.crypto;

import java.security.SecureRandom;
import org.polykern.runner.crypto.Curve25519;
import org.polykern.runner.crypto.SecretBox;
import org.polykern.runner.crypto.SharedKey;

/** NaCl's box, as JeroMQ calls it. */
public final class curve25519xsalsa20poly1305 {
  private curve25519xsalsa20poly1305() {}

  /** Writes the public key of {@code secret} into {@code publicKey}. */
  public static int crypto_box_getpublickey(byte[] publicKey, byte[] secret) {
    System.arraycopy(Curve25519.publicKey(secret), 0, publicKey, 0, Curve25519.BYTES);
    return 0;
  }

  /** Makes a key pair. */
  public static int crypto_box_keypair(byte[] publicKey, byte[] secret) {
    new SecureRandom().nextBytes(secret);
    return crypto_box_getpublickey(publicKey, secret);
  }

  /** Writes the key that both ends share into {@code shared}. */
  public static int crypto_box_beforenm(byte[] shared, byte[] publicKey, byte[] secret) {
    byte[] key = SharedKey.of(publicKey, secret);
    System.arraycopy(key, 0, shared, 0, key.length);
    return 0;
  }

  /** Encrypts with a shared key. */
  public static int crypto_box_afternm(byte[] c, byte[] m, long length, byte[] n, byte[] shared) {
    return SecretBox.seal(c, m, Math.toIntExact(length), n, shared) ? 0 : -1;
  }

  /** Decrypts with a shared key; -1 if the box is forged. */
  public static int crypto_box_open_afternm(
      byte[] m, byte[] c, long length, byte[] n, byte[] shared) {
    return SecretBox.open(m, c, Math.toIntExact(length), n, shared) ? 0 : -1;
  }

  /** Encrypts for a public key. */
  public static int crypto_box(
      byte[] c, byte[] m, long length, byte[] n, byte[] publicKey, byte[] secret) {
    return crypto_box_afternm(c, m, length, n, SharedKey.of(publicKey, secret));
  }

  /** Decrypts what a public key's holder encrypted; -1 if the box is forged. */
  public static int crypto_box_open(
      byte[] m, byte[] c, long length, byte[] n, byte[] publicKey, byte[] secret) {
    return crypto_box_open_afternm(m, c, length, n, SharedKey.of(publicKey, secret));
  }
}
