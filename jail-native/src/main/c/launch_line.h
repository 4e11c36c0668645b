/* Reading the values of one line of a launch description. Each failure leaves its sentence. */
#ifndef PK_LAUNCH_LINE_H
#define PK_LAUNCH_LINE_H

#include "jail_status.h"
#include "launch.h"

struct line {
  struct launch *launch;
  struct launch_problem *problem;
  char *value; /* The rest of the line after the key; never NULL. */
};

/* Writes the sentence; always answers JAIL_BAD_LAUNCH. */
enum jail_status line_bad(struct launch_problem *problem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The next word, empty at the line's end. */
char *line_word(struct line *line);

/* Fails unless the line is used up. */
enum jail_status line_end(struct line *line);

/* A word that is a number from 0 to the highest. */
enum jail_status line_number(struct line *line, int base, long highest, long *number);

/* The rest of the line without its escapes; never empty. */
enum jail_status line_text(struct line *line, char **text);

#endif
