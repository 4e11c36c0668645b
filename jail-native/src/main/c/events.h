/*
 * Events: one JSON object a line on a descriptor. The tracer never waits for the reader: an event that
 * does not fit into the pipe is dropped and counted, except the last one, which waits two seconds.
 */
#ifndef PK_EVENTS_H
#define PK_EVENTS_H

#include <stddef.h>

#define EVENTS_LINE 32768

struct events {
  int fd;                /* -1: nobody listens. */
  unsigned long dropped; /* Events lost because the reader was slow. */
  char line[EVENTS_LINE];
  size_t length;
};

/* Begins {"event":"KIND". */
void events_begin(struct events *events, const char *kind);

void events_text(struct events *events, const char *key, const char *value);

void events_number(struct events *events, const char *key, long long value);

/* Appends as it is, with a comma before it where JSON wants one: for arrays and objects. */
void events_raw(struct events *events, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Closes the object and sends it; last: worth waiting for. */
void events_send(struct events *events, int last);

#endif
