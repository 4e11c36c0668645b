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
import java.util.regex.Pattern;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.language.PrivateDirectory;
import org.polykern.runner.text.Utf8Repair;

/**
 * Makes the body of a {@code media} message, {@code {"type", "data"}}, of a driver's frame. Binary
 * data becomes a data URI.
 */
final class RichData {
  /** What a frame may hold; the message is at most twice that, text of control characters aside. */
  static final int MAX_BYTES = 8 * 1024 * 1024;

  private static final int LONGEST_TYPE = 200;
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

  /** The message for a frame {@code m}: a MIME type, LF, text or base64. */
  static ByteBuffer ofFrame(ByteBuffer body) throws RefusedException {
    String type = type(body);
    ByteBuffer data = body.slice();
    if (!isText(type)) {
      return binary(type, base64(data));
    }
    return text(type, data);
  }

  /**
   * The message for a frame {@code M}: a MIME type, LF, a path below {@code directory}. The file is
   * removed.
   */
  static ByteBuffer ofFile(ByteBuffer body, PrivateDirectory directory) throws IOException {
    String type = type(body);
    Path file = below(directory.path(), StandardCharsets.UTF_8.decode(body).toString().strip());
    try {
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new RefusedException(
            "Expected a file of " + type + " at " + file + ", but there is none.");
      }
      ByteBuffer data = read(type, file);
      return isText(type) ? text(type, data) : binary(type, Base64.getEncoder().encode(data));
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

  private static Path below(Path directory, String name) throws IOException {
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
      while (data.hasRemaining() && channel.read(data) >= 0) {}
      return data.flip();
    }
  }

  /** Base64 without its line ends and whatever else would break out of the JSON text. */
  private static ByteBuffer base64(ByteBuffer text) {
    byte[] kept = new byte[text.remaining()];
    int n = 0;
    while (text.hasRemaining()) {
      byte b = text.get();
      if (b > ' ' && b != '"' && b != '\\') {
        kept[n++] = b;
      }
    }
    return ByteBuffer.wrap(kept, 0, n);
  }

  private static ByteBuffer text(String type, ByteBuffer data) {
    ByteBuffer valid = Utf8Repair.whole(data);
    byte[] start = ascii("{\"type\": " + JsonText.of(type) + ", \"data\": \"");
    ByteBuffer json = ByteBuffer.allocate(start.length + JsonBytes.length(valid) + 2);
    json.put(start);
    JsonBytes.write(json, valid);
    return json.put(ascii("\"}")).flip();
  }

  private static ByteBuffer binary(String type, ByteBuffer base64) {
    byte[] start =
        ascii("{\"type\": " + JsonText.of(type) + ", \"data\": \"data:" + type + ";base64,");
    ByteBuffer json = ByteBuffer.allocate(start.length + base64.remaining() + 2);
    return json.put(start).put(base64).put(ascii("\"}")).flip();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
