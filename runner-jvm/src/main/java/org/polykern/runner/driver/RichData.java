package org.polykern.runner.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.language.PrivateDirectory;
import org.polykern.runner.text.Utf8Repair;

/**
 * Makes messages of a driver's rich data: HTML, and the body of a {@code media} message, {@code
 * {"type", "data"}}, where binary data becomes a data URI. All works on slices, so that it takes no
 * more memory than the data and the message.
 */
final class RichData {
  /** What a frame may hold, and a message. */
  static final int MAX_BYTES = 8 * 1024 * 1024;

  /** What a message may have around its data. */
  private static final int MAX_FRAME_OF_DATA = 1024;

  /** A multiple of three, so that the base64 of slices is that of the whole. */
  private static final int SLICE_BYTES = 48 * 1024;

  private static final int LONGEST_TYPE = 200;
  private static final int LONGEST_PATH = 4096;
  private static final Pattern MIME_TYPE =
      Pattern.compile("[\\w.+-]+/[\\w.+-]+(\\s*;[ -~&&[^\"\\\\]]*)?");

  /** Thrown for data that cannot be shown; the message is a sentence for the user. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  private RichData() {}

  static RefusedException tooLarge(String what, long bytes) {
    return new RefusedException(
        what
            + " of "
            + bytes
            + " bytes was dropped: expected at most "
            + MAX_BYTES
            + ". Show less, or write it to a file.");
  }

  /** The message for a frame {@code h}. */
  static ByteBuffer html(ByteBuffer body) throws RefusedException {
    int[] length = {0};
    eachValid(body, piece -> length[0] += piece.remaining());
    ByteBuffer message = message(length[0]);
    eachValid(body, message::put);
    return message.flip();
  }

  /** The message for a frame {@code m}: a MIME type, LF, text or base64. */
  static ByteBuffer ofFrame(ByteBuffer body) throws RefusedException {
    String type = type(body);
    ByteBuffer data = body.slice();
    return isText(type) ? text(type, data) : uri(type, data);
  }

  /**
   * The message for a frame {@code M}: a MIME type, LF, a path below {@code directory}. The file is
   * removed.
   */
  static ByteBuffer ofFile(ByteBuffer body, PrivateDirectory directory) throws IOException {
    String type = type(body);
    Path file = below(directory.path(), body);
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new RefusedException(
            "Expected a file of " + type + " at " + file + ", but there is none.");
      }
      ByteBuffer data = read(type, file);
      return isText(type) ? text(type, data) : binary(type, data);
    } finally {
      directory.remove(file);
    }
  }

  /** Whether the data of a MIME type is shown as text, not as a data URI. */
  static boolean isText(String type) {
    String plain = type.split(";", 2)[0].strip();
    return plain.startsWith("text/")
        || plain.equals("application/json")
        || plain.endsWith("+json")
        || plain.equals("image/svg+xml");
  }

  /** The MIME type, and the buffer placed behind its line. */
  private static String type(ByteBuffer body) throws RefusedException {
    int at = body.position();
    int end = at;
    while (end < body.limit() && body.get(end) != '\n') {
      end++;
    }
    String type =
        StandardCharsets.US_ASCII
            .decode(body.slice(at, Math.min(end - at, LONGEST_TYPE)))
            .toString()
            .strip();
    if (end == body.limit() || !MIME_TYPE.matcher(type).matches()) {
      throw new RefusedException("Expected a MIME type and a line end before data, but got none.");
    }
    body.position(end + 1);
    return type;
  }

  private static Path below(Path directory, ByteBuffer body) throws IOException {
    ByteBuffer path = body.slice(body.position(), Math.min(body.remaining(), LONGEST_PATH));
    String name = StandardCharsets.UTF_8.decode(path).toString().strip();
    if (name.indexOf(0) >= 0) {
      throw new RefusedException("Expected the path of a file, but it has a NUL character.");
    }
    // Of the resolved parent, so that no link on the way leads out; the last name is not followed.
    Path file = directory.resolve(name).normalize();
    Path parent = file.getParent();
    Path real = parent == null ? file : parent.toRealPath().resolve(file.getFileName());
    if (!real.startsWith(directory) || real.equals(directory)) {
      throw new RefusedException(
          "Expected data in a file below " + directory + ", but got " + name + ".");
    }
    return real;
  }

  private static ByteBuffer read(String type, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long size = channel.size();
      long limit = isText(type) ? MAX_BYTES : MAX_BYTES / 4 * 3;
      if (size > limit) {
        throw tooLarge("Data of type " + type, size);
      }
      ByteBuffer data = ByteBuffer.allocate((int) size);
      int n = 0;
      while (n >= 0 && data.hasRemaining()) {
        // In slices: the JDK reads through a buffer outside the heap that is as large.
        n = channel.read(slice(data, data.position()));
        data.position(data.position() + Math.max(n, 0));
      }
      return data.flip();
    }
  }

  private static ByteBuffer text(String type, ByteBuffer data) throws RefusedException {
    byte[] start = ascii("{\"type\": " + JsonText.of(type) + ", \"data\": \"");
    int[] length = {0};
    eachValid(data, piece -> length[0] += JsonBytes.length(piece));
    ByteBuffer json = message(start.length + length[0] + 2).put(start);
    eachValid(data, piece -> JsonBytes.write(json, piece));
    return json.put(ascii("\"}")).flip();
  }

  /** A data URI of base64 text; its line ends and whatever would break out of the JSON are left. */
  private static ByteBuffer uri(String type, ByteBuffer base64) throws RefusedException {
    byte[] start = startOfUri(type);
    ByteBuffer json = message(start.length + base64.remaining() + 2).put(start);
    while (base64.hasRemaining()) {
      byte b = base64.get();
      if (b > ' ' && b != '"' && b != '\\') {
        json.put(b);
      }
    }
    return json.put(ascii("\"}")).flip();
  }

  private static ByteBuffer binary(String type, ByteBuffer data) throws RefusedException {
    byte[] start = startOfUri(type);
    int length = Math.ceilDiv(data.remaining(), 3) * 4;
    ByteBuffer json = message(start.length + length + 2).put(start);
    for (int at = 0; at < data.limit(); at += SLICE_BYTES) {
      json.put(Base64.getEncoder().encode(slice(data, at)));
    }
    return json.put(ascii("\"}")).flip();
  }

  private static byte[] startOfUri(String type) {
    return ascii("{\"type\": " + JsonText.of(type) + ", \"data\": \"data:" + type + ";base64,");
  }

  private static ByteBuffer message(int length) throws RefusedException {
    if (length > MAX_BYTES + MAX_FRAME_OF_DATA) {
      throw tooLarge("A message", length);
    }
    return ByteBuffer.allocate(length);
  }

  /** Hands over the data as valid UTF-8, piece by piece; the buffer's position does not change. */
  private static void eachValid(ByteBuffer data, Consumer<ByteBuffer> taker) {
    Utf8Repair repair = new Utf8Repair();
    for (int at = data.position(); at < data.limit(); at += SLICE_BYTES) {
      taker.accept(repair.feed(slice(data, at)));
    }
    taker.accept(repair.end());
  }

  private static ByteBuffer slice(ByteBuffer data, int at) {
    return data.slice(at, Math.min(SLICE_BYTES, data.limit() - at));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
