/*
 * What all attacks share: whom they aim at, and one line that says how it went.
 *
 * "refused EPERM" when every attempt failed with that error, "done" when every one succeeded, else one part
 * for each outcome with its attempts: "EPERM: tkill, tgkill; done: kill".
 */
#ifndef ATTACK_H
#define ATTACK_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_ATTEMPTS 200

static struct {
  char name[48];
  int error;
} attempts[MOST_ATTEMPTS];
static int attempt_count;

static inline void outcome(const char *name, int error) {
  if (attempt_count < MOST_ATTEMPTS) {
    snprintf(attempts[attempt_count].name, sizeof attempts->name, "%.47s", name);
    attempts[attempt_count++].error = error;
  }
}

/* To be called right after the call whose result it is. */
static inline long attempt(const char *name, long result) {
  outcome(name, result < 0 ? errno : 0);
  return result;
}

/* Prints the line. "success" is the word for attempts that succeeded: "done", or "harmless". */
static inline int verdict(const char *success) {
  int same = 1;
  for (int i = 1; i < attempt_count; i++) {
    same &= attempts[i].error == attempts[0].error;
  }
  if (attempt_count == 0) {
    printf("nothing tried\n");
  } else if (same && attempts[0].error == 0) {
    printf("%s\n", success);
  } else if (same) {
    printf("refused %s\n", strerrorname_np(attempts[0].error));
  } else {
    const char *between = "";
    for (int i = 0; i < attempt_count; i++) {
      int first = 1;
      for (int j = 0; j < i; j++) {
        first &= attempts[j].error != attempts[i].error;
      }
      if (first) {
        int error = attempts[i].error;
        printf("%s%s:", between, error == 0 ? success : strerrorname_np(error));
        between = ",";
        for (int j = i; j < attempt_count; j++) {
          if (attempts[j].error == error) {
            printf("%s %s", j == i ? "" : between, attempts[j].name);
          }
        }
        between = "; ";
      }
    }
    printf("\n");
  }
  fflush(stdout);
  return 0;
}

/* The helper is who traces this process. */
static inline pid_t find_helper(void) {
  char line[200];
  int tracer = 0;
  FILE *status = fopen("/proc/self/status", "r");
  while (status != NULL && fgets(line, sizeof line, status) != NULL) {
    if (sscanf(line, "TracerPid: %d", &tracer) == 1) {
      break;
    }
  }
  if (status != NULL) {
    fclose(status);
  }
  return tracer;
}

/* A process whose command line has one of these words, 0 for none. Not this one and not its tracer. */
static inline pid_t find_process(const char *const words[]) {
  DIR *proc = opendir("/proc");
  struct dirent *entry;
  pid_t found = 0, helper = find_helper();
  while (proc != NULL && found == 0 && (entry = readdir(proc)) != NULL) {
    char path[300], line[4096];
    pid_t pid = atoi(entry->d_name);
    snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
    int file = pid > 1 && pid != getpid() && pid != helper ? open(path, O_RDONLY) : -1;
    ssize_t length = file < 0 ? 0 : read(file, line, sizeof line);
    for (int i = 0; length > 0 && words[i] != NULL; i++) {
      found = memmem(line, (size_t)length, words[i], strlen(words[i])) != NULL ? pid : found;
    }
    if (file >= 0) {
      close(file);
    }
  }
  if (proc != NULL) {
    closedir(proc);
  }
  return found;
}

/* The runner: named by the test, or found by the command line that it has in sessions. */
static inline pid_t find_runner(void) {
  const char *given = getenv("ATTACK_RUNNER");
  return given != NULL ? atoi(given) : find_process((const char *const[]){"pk-runner", "org.polykern.runner", NULL});
}

/* A further thread of a process, 0 when it has none. */
static inline pid_t further_thread(pid_t pid) {
  char path[40];
  pid_t found = 0;
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *tasks = opendir(path);
  struct dirent *entry;
  while (tasks != NULL && (entry = readdir(tasks)) != NULL) {
    if (isdigit((unsigned char)entry->d_name[0]) && atoi(entry->d_name) != pid) {
      found = atoi(entry->d_name);
    }
  }
  if (tasks != NULL) {
    closedir(tasks);
  }
  return found;
}

/* "helper", "runner" or "init"; ends the program where that one cannot be found. */
static inline pid_t target(const char *name) {
  pid_t pid = strcmp(name, "helper") == 0 ? find_helper() : strcmp(name, "runner") == 0 ? find_runner() : 1;
  if (pid <= 0) {
    printf("no %s was found\n", name);
    exit(2);
  }
  return pid;
}

/* The targets that the arguments name, or all three. */
static inline const char *const *targets(int argc, char **argv) {
  static const char *const all[] = {"helper", "runner", "init", NULL};
  return argc > 1 ? (const char *const *)(argv + 1) : all;
}
#endif
