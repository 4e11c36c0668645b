package org.polykern.runner.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out from {@code /proc} whether a program or a descendant of it is blocked in reading a
 * pipe. What ends or changes while it is looked at is taken as not waiting: the next look tells.
 */
final class BlockedReaders {
  /** A program with more threads than this is not asking anybody anything. */
  private static final int MAX_THREADS = 1024;

  private static final int MAX_DESCRIPTORS = 1024;
  private static final int POLLFD_BYTES = 8;
  private static final int READABLE = 1;

  /** The name that libpk-stdio gives a thread in {@code getpass}. */
  private static final String PASSWORD_THREAD = "pk-password";

  /** A line of an epoll descriptor's fdinfo: descriptor, events in hexadecimal digits. */
  private static final Pattern WATCHED =
      Pattern.compile("tfd:\\s*(\\d+)\\s+events:\\s*([0-9a-f]+)");

  private final Family family;
  private final String pipe;
  private final SystemCalls calls = new SystemCalls(System.getProperty("os.arch", ""));

  /**
   * Looks at a program.
   *
   * @param pid its process id
   * @param pipe name of the pipe in {@code /proc/PID/fd}
   */
  BlockedReaders(long pid, String pipe) {
    this.family = new Family(pid);
    this.pipe = pipe;
  }

  Waiting look() {
    int count = 0;
    for (Path process : family.members()) {
      for (Path thread : Family.threads(process)) {
        if (count++ == MAX_THREADS) {
          return Waiting.NOBODY;
        }
        if (waits(process, thread)) {
          String name = Family.text(thread.resolve("comm")).strip();
          return name.equals(PASSWORD_THREAD) ? Waiting.FOR_PASSWORD : Waiting.FOR_LINE;
        }
      }
    }
    return Waiting.NOBODY;
  }

  /** Something has happened: there may be other processes than at the last look. */
  void stir() {
    family.stir();
  }

  private boolean waits(Path process, Path thread) {
    String call;
    try {
      call = Files.readString(thread.resolve("syscall"));
    } catch (IOException e) {
      // Not allowed to see it, or a kernel without this file.
      return Family.text(thread.resolve("wchan")).contains("pipe_read") && isPipe(process, 0);
    }
    // "running", or "-1 ..." for a thread that is stopped outside of a call, or the arguments.
    String[] words = call.strip().split(" ", -1);
    if (words.length < 4) {
      return false;
    }
    try {
      return switch (calls.kind(Long.parseLong(words[0]))) {
        case READ -> isPipe(process, Long.decode(words[1]));
        case POLL -> polls(process, Long.decode(words[1]), Long.decode(words[2]));
        case SELECT -> selects(process, Long.decode(words[1]), Long.decode(words[2]));
        case EPOLL -> watches(process, Long.decode(words[1]));
        case OTHER -> false;
      };
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }

  private boolean polls(Path process, long address, long count) throws IOException {
    int length = Math.clamp(count, 0, MAX_DESCRIPTORS);
    ByteBuffer array = memory(process, address, length * POLLFD_BYTES);
    while (array.remaining() >= POLLFD_BYTES) {
      int descriptor = array.getInt();
      int events = array.getShort();
      array.getShort();
      if ((events & READABLE) != 0 && isPipe(process, descriptor)) {
        return true;
      }
    }
    return false;
  }

  private boolean selects(Path process, long count, long address) throws IOException {
    if (address == 0) {
      return false;
    }
    int length = Math.clamp(count, 0, MAX_DESCRIPTORS);
    ByteBuffer set = memory(process, address, Math.ceilDiv(length, Byte.SIZE));
    for (int descriptor = 0; descriptor < set.limit() * Byte.SIZE; descriptor++) {
      boolean wanted = (set.get(descriptor / Byte.SIZE) >> (descriptor % Byte.SIZE) & 1) != 0;
      if (wanted && descriptor < length && isPipe(process, descriptor)) {
        return true;
      }
    }
    return false;
  }

  private boolean watches(Path process, long epoll) {
    Matcher watched =
        WATCHED.matcher(Family.text(process.resolve("fdinfo").resolve(digits(epoll))));
    while (watched.find()) {
      boolean readable = (Long.parseLong(watched.group(2), 16) & READABLE) != 0;
      if (readable && isPipe(process, Long.parseLong(watched.group(1)))) {
        return true;
      }
    }
    return false;
  }

  /** A part of a process's memory; shorter where that ends. */
  private static ByteBuffer memory(Path process, long address, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    try (FileChannel memory = FileChannel.open(process.resolve("mem"), StandardOpenOption.READ)) {
      memory.read(bytes, address);
    }
    return bytes.flip();
  }

  private boolean isPipe(Path process, long descriptor) {
    try {
      Path link = process.resolve("fd").resolve(digits(descriptor));
      return Files.readSymbolicLink(link).toString().equals(pipe);
    } catch (IOException e) {
      return false;
    }
  }

  /** Descriptors are ints, whatever the upper half of a register holds. */
  private static String digits(long descriptor) {
    return Integer.toString((int) descriptor);
  }
}
