package org.polykern.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Many bytes that both ends know: mebibytes that differ in their first eight bytes. */
final class Bulk {
  private static final int BLOCK = 1 << 20;

  private Bulk() {}

  /** A program that takes them until the end of its input, or sends them. */
  static String server(int port) {
    return """
    import hashlib, socket
    block = bytes(i * 7 % 251 for i in range(1 << 20))
    server = socket.create_server(('', PORT))
    print('listening', flush=True)
    while True:
        peer, _ = server.accept()
        with peer:
            if peer.recv(1) == b'D':
                for i in range(int.from_bytes(peer.recv(4, socket.MSG_WAITALL), 'big')):
                    peer.sendall(i.to_bytes(8, 'big') + block[8:])
            else:
                digest = hashlib.sha256()
                while data := peer.recv(1 << 18):
                    digest.update(data)
                peer.sendall(digest.hexdigest().encode())
    """
        .replace("PORT", String.valueOf(port));
  }

  private static byte[] block() {
    byte[] block = new byte[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      block[i] = (byte) (i * 7L % 251);
    }
    return block;
  }

  /** SHA-256 of so many. */
  static String digest(int mebibytes) {
    MessageDigest digest = sha256();
    byte[] block = block();
    for (int i = 0; i < mebibytes; i++) {
      digest.update(ByteBuffer.wrap(block).putLong(0, i).array());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Sends them and the end; what the other side says it got. */
  static String upload(Socket socket, int mebibytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write('U');
    byte[] block = block();
    for (int i = 0; i < mebibytes; i++) {
      out.write(ByteBuffer.wrap(block).putLong(0, i).array());
    }
    socket.shutdownOutput();
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  /** SHA-256 of what comes until the end. */
  static String download(Socket socket, int mebibytes) throws IOException {
    socket
        .getOutputStream()
        .write(ByteBuffer.allocate(5).put((byte) 'D').putInt(mebibytes).array());
    MessageDigest digest = sha256();
    InputStream in = socket.getInputStream();
    byte[] chunk = new byte[1 << 18];
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
      digest.update(chunk, 0, n);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
