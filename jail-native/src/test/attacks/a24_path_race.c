/*
 * A24. One thread flips the path between what may be opened and what may not, while another opens it: 100,000
 * times for reading, and then each kind of call that takes a path. Expected: never the forbidden file.
 * Arguments: a permitted file and a forbidden one, with paths of the same length.
 */
#include "attack.h"

#include <pthread.h>
#include <stdatomic.h>

static char path[200];
static const char *open_file, *shut_file;
static atomic_int over;

static void *flip(void *unused) {
  size_t length = strlen(open_file);
  while (!atomic_load(&over)) {
    memcpy(path, shut_file, length);
    memcpy(path, open_file, length);
  }
  return unused;
}

int main(int argc, char **argv) {
  if (argc < 3 || strlen(argv[1]) != strlen(argv[2]) || strlen(argv[1]) >= sizeof path) {
    return 2;
  }
  open_file = argv[1];
  shut_file = argv[2];
  memcpy(path, open_file, strlen(open_file) + 1);
  pthread_t thread;
  pthread_create(&thread, NULL, flip, NULL);
  long wins = 0, opened = 0, refused = 0;
  for (int i = 0; i < 100000; i++) {
    char first = 0;
    int file = i % 2 == 0 ? openat(AT_FDCWD, path, O_RDONLY) : open(path, O_RDONLY);
    if (file >= 0) {
      opened++;
      wins += read(file, &first, 1) == 1 && first == 's';
      close(file);
    } else {
      refused += errno == EACCES;
    }
  }
  atomic_store(&over, 1);
  pthread_join(thread, NULL);
  if (opened == 0 || refused == 0) {
    printf("no race: %ld opened, %ld refused\n", opened, refused);
    return 0;
  }
  printf("%ld of 100000\n", wins);
  return 0;
}
