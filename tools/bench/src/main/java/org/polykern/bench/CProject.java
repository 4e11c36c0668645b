package org.polykern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A small C project with a makefile: twenty files of about a hundred lines, and a program of them.
 */
final class CProject {
  private static final int FILES = 20;
  private static final int FUNCTIONS = 12;

  private CProject() {}

  /** Writes it; every user may build it. */
  static Path in(Path parent) throws IOException {
    var project = JailBed.open(Files.createDirectory(parent.resolve("project")));
    for (int file = 0; file < FILES; file++) {
      Files.writeString(project.resolve("part" + file + ".c"), part(file));
    }
    Files.writeString(project.resolve("main.c"), main());
    Files.writeString(project.resolve("Makefile"), makefile());
    return project;
  }

  private static String part(int file) {
    var text =
        new StringBuilder("#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n\n");
    for (int function = 0; function < FUNCTIONS; function++) {
      text.append(
          """
          static int step%1$d(const char *text, int seed) {
            int sum = seed;
            for (size_t i = 0; i < strlen(text); i++) {
              sum = sum * 31 + text[i] %% (%1$d + 7);
            }
            return sum;
          }

          """
              .formatted(function));
    }
    text.append("int part%d(const char *text) {\n  int sum = 0;\n".formatted(file));
    for (int function = 0; function < FUNCTIONS; function++) {
      text.append("  sum += step%d(text, sum);\n".formatted(function));
    }
    return text.append("  return sum;\n}\n").toString();
  }

  private static String main() {
    return parts("int part%d(const char *);\n")
        + "int main(int argc, char **argv) {\n  int sum = argc;\n"
        + parts("  sum += part%d(argv[0]);\n")
        + "  return sum == 0;\n}\n";
  }

  private static String parts(String format) {
    return IntStream.range(0, FILES).mapToObj(format::formatted).collect(Collectors.joining());
  }

  private static String makefile() {
    return "OBJECTS = main.o"
        + parts(" part%d.o")
        + "\nCFLAGS = -O1\n\nprogram: $(OBJECTS)\n\t$(CC) -o $@ $(OBJECTS)\n";
  }
}
