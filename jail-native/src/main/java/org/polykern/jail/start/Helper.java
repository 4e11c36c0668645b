package org.polykern.jail.start;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.nativelib.JailNative;

/** A helper process: its number, and this process's ends of its pipes. One thread at a time. */
final class Helper {
  private static final int LONGEST_LINE = 1 << 16;
  private static final int E2BIG = 7;

  /** By the steps of jni_start.c. */
  private static final List<String> STEPS =
      List.of(
          "",
          "the file for its standard input",
          "the file for its standard output",
          "the file for its standard error",
          "the pipes of its helper",
          "the memory of its launch description",
          "its helper");

  static {
    JailNative.load();
  }

  private final int pid;
  private final int events;
  private final int answers;
  private byte[] read = new byte[4096];
  private int begin;
  private int end;

  private Helper(int pid, int events, int answers) {
    this.pid = pid;
    this.events = events;
    this.answers = answers;
  }

  static Helper start(Start start) throws IOException {
    int[] result =
        start0(
            start.helper().toString().getBytes(UTF_8),
            start.whole().getBytes(UTF_8),
            words(start.argv()),
            words(List.of(start.stdin(), start.stdout(), start.stderr())),
            start.questions() != null);
    if (result[0] != 0) {
      String sentence =
          "'%s' was not started, because %s could not be opened or started: error %d."
              .formatted(start.argv().getFirst(), STEPS.get(result[0]), result[1]);
      throw new NotStarted(
          result[1] == E2BIG ? NotStarted.NOT_EXECUTABLE : NotStarted.NO_JAIL, sentence);
    }
    return new Helper(result[1], result[2], result[3]);
  }

  int pid() {
    return pid;
  }

  /** The next line without its end, null after the last. Waits for it. */
  @Nullable String line() {
    int searched = begin;
    while (true) {
      for (int i = searched; i < end; i++) {
        if (read[i] == '\n') {
          String line = new String(read, begin, i - begin, ISO_8859_1);
          begin = i + 1;
          return line;
        }
      }
      searched = end - begin;
      System.arraycopy(read, begin, read, 0, searched);
      end = searched;
      begin = 0;
      if (end == read.length) {
        if (end >= LONGEST_LINE) {
          end = 0; // No line of the helper is so long.
          searched = 0;
        } else {
          read = Arrays.copyOf(read, 2 * end);
        }
      }
      int got = read0(events, read, end);
      if (got == 0) {
        return null;
      }
      end += got;
    }
  }

  void answer(String line) {
    write0(answers, line.getBytes(US_ASCII));
  }

  /** Closes the pipes and waits for the helper; its exit status, 128+n after signal n. */
  int end() {
    close0(events);
    if (answers >= 0) {
      close0(answers);
    }
    return wait0(pid);
  }

  /**
   * To a process, or to a group when negative; false when there is none, or it is not permitted.
   */
  static boolean signal(long target, int signal) {
    return kill0((int) target, signal) == 0;
  }

  private static byte[] words(List<String> words) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String word : words) {
      all.writeBytes(word.getBytes(UTF_8));
      all.write(0);
    }
    return all.toByteArray();
  }

  private static native int[] start0(
      byte[] helper, byte[] launch, byte[] argv, byte[] names, boolean withAnswers);

  private static native int read0(int fd, byte[] bytes, int from);

  private static native void write0(int fd, byte[] bytes);

  private static native void close0(int fd);

  private static native int wait0(int pid);

  private static native int kill0(int pid, int signal);
}
