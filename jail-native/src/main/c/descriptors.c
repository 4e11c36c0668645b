#define _GNU_SOURCE
#include "descriptors.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CLOSE_RANGE 436

static int by_value(const void *a, const void *b) {
  int left = *(const int *)a, right = *(const int *)b;
  return (left > right) - (left < right);
}

static void close_between(int first, int last) {
  if (first > last || syscall(CLOSE_RANGE, (unsigned)first, (unsigned)last, 0) == 0) {
    return;
  }
  long highest = sysconf(_SC_OPEN_MAX); /* A kernel before 5.9. */
  for (int fd = first; fd <= last && fd < highest; fd++) {
    close(fd);
  }
}

void descriptors_close_all_but(int *kept, size_t count) {
  qsort(kept, count, sizeof *kept, by_value);
  int first = 3;
  for (size_t i = 0; i < count; i++) {
    if (kept[i] >= first) {
      close_between(first, kept[i] - 1);
      first = kept[i] + 1;
    }
  }
  close_between(first, INT_MAX);
}
