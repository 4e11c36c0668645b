package org.polykern.runner.crypto;

import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLClassLoader;

/** The jnacl library itself, in a class loader of its own, since this module takes its names. */
final class Original {
  private static final String PACKAGE = "com.neilalexander.jnacl.";
  private static final URLClassLoader LOADER = loader();

  private Original() {}

  static int seal(byte[] box, byte[] message, byte[] nonce, byte[] key) throws Exception {
    return (int)
        LOADER
            .loadClass(PACKAGE + "crypto.xsalsa20poly1305")
            .getMethod(
                "crypto_secretbox",
                byte[].class,
                byte[].class,
                long.class,
                byte[].class,
                byte[].class)
            .invoke(null, box, message, (long) message.length, nonce, key);
  }

  static byte[] shared(byte[] publicKey, byte[] secret) throws Exception {
    byte[] shared = new byte[32];
    LOADER
        .loadClass(PACKAGE + "crypto.curve25519xsalsa20poly1305")
        .getMethod("crypto_box_beforenm", byte[].class, byte[].class, byte[].class)
        .invoke(null, shared, publicKey, secret);
    return shared;
  }

  private static URLClassLoader loader() {
    try {
      // A class that only the library has leads to its jar.
      URL found = Original.class.getResource("/com/neilalexander/jnacl/NaCl.class");
      URL jar = ((JarURLConnection) found.openConnection()).getJarFileURL();
      return new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
