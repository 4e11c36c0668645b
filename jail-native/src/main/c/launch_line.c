#define _GNU_SOURCE
#include "launch_line.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum jail_status line_bad(struct launch_problem *problem, const char *format, ...) {
  va_list values;
  va_start(values, format);
  vsnprintf(problem->sentence, sizeof problem->sentence, format, values);
  va_end(values);
  return JAIL_BAD_LAUNCH;
}

char *line_word(struct line *line) {
  char *word = line->value + strspn(line->value, " ");
  size_t length = strcspn(word, " ");
  line->value = word + length;
  if (*line->value != '\0') {
    *line->value++ = '\0';
  }
  return word;
}

enum jail_status line_end(struct line *line) {
  char *word = line_word(line);
  return *word == '\0'
             ? JAIL_OK
             : line_bad(line->problem, "Expected no further value, but got '%.80s'.", word);
}

enum jail_status line_number(struct line *line, int base, long highest, long *number) {
  char *word = line_word(line), *end;
  errno = 0;
  *number = strtol(word, &end, base);
  if (*word < '0' || *word > '9' || *end != '\0' || errno != 0 || *number > highest) {
    return line_bad(line->problem, "Expected a number from 0 to %ld, but got '%.80s'.", highest, word);
  }
  return JAIL_OK;
}

enum jail_status line_text(struct line *line, char **text) {
  char *to = *text = line->value;
  for (char *from = line->value; *from != '\0'; from++) {
    if (*from != '\\') {
      *to++ = *from;
    } else if (from[1] == '\\' || from[1] == 'n') {
      *to++ = *++from == 'n' ? '\n' : '\\';
    } else {
      return line_bad(line->problem, "Expected \\\\ or \\n, but got a backslash before '%.1s'.",
                      from + 1);
    }
  }
  *to = '\0';
  return **text != '\0' ? JAIL_OK : line_bad(line->problem, "Expected a value, but the line ends.");
}
