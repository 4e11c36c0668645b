package org.polykern.agent.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.polykern.agent.runnerlink.OutputKind;

/**
 * The messages of one run in files of about a mebibyte, named by their first offset; the oldest can
 * be dropped. An entry is {@code u64 its own offset | u64 number of the runner's message | u8 kind
 * | u32 length | body}, so that no other place of a file passes for the start of one. What was
 * appended outlives this process; not more, since the run itself does not outlive the machine.
 * Guarded by the lock of KernelRuns.
 */
final class RunLog implements AutoCloseable {
  static final int SEGMENT_BYTES = 1 << 20;
  private static final int HEADER = 8 + 8 + 1 + 4;

  /** By their number in a file. */
  private static final List<OutputKind> KINDS =
      List.of(
          OutputKind.STDOUT,
          OutputKind.STDERR,
          OutputKind.MEDIA,
          OutputKind.HTML,
          OutputKind.WAITING_INPUT,
          OutputKind.CLEAN_FINISHED,
          OutputKind.BUILD_FINISHED,
          OutputKind.FINISHED);

  /** One message; {@code end} is the offset behind it. */
  static final class Entry {
    final long end;
    final long seq;
    final OutputKind kind;
    final byte[] body;

    Entry(long end, long seq, OutputKind kind, byte[] body) {
      this.end = end;
      this.seq = seq;
      this.kind = kind;
      this.body = body;
    }
  }

  /** An offset that is none of this log. */
  static final class BadOffsetException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private final Path directory;
  private final TreeMap<Long, Path> segments = new TreeMap<>();
  private @Nullable FileChannel last;
  private long end;

  private RunLog(Path directory) {
    this.directory = directory;
  }

  /** A new log in a directory that does not exist. */
  static RunLog create(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return new RunLog(directory);
  }

  /** What an earlier process left; an entry that it did not finish is cut off. */
  static RunLog open(Path directory, List<Entry> tails) throws IOException, BadOffsetException {
    var log = new RunLog(directory);
    try (var files = Files.newDirectoryStream(directory, "*.log")) {
      for (var file : files) {
        var name = file.getFileName().toString();
        log.segments.put(Long.parseLong(name.substring(0, 16), 16), file);
      }
    }
    if (!log.segments.isEmpty()) {
      log.end = log.segments.lastEntry().getKey();
      log.last =
          FileChannel.open(
              log.segments.lastEntry().getValue(),
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      log.findEnd(tails);
    }
    return log;
  }

  /** Walks the last segment, whose entries it adds to {@code tails}. */
  private void findEnd(List<Entry> tails) throws IOException, BadOffsetException {
    var channel = channel();
    var start = end;
    var size = channel.size();
    while (end - start + HEADER <= size) {
      var length = header(channel, start, end).getInt(17);
      if (end - start + HEADER + length > size) {
        break;
      }
      tails.add(entry(channel, start, end));
      end += HEADER + length;
    }
    channel.truncate(end - start);
  }

  /** Offset of the oldest entry that is kept. */
  long start() {
    return segments.isEmpty() ? end : segments.firstKey();
  }

  long end() {
    return end;
  }

  long bytes() {
    return end - start();
  }

  /** Appends an entry; after a failure the log is as it was. */
  void append(long seq, OutputKind kind, byte[] body) throws IOException {
    var channel = last;
    if (channel == null || end - segments.lastKey() >= SEGMENT_BYTES) {
      channel = nextSegment();
    }
    var header = ByteBuffer.allocate(HEADER);
    header.putLong(end).putLong(seq).put((byte) KINDS.indexOf(kind)).putInt(body.length).flip();
    var at = end - segments.lastKey();
    try {
      channel.position(at);
      var buffers = new ByteBuffer[] {header, ByteBuffer.wrap(body)};
      while (buffers[1].hasRemaining() || header.hasRemaining()) {
        channel.write(buffers);
      }
    } catch (IOException e) {
      channel.truncate(at);
      throw e;
    }
    end += HEADER + body.length;
  }

  /**
   * Entries from an offset on, as many as there are in about so many bytes, at least one where
   * there is one.
   *
   * @param from not before {@link #start}
   * @throws BadOffsetException when no entry begins or ends there
   */
  List<Entry> read(long from, int bytes) throws IOException, BadOffsetException {
    var entries = new ArrayList<Entry>();
    if (from < start() || from > end) {
      throw new BadOffsetException();
    }
    var at = from;
    while (at < end && at - from < bytes) {
      var segment = segments.floorEntry(at);
      if (segment.getKey().equals(segments.lastKey())) {
        at = readSegment(channel(), segment.getKey(), at, end, from + bytes, entries);
      } else {
        var next = segments.higherKey(at);
        try (var channel = FileChannel.open(segment.getValue(), StandardOpenOption.READ)) {
          at = readSegment(channel, segment.getKey(), at, next, from + bytes, entries);
        }
      }
    }
    return entries;
  }

  private static long readSegment(
      FileChannel channel, long start, long from, long end, long until, List<Entry> into)
      throws IOException, BadOffsetException {
    var at = from;
    while (at < end && at < until) {
      var entry = entry(channel, start, at);
      into.add(entry);
      at = entry.end;
    }
    return at;
  }

  private static Entry entry(FileChannel channel, long start, long at)
      throws IOException, BadOffsetException {
    var header = header(channel, start, at);
    var body = ByteBuffer.allocate(header.getInt(17));
    fill(channel, body, at - start + HEADER);
    return new Entry(
        at + HEADER + body.capacity(), header.getLong(8), KINDS.get(header.get(16)), body.array());
  }

  private static ByteBuffer header(FileChannel channel, long start, long at)
      throws IOException, BadOffsetException {
    var header = ByteBuffer.allocate(HEADER);
    fill(channel, header, at - start);
    var kind = header.get(16);
    if (header.getLong(0) != at || kind < 0 || kind >= KINDS.size()) {
      throw new BadOffsetException();
    }
    return header;
  }

  private static void fill(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException, BadOffsetException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new BadOffsetException();
      }
    }
    buffer.flip();
  }

  /** The end of the oldest segment; the end of the log when there is one segment or none. */
  long firstSegmentEnd() {
    var second = segments.isEmpty() ? null : segments.higherKey(segments.firstKey());
    return second == null ? end : second;
  }

  /** Drops the oldest segment, unless it is the only one. */
  void dropFirst() throws IOException {
    if (segments.size() > 1) {
      Map.Entry<Long, Path> first = segments.pollFirstEntry();
      Files.deleteIfExists(first.getValue());
    }
  }

  /** Removes everything. */
  void delete() throws IOException {
    close();
    for (var file : segments.values()) {
      Files.deleteIfExists(file);
    }
    segments.clear();
    try (var rest = Files.newDirectoryStream(directory)) {
      for (var file : rest) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(directory);
  }

  /** Gives the file handle back; nothing can be appended then, but in a new segment. */
  @Override
  public void close() throws IOException {
    var open = last;
    last = null;
    if (open != null) {
      open.close();
    }
  }

  private FileChannel nextSegment() throws IOException {
    var file = directory.resolve(String.format(java.util.Locale.ROOT, "%016x.log", end));
    var made =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    close();
    segments.put(end, file);
    last = made;
    return made;
  }

  private FileChannel channel() throws IOException {
    var open = last;
    if (open == null) {
      open =
          FileChannel.open(
              segments.lastEntry().getValue(), StandardOpenOption.READ, StandardOpenOption.WRITE);
      last = open;
    }
    return open;
  }
}
