package org.polykern.common.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM of short texts (NIST SP 800-38D; 96-bit random nonce before the ciphertext). API
 * secrets must be readable to verify HMAC signatures, so they are encrypted, not hashed.
 */
public final class SecretBox {
  public static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  /** Throws IllegalArgumentException unless the key has exactly 32 bytes. */
  public SecretBox(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "Expected a key of " + KEY_BYTES + " bytes, but got " + key.length);
    }
    this.key = new SecretKeySpec(key.clone(), "AES");
  }

  public byte[] seal(String text) {
    var nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    var sealed = apply(Cipher.ENCRYPT_MODE, nonce, text.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
  }

  /** Throws IllegalStateException when the text was sealed with another key or was changed. */
  public String open(byte[] sealed) {
    var nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    var body = Arrays.copyOfRange(sealed, NONCE_BYTES, sealed.length);
    return new String(apply(Cipher.DECRYPT_MODE, nonce, body), StandardCharsets.UTF_8);
  }

  private byte[] apply(int mode, byte[] nonce, byte[] input) {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "Cannot decrypt a stored secret: is the key file of this data directory the right one?",
          e);
    }
  }
}
