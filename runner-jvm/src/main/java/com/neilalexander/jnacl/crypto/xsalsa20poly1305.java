package com.neilalexander.jnacl.crypto;

import org.polykern.runner.crypto.SecretBox;

/** NaCl's secretbox, as JeroMQ calls it. */
public final class xsalsa20poly1305 {
  private xsalsa20poly1305() {}

  /** Encrypts {@code m} into {@code c}; 0, or -1 if it is too short. */
  public static int crypto_secretbox(byte[] c, byte[] m, long length, byte[] n, byte[] k) {
    return SecretBox.seal(c, m, Math.toIntExact(length), n, k) ? 0 : -1;
  }

  /** Decrypts {@code c} into {@code m}; 0, or -1 if it is forged or too short. */
  public static int crypto_secretbox_open(byte[] m, byte[] c, long length, byte[] n, byte[] k) {
    return SecretBox.open(m, c, Math.toIntExact(length), n, k) ? 0 : -1;
  }
}
