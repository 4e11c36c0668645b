/*
 * Preloaded into programs that talk to the runner through pipes. There the C library keeps what a
 * program prints until its buffer is full, prompts too, and a program that waits for an answer shows
 * no question. With both streams line-buffered it writes lines at once, and an unfinished line
 * before it reads.
 *
 * Linked without any library, so that one file serves images with other C libraries, older ones too;
 * hence only functions that every one of them has.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The runner looks for a thread of this name to know that a password is asked for. */
static const char PASSWORD_THREAD[] = "pk-password";

/* Pipes, sockets and terminals cannot be positioned; files can, and keep their full buffers. */
static int interactive(int descriptor) {
  return lseek(descriptor, 0, SEEK_CUR) == -1 && errno == ESPIPE;
}

__attribute__((constructor)) static void buffer_lines(void) {
  int error = errno;
  if (interactive(STDIN_FILENO) && interactive(STDOUT_FILENO)) {
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    setvbuf(stdin, NULL, _IOLBF, BUFSIZ);
  }
  errno = error;
}

/* As the C library's where there is no terminal, but the reading can be recognised. */
char *getpass(const char *prompt) {
  static char *line;
  static size_t size;
  char name[16] = "";
  fputs(prompt, stderr);
  fflush(stderr);
  prctl(PR_GET_NAME, name);
  prctl(PR_SET_NAME, PASSWORD_THREAD);
  ssize_t length = getline(&line, &size, stdin);
  prctl(PR_SET_NAME, name);
  if (length < 0) {
    return NULL;
  }
  if (length > 0 && line[length - 1] == '\n') {
    line[length - 1] = '\0';
  }
  return line;
}
