/*
 * The yardstick of terminals: a shell in a pseudo-terminal, and nothing between it and who measures. Orders
 * are lines, and so are the answers:
 *   expect MARKER TYPED   types, reads until the marker; answers the nanoseconds that took
 *   swallow COUNT TYPED   types, reads as many bytes; answers 0
 * MARKER and TYPED are in hexadecimal digits.
 */
#define _GNU_SOURCE
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static size_t bytes_of(const char *digits, char *bytes) {
  size_t count = 0;
  unsigned value;
  while (sscanf(digits + 2 * count, "%2x", &value) == 1) {
    bytes[count++] = (char)value;
  }
  bytes[count] = '\0';
  return count;
}

static char piece[65536 + 64];

/* Reads until the marker; what could be its beginning is kept for the next piece. */
static int read_until(int terminal, const char *marker, size_t length) {
  size_t kept = 0;
  for (;;) {
    ssize_t got = read(terminal, piece + kept, 65536);
    if (got <= 0) {
      return -1;
    }
    size_t all = kept + (size_t)got;
    if (memmem(piece, all, marker, length) != NULL) {
      return 0;
    }
    kept = all < length ? all : length - 1;
    memmove(piece, piece + all - kept, kept);
  }
}

int main(int count, char **arguments) {
  struct winsize size = {.ws_row = 24, .ws_col = 80};
  int terminal;
  char order[8], first[4096], second[4096], marker[2048], typed[2048];
  if (count < 2) {
    return 2;
  }
  pid_t shell = forkpty(&terminal, NULL, NULL, &size);
  if (shell == 0) {
    execvp(arguments[1], arguments + 1);
    _exit(127);
  }
  while (scanf("%7s %4095s %4095s", order, first, second) == 3) {
    size_t length = bytes_of(second, typed);
    long long began = now();
    if (write(terminal, typed, length) != (ssize_t)length) {
      return 1;
    }
    if (order[0] == 'e') {
      if (read_until(terminal, marker, bytes_of(first, marker)) != 0) {
        return 1;
      }
      printf("%lld\n", now() - began);
    } else {
      for (long long left = atoll(first); left > 0;) {
        ssize_t got = read(terminal, piece, 65536);
        if (got <= 0) {
          return 1;
        }
        left -= got;
      }
      printf("0\n");
    }
    fflush(stdout);
  }
  return 0;
}
