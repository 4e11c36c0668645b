#define _GNU_SOURCE
#include "events.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LAST_WAIT_MS 2000
#define ROOM_FOR_END 3

static void append(struct events *events, const char *text, size_t length) {
  if (events->length + length <= EVENTS_LINE - ROOM_FOR_END) {
    memcpy(events->line + events->length, text, length);
    events->length += length;
  }
}

static void append_quoted(struct events *events, const char *text) {
  append(events, "\"", 1);
  for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
    char escaped[8];
    /* Names of programs may be any bytes: what is not ASCII is read as Latin-1. */
    int plain = *c >= 0x20 && *c < 0x7F && *c != '"' && *c != '\\';
    int length = snprintf(escaped, sizeof escaped, plain ? "%c" : "\\u%04x", *c);
    append(events, escaped, (size_t)length);
  }
  append(events, "\"", 1);
}

static void append_key(struct events *events, const char *key) {
  append(events, ",", 1);
  append_quoted(events, key);
  append(events, ":", 1);
}

void events_begin(struct events *events, const char *kind) {
  events->length = 0;
  append(events, "{\"event\":", 9);
  append_quoted(events, kind);
}

void events_text(struct events *events, const char *key, const char *value) {
  append_key(events, key);
  append_quoted(events, value);
}

void events_number(struct events *events, const char *key, long long value) {
  char digits[24];
  append_key(events, key);
  append(events, digits, (size_t)snprintf(digits, sizeof digits, "%lld", value));
}

void events_raw(struct events *events, const char *format, ...) {
  char text[256];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(text, sizeof text, format, values);
  va_end(values);
  if (length > 0 && (size_t)length < sizeof text) {
    append(events, text, (size_t)length);
  }
}

void events_send(struct events *events, int last) {
  append(events, "}\n", 2);
  size_t sent = 0;
  while (events->fd >= 0 && sent < events->length) {
    struct pollfd ready = {.fd = events->fd, .events = POLLOUT};
    if (poll(&ready, 1, last || sent > 0 ? LAST_WAIT_MS : 0) != 1 || (ready.revents & POLLERR)) {
      events->dropped++;
      return;
    }
    /* A pipe that polls ready has room for PIPE_BUF bytes, which is what does not block. */
    size_t piece = events->length - sent > 4096 ? 4096 : events->length - sent;
    ssize_t written = write(events->fd, events->line + sent, piece);
    if (written <= 0) {
      events->dropped++;
      return;
    }
    sent += (size_t)written;
  }
}
