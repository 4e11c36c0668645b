package org.polykern.agent.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import org.polykern.common.bus.FileCommand;

/** What {@code stat} says. */
record FileFacts(int mode, int uid, long size, FileTime changed, FileTime modified, FileTime read) {
  private static final int TYPE_MASK = 0170000;
  private static final String ATTRIBUTES =
      "unix:mode,uid,size,ctime,lastModifiedTime,lastAccessTime";

  /** What sort of thing it is, and the letter that {@code ls} shows. */
  enum Type {
    DIRECTORY(0040000, 'd'),
    REGULAR(0100000, '-'),
    LINK(0120000, 'l'),
    FIFO(0010000, 'p'),
    SOCKET(0140000, 's'),
    CHARACTER_DEVICE(0020000, 'c'),
    BLOCK_DEVICE(0060000, 'b');

    private final int bits;
    private final char letter;

    Type(int bits, char letter) {
      this.bits = bits;
      this.letter = letter;
    }
  }

  static FileFacts of(Path path, LinkOption... options) throws IOException {
    var all = Files.readAttributes(path, ATTRIBUTES, options);
    return new FileFacts(
        (int) value(all, "mode"),
        (int) value(all, "uid"),
        (long) value(all, "size"),
        (FileTime) value(all, "ctime"),
        (FileTime) value(all, "lastModifiedTime"),
        (FileTime) value(all, "lastAccessTime"));
  }

  Type type() {
    for (var type : Type.values()) {
      if (type.bits == (mode & TYPE_MASK)) {
        return type;
      }
    }
    throw new IllegalStateException("Expected a known type of file, but got mode " + mode);
  }

  int permissions() {
    return mode & 07777;
  }

  FileCommand.Entry entry(String name) {
    return new FileCommand.Entry(
        name, modeText(), size, seconds(changed), seconds(modified), seconds(read));
  }

  private String modeText() {
    var text = new StringBuilder().append(type().letter);
    for (var bit = 8; bit >= 0; bit--) {
      text.append((mode >> bit & 1) == 1 ? "rwx".charAt(2 - bit % 3) : '-');
    }
    return text.toString();
  }

  private static double seconds(FileTime time) {
    return time.toMillis() / 1000.0;
  }

  private static Object value(Map<String, Object> all, String name) {
    return Objects.requireNonNull(all.get(name), name);
  }
}
