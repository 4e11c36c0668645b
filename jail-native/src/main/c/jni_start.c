/*
 * The natives of org.polykern.jail.start.Helper: start pk-jail, read and write its pipes, wait for it.
 *
 * The helper is an ordinary child of the JVM and not traced, so only its own number is ever waited for.
 * Everything between it and the JVM goes by descriptors without a name: the launch description lies in
 * memory, events and answers are pipes. The helper's own environment is empty, because the program's may
 * come from a user, and the helper's C library would read it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <jni.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_org_polykern_jail_start_Helper_##name
#define LOWEST 10 /* What we open stays away from 0-2, which the child's are put on. */
#define MEMORY_CLOEXEC 1U

/* Descriptors of one start; -1 is none. What the child gets has a second number, reserved here, so that
   its copy can be made by dup2, which is what opens it to an exec. */
struct start {
  int standard[3];
  int launch, launch_there;
  int events, events_end, events_there;
  int answers, answers_end, answers_there;
};

/* What could not be done; Helper.java has the sentences. */
enum step { STEP_NONE, STEP_STDIN, STEP_STDOUT, STEP_STDERR, STEP_PIPES, STEP_LAUNCH, STEP_SPAWN };

static int lift(int fd) {
  if (fd < 0 || fd >= LOWEST) {
    return fd;
  }
  int higher = fcntl(fd, F_DUPFD_CLOEXEC, LOWEST), saved = errno;
  close(fd);
  errno = saved;
  return higher;
}

static void close_one(int *fd) {
  if (*fd >= 0) {
    close(*fd);
  }
  *fd = -1;
}

static void close_of_child(struct start *s) {
  int *all[] = {&s->standard[0], &s->standard[1], &s->standard[2], &s->launch,       &s->launch_there,
                &s->events_end,  &s->events_there, &s->answers,    &s->answers_there};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    close_one(all[i]);
  }
}

static void close_all(struct start *s) {
  int saved = errno;
  close_of_child(s);
  close_one(&s->events);
  close_one(&s->answers_end);
  errno = saved;
}

/* Devices both ways, as terminals are used; all else as the number wants it. */
static int open_standard(const char *name, int number) {
  int flags = strncmp(name, "/dev/", 5) == 0 ? O_RDWR
              : number == 0                  ? O_RDONLY
                                             : O_WRONLY | O_CREAT | O_APPEND;
  return lift(open(name, flags | O_CLOEXEC | O_NOCTTY, 0600));
}

static int open_pipe(int *read_end, int *write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return -1;
  }
  *read_end = lift(ends[0]);
  *write_end = lift(ends[1]);
  return *read_end < 0 || *write_end < 0 ? -1 : 0;
}

static int reserve(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, LOWEST); }

static int open_pipes(struct start *s, int with_answers) {
  if (open_pipe(&s->events, &s->events_end) != 0 ||
      (s->events_there = reserve(s->events_end)) < 0) {
    return -1;
  }
  return with_answers && (open_pipe(&s->answers, &s->answers_end) != 0 ||
                          (s->answers_there = reserve(s->answers)) < 0)
             ? -1
             : 0;
}

static int write_all(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return -1;
    }
    bytes += written;
    length -= (size_t)written;
  }
  return 0;
}

static int open_launch(struct start *s, const char *text, size_t length) {
  s->launch = lift((int)syscall(SYS_memfd_create, "pk-launch", MEMORY_CLOEXEC));
  if (s->launch < 0 || write_all(s->launch, text, length) != 0 || lseek(s->launch, 0, SEEK_SET) != 0) {
    return -1;
  }
  return (s->launch_there = reserve(s->launch)) < 0 ? -1 : 0;
}

static int add_dup(posix_spawn_file_actions_t *actions, int from, int to) {
  return from < 0 ? 0 : posix_spawn_file_actions_adddup2(actions, from, to);
}

/* No signal blocked or ignored, whatever the JVM does with them. */
static int plain_signals(posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int error = posix_spawnattr_setsigmask(attributes, &none);
  error = error != 0 ? error : posix_spawnattr_setsigdefault(attributes, &all);
  return error != 0 ? error
                    : posix_spawnattr_setflags(attributes,
                                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int spawn(const struct start *s, const char *helper, char *const argv[], pid_t *pid) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int error = posix_spawn_file_actions_init(&actions);
  if (error != 0) {
    return error;
  }
  error = posix_spawnattr_init(&attributes);
  if (error == 0) {
    for (int i = 0; i < 3 && error == 0; i++) {
      error = add_dup(&actions, s->standard[i], i);
    }
    error = error != 0 ? error : add_dup(&actions, s->launch, s->launch_there);
    error = error != 0 ? error : add_dup(&actions, s->events_end, s->events_there);
    error = error != 0 ? error : add_dup(&actions, s->answers, s->answers_there);
    error = error != 0 ? error : plain_signals(&attributes);
    char *empty[] = {NULL};
    error = error != 0 ? error : posix_spawn(pid, helper, &actions, &attributes, argv, empty);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/* The helper's own words and then the program's, which end with a zero byte each. */
static int spawn_with(const struct start *s, const char *helper, char *words, size_t length, pid_t *pid) {
  char launch[12], events[12], answers[12];
  size_t count = 0;
  for (size_t i = 0; i < length; i++) {
    count += words[i] == '\0';
  }
  char **argv = calloc(count + 9, sizeof *argv);
  if (argv == NULL) {
    return ENOMEM;
  }
  size_t at = 0;
  snprintf(launch, sizeof launch, "%d", s->launch_there);
  snprintf(events, sizeof events, "%d", s->events_there);
  snprintf(answers, sizeof answers, "%d", s->answers_there);
  static char name[] = "pk-jail", launch_key[] = "--launch", events_key[] = "--events",
              answers_key[] = "--answers", end[] = "--";
  char *own[] = {name, launch_key, launch, events_key, events, answers_key, answers, end};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
    if (s->answers >= 0 || (own[i] != answers_key && own[i] != answers)) {
      argv[at++] = own[i];
    }
  }
  for (size_t i = 0; i < length; i += strlen(words + i) + 1) {
    argv[at++] = words + i;
  }
  int error = spawn(s, helper, argv, pid);
  free(argv);
  return error;
}

/* A copy that ends with a zero byte; NULL with OutOfMemoryError pending. */
static char *copy(JNIEnv *env, jbyteArray bytes, size_t *length) {
  jsize size = (*env)->GetArrayLength(env, bytes);
  char *text = malloc((size_t)size + 1);
  if (text == NULL) {
    jclass type = (*env)->FindClass(env, "java/lang/OutOfMemoryError");
    if (type != NULL) {
      (*env)->ThrowNew(env, type, "The C library has no memory for a start.");
    }
    return NULL;
  }
  (*env)->GetByteArrayRegion(env, bytes, 0, size, (jbyte *)text);
  text[size] = '\0';
  *length = (size_t)size;
  return text;
}

/* names: three, each with its zero byte; an empty one inherits. */
static enum step open_standards(struct start *s, const char *names) {
  for (int i = 0; i < 3; i++) {
    if (*names != '\0' && (s->standard[i] = open_standard(names, i)) < 0) {
      return (enum step)(STEP_STDIN + i);
    }
    names += strlen(names) + 1;
  }
  return STEP_NONE;
}

struct words {
  char *helper, *launch, *argv, *names;
  size_t helper_length, launch_length, argv_length, names_length;
};

static enum step perform(struct start *s, const struct words *words, int with_answers, pid_t *pid) {
  enum step failed = open_standards(s, words->names);
  if (failed == STEP_NONE && open_pipes(s, with_answers) != 0) {
    failed = STEP_PIPES;
  }
  if (failed == STEP_NONE && open_launch(s, words->launch, words->launch_length) != 0) {
    failed = STEP_LAUNCH;
  }
  if (failed == STEP_NONE) {
    errno = spawn_with(s, words->helper, words->argv, words->argv_length, pid);
    failed = errno == 0 ? STEP_NONE : STEP_SPAWN;
  }
  return failed;
}

/* {step, errno}, or {0, pid, events, answers}. */
NATIVE(jintArray, start0)
(JNIEnv *env, jclass type, jbyteArray helper, jbyteArray launch, jbyteArray argv, jbyteArray names,
 jboolean with_answers) {
  (void)type;
  struct start s = {{-1, -1, -1}, -1, -1, -1, -1, -1, -1, -1, -1};
  struct words words = {0};
  jint result[4] = {0};
  jintArray answer = NULL;
  if ((words.helper = copy(env, helper, &words.helper_length)) != NULL &&
      (words.launch = copy(env, launch, &words.launch_length)) != NULL &&
      (words.argv = copy(env, argv, &words.argv_length)) != NULL &&
      (words.names = copy(env, names, &words.names_length)) != NULL &&
      (answer = (*env)->NewIntArray(env, 4)) != NULL) {
    pid_t pid = -1;
    enum step failed = perform(&s, &words, with_answers, &pid);
    result[0] = (jint)failed;
    result[1] = failed == STEP_NONE ? pid : errno;
    result[2] = s.events;
    result[3] = s.answers_end;
    if (failed == STEP_NONE) {
      close_of_child(&s);
    } else {
      close_all(&s);
    }
    (*env)->SetIntArrayRegion(env, answer, 0, 4, result);
  }
  free(words.helper);
  free(words.launch);
  free(words.argv);
  free(words.names);
  return answer;
}

/* Bytes read, 0 at the end, which an error is too. */
NATIVE(jint, read0)(JNIEnv *env, jclass type, jint fd, jbyteArray bytes, jint from) {
  (void)type;
  char buffer[4096];
  jsize room = (*env)->GetArrayLength(env, bytes) - from;
  size_t wanted = room < (jsize)sizeof buffer ? (size_t)room : sizeof buffer;
  ssize_t got;
  do {
    got = read(fd, buffer, wanted);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) {
    return 0;
  }
  (*env)->SetByteArrayRegion(env, bytes, from, (jsize)got, (const jbyte *)buffer);
  return (jint)got;
}

/* An answer is a short line; to a helper that is gone it is lost, as it should be. */
NATIVE(void, write0)(JNIEnv *env, jclass type, jint fd, jbyteArray bytes) {
  (void)type;
  char buffer[64];
  jsize size = (*env)->GetArrayLength(env, bytes);
  if (size <= (jsize)sizeof buffer) {
    (*env)->GetByteArrayRegion(env, bytes, 0, size, (jbyte *)buffer);
    write_all(fd, buffer, (size_t)size); /* The JVM does not die of SIGPIPE. */
  }
}

NATIVE(void, close0)(JNIEnv *env, jclass type, jint fd) {
  (void)env;
  (void)type;
  close(fd);
}

/* Exit status, 128+n when signal n ended it, -1 when there is no such child. */
NATIVE(jint, wait0)(JNIEnv *env, jclass type, jint pid) {
  (void)env;
  (void)type;
  int status;
  pid_t ended;
  do {
    ended = waitpid(pid, &status, 0);
  } while (ended < 0 && errno == EINTR);
  if (ended != pid) {
    return -1;
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* 0 or errno. */
NATIVE(jint, kill0)(JNIEnv *env, jclass type, jint pid, jint sig) {
  (void)env;
  (void)type;
  return kill(pid, sig) == 0 ? 0 : errno;
}
