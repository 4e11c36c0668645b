package org.polykern.agent.kernel;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Private keys for the SSH servers of sessions, Ed25519 in OpenSSH's own format. One is always made
 * ahead: the first takes the JVM a third of a second, and any of them half a millisecond.
 */
final class ContainerKey {
  private static final String TYPE = "ssh-ed25519";
  private static final int KEY_BYTES = 32;
  private static final int BLOCK = 8;
  private static final int LINE = 70;

  private final SecureRandom random = new SecureRandom();
  private final AtomicReference<CompletableFuture<String>> ready =
      new AtomicReference<>(CompletableFuture.supplyAsync(this::make));

  /** The text of a file; no two calls get the same key. */
  String take() {
    return ready.getAndSet(CompletableFuture.supplyAsync(this::make)).join();
  }

  private String make() {
    try {
      var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      var encoded = pair.getPublic().getEncoded();
      var open = Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
      var secret = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      return armoured(container(open, secret));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // Every JDK has Ed25519.
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail.
    }
  }

  /**
   * Neither a cipher nor a way from a password to its key, one key, its public and private half.
   */
  private byte[] container(byte[] open, byte[] secret) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeBytes("openssh-key-v1\0");
    string(out, "none".getBytes(StandardCharsets.US_ASCII));
    string(out, "none".getBytes(StandardCharsets.US_ASCII));
    string(out, new byte[0]);
    out.writeInt(1);
    string(out, publicHalf(open));
    string(out, privateHalf(open, secret));
    return bytes.toByteArray();
  }

  private static byte[] publicHalf(byte[] open) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    string(out, TYPE.getBytes(StandardCharsets.US_ASCII));
    string(out, open);
    return bytes.toByteArray();
  }

  private byte[] privateHalf(byte[] open, byte[] secret) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    // The same number twice: who decrypts wrongly reads two.
    int check = random.nextInt();
    out.writeInt(check);
    out.writeInt(check);
    out.write(publicHalf(open));
    out.writeInt(2 * KEY_BYTES);
    out.write(secret);
    out.write(open);
    string(out, "work".getBytes(StandardCharsets.US_ASCII));
    for (int i = 1; bytes.size() % BLOCK != 0; i++) {
      out.write(i);
    }
    return bytes.toByteArray();
  }

  private static void string(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String armoured(byte[] container) {
    var lines = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(container);
    return "-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n-----END OPENSSH PRIVATE KEY-----\n"
        .formatted(lines);
  }
}
