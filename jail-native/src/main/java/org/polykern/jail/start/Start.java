package org.polykern.jail.start;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.plugin.CallQuestions;

/**
 * What is to be started.
 *
 * <p>Text becomes bytes by UTF-8. Standard streams are names of files that are opened here, in this
 * process: devices ({@code /dev/...}) for reading and writing, others for reading or for appending;
 * {@code /proc/self/fd/N} is a descriptor of this process. A name that is empty inherits the
 * stream.
 *
 * @param helper the executable {@code pk-jail}
 * @param launch the whole launch description with its first line, {@code pk-jail 1}; the format is
 *     in {@code launch.h}. Its {@code set} and {@code unset} lines change {@code environment}; a
 *     {@code clear-environment} in it has no effect
 * @param argv the program, looked up along the {@code PATH} of {@code environment}, and its
 *     arguments
 * @param environment all of the program's variables
 * @param stdin where the program reads
 * @param stdout where the program writes
 * @param stderr where the program writes errors, and the helper its sentences
 * @param questions answers the helper's questions; null where the policy asks none
 * @param events gets every line that the helper tells, a JSON object each, without its end; on the
 *     thread that starts until the program runs, then on the thread that follows it. It delays
 *     later lines, but not the program
 */
public record Start(
    Path helper,
    String launch,
    List<String> argv,
    Map<String, String> environment,
    String stdin,
    String stdout,
    String stderr,
    @Nullable CallQuestions questions,
    Consumer<String> events) {
  private static final String FIRST_LINE = "pk-jail 1\n";

  /**
   * Copies the list and the map.
   *
   * @throws IllegalArgumentException when a text has a zero byte, there is no program, or a
   *     variable's name is empty or has an equals sign
   */
  public Start {
    argv = List.copyOf(argv);
    environment = new LinkedHashMap<>(environment);
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("Expected a program to start, but there is none.");
    }
    if (!launch.startsWith(FIRST_LINE)) {
      throw new IllegalArgumentException(
          "Expected a launch description that begins with 'pk-jail 1', but this one does not.");
    }
    argv.forEach(word -> withoutZero("an argument", word));
    for (String text : List.of(launch, stdin, stdout, stderr)) {
      withoutZero("the description", text);
    }
    environment.forEach((name, value) -> {
      withoutZero("a variable's name", name);
      withoutZero("a variable's value", value);
      if (name.isEmpty() || name.indexOf('=') >= 0) {
        throw new IllegalArgumentException(
            "Expected variables whose names are not empty and have no '=', but one is '"
                + name
                + "'.");
      }
    });
  }

  /** The description with the environment in it. */
  String whole() {
    StringBuilder whole = new StringBuilder(FIRST_LINE).append("clear-environment\n");
    environment.forEach((name, value) -> {
      whole.append("set ");
      escape(whole, name);
      whole.append('=');
      escape(whole, value);
      whole.append('\n');
    });
    return whole.append(launch, FIRST_LINE.length(), launch.length()).toString();
  }

  private static void escape(StringBuilder out, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        default -> out.append(c);
      }
    }
  }

  private static void withoutZero(String what, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "Expected text without a zero byte, but " + what + " has one.");
    }
  }
}
