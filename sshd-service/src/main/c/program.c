/*
 * The natives of org.polykern.sshd.NativeProgram: programs in sessions of their own, at a terminal or at
 * pipes, and the way of bytes to and from them.
 *
 * Our ends never block; who reads or writes waits for the descriptor and for a "wake" pipe at once, whose
 * hang-up ends the wait: a terminal says nothing when its shell has ended and something else keeps it open.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <jni.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define NATIVE(type, name) JNIEXPORT type JNICALL Java_org_polykern_sshd_NativeProgram_##name
#define LOWEST 10 /* What we open stays away from 0-2, which the child's are put on. */
#define PIECE 32768
#ifndef SYS_close_range
#define SYS_close_range 436 /* The same on every architecture. */
#endif

/* What Java gets, in this order. */
enum given { PID, INPUT, OUTPUT, ERRORS, WAKE, WAKER, GIVEN };

struct program {
  char **arguments, **environment;
  char *directory;
  const char *terminal; /* Name of the program's end; NULL without a terminal. */
  int standard[3];
  int highest;        /* No descriptor of this process is above. */
  volatile int error; /* Written by the child, which shares our memory until it executes. */
};

static void throw_errno(JNIEnv *env, const char *what, int error) {
  char sentence[300] = "";
  strncat(sentence, what, sizeof sentence - 1);
  strncat(sentence, strerror(error), sizeof sentence - 1 - strlen(sentence));
  jclass type = (*env)->FindClass(env, "java/io/IOException");
  if (type != NULL) {
    (*env)->ThrowNew(env, type, sentence);
  }
}

/* The texts, each with a NUL at its end, one after the other; the pointers end with NULL. */
static char **split(char *bytes, size_t length) {
  size_t count = 0, at = 0;
  for (size_t i = 0; i < length; i++) {
    count += bytes[i] == '\0';
  }
  char **texts = calloc(count + 1, sizeof *texts);
  for (size_t i = 0; texts != NULL && i < count; i++) {
    texts[i] = bytes + at;
    at += strlen(texts[i]) + 1;
  }
  return texts;
}

static char *copy(JNIEnv *env, jbyteArray array, size_t *length) {
  *length = (size_t)(*env)->GetArrayLength(env, array);
  char *bytes = malloc(*length + 1);
  if (bytes != NULL) {
    (*env)->GetByteArrayRegion(env, array, 0, (jsize)*length, (jbyte *)bytes);
    bytes[*length] = '\0';
  }
  return bytes;
}

static int lifted(int fd) {
  if (fd < 0 || fd >= LOWEST) {
    return fd;
  }
  int higher = fcntl(fd, F_DUPFD_CLOEXEC, LOWEST), saved = errno;
  close(fd);
  errno = saved;
  return higher;
}

static int open_pipe(int *read_end, int *write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return -1;
  }
  *read_end = lifted(ends[0]);
  *write_end = lifted(ends[1]);
  return *read_end < 0 || *write_end < 0 ? -1 : 0;
}

static int no_waiting(int fd) { return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

/* RFC 4254, section 8. */
static const struct {
  unsigned char code, index;
} characters[] = {{1, VINTR},  {2, VQUIT}, {3, VERASE}, {4, VKILL},     {5, VEOF},    {6, VEOL},    {7, VEOL2},
                  {8, VSTART}, {9, VSTOP}, {10, VSUSP}, {12, VREPRINT}, {13, VWERASE}, {14, VLNEXT}, {18, VDISCARD}};
static const struct {
  unsigned char code;
  char set;
  tcflag_t bits;
} flags[] = {
    {30, 'i', IGNPAR}, {31, 'i', PARMRK}, {32, 'i', INPCK},   {33, 'i', ISTRIP},  {34, 'i', INLCR},  {35, 'i', IGNCR},
    {36, 'i', ICRNL},  {37, 'i', IUCLC},  {38, 'i', IXON},    {39, 'i', IXANY},   {40, 'i', IXOFF},  {41, 'i', IMAXBEL},
    {42, 'i', IUTF8},  {50, 'l', ISIG},   {51, 'l', ICANON},  {53, 'l', ECHO},    {54, 'l', ECHOE},  {55, 'l', ECHOK},
    {56, 'l', ECHONL}, {57, 'l', NOFLSH}, {58, 'l', TOSTOP},  {59, 'l', IEXTEN},  {60, 'l', ECHOCTL}, {61, 'l', ECHOKE},
    {62, 'l', PENDIN}, {70, 'o', OPOST},  {71, 'o', OLCUC},   {72, 'o', ONLCR},   {73, 'o', OCRNL},  {74, 'o', ONOCR},
    {75, 'o', ONLRET}, {92, 'c', PARENB}, {93, 'c', PARODD}};

static void change(struct termios *settings, jint code, jint value) {
  for (size_t i = 0; i < sizeof characters / sizeof *characters; i++) {
    if (characters[i].code == code) {
      settings->c_cc[characters[i].index] = value == 255 ? _POSIX_VDISABLE : (cc_t)value;
    }
  }
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
    if (flags[i].code == code) {
      tcflag_t *set = flags[i].set == 'i'   ? &settings->c_iflag
                      : flags[i].set == 'o' ? &settings->c_oflag
                      : flags[i].set == 'l' ? &settings->c_lflag
                                            : &settings->c_cflag;
      *set = value != 0 ? *set | flags[i].bits : *set & ~flags[i].bits;
    }
  }
}

static int set_up(int terminal, const jint *modes, jsize count) {
  struct termios settings;
  if (tcgetattr(terminal, &settings) != 0) {
    return -1;
  }
  for (jsize i = 0; i + 1 < count; i += 2) {
    change(&settings, modes[i], modes[i + 1]);
  }
  return tcsetattr(terminal, TCSANOW, &settings);
}

static int set_size(int terminal, const jint *size) {
  struct winsize wanted = {.ws_row = (unsigned short)size[0],
                           .ws_col = (unsigned short)size[1],
                           .ws_xpixel = (unsigned short)size[2],
                           .ws_ypixel = (unsigned short)size[3]};
  return ioctl(terminal, TIOCSWINSZ, &wanted);
}

/* Our end twice, because input and output are closed each by itself; the program's end once. */
static int open_terminal(jint *given, int *end, char *name, size_t room) {
  given[OUTPUT] = lifted(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (given[OUTPUT] < 0 || unlockpt(given[OUTPUT]) != 0 || ptsname_r(given[OUTPUT], name, room) != 0) {
    return -1;
  }
  given[INPUT] = fcntl(given[OUTPUT], F_DUPFD_CLOEXEC, LOWEST);
  *end = lifted(open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
  return given[INPUT] < 0 || *end < 0 ? -1 : no_waiting(given[OUTPUT]);
}

static int open_pipes(jint *given, int *ends) {
  if (open_pipe(&ends[0], &given[INPUT]) != 0 || open_pipe(&given[OUTPUT], &ends[1]) != 0 ||
      open_pipe(&given[ERRORS], &ends[2]) != 0) {
    return -1;
  }
  return no_waiting(given[INPUT]) != 0 || no_waiting(given[OUTPUT]) != 0 ? -1 : no_waiting(given[ERRORS]);
}

/* The JDK leaves its sockets open to an exec. */
static void close_others(const struct program *p) {
  if (syscall(SYS_close_range, 3U, ~0U, 0U) != 0) {
    for (int fd = 3; fd <= p->highest; fd++) {
      close(fd);
    }
  }
}

/* In the child, with the parent's memory: system calls only, nothing that a later reader would miss. */
static void become(struct program *p) {
  for (int sig = 1; sig < NSIG; sig++) {
    static const char standard[64] __attribute__((aligned(8))); /* SIG_DFL in the kernel's layout */
    syscall(SYS_rt_sigaction, sig, standard, NULL, NSIG / 8);
  }
  if (setsid() >= 0 && (p->terminal == NULL || ioctl(p->standard[0], TIOCSCTTY, 0) == 0) &&
      dup2(p->standard[0], 0) >= 0 && dup2(p->standard[1], 1) >= 0 && dup2(p->standard[2], 2) >= 0 &&
      chdir(p->directory) == 0) {
    close_others(p);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(p->arguments[0], p->arguments + 1, p->environment);
  }
  p->error = errno;
  _exit(127);
}

/* Not inlined: the child of vfork must not return from the function that called it. */
__attribute__((noinline)) static pid_t spawn(struct program *p) {
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  pid_t pid = vfork();
  if (pid == 0) {
    become(p);
  }
  int saved = errno;
  sigprocmask(SIG_SETMASK, &before, NULL);
  errno = saved;
  return pid;
}

static void close_all(int *fds, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (fds[i] >= 0) {
      close(fds[i]);
      fds[i] = -1;
    }
  }
}

/* 0, or an errno; `what` then says what failed. */
static int start(struct program *p, jint *given, const jint *size, const jint *modes, jsize count, char *name,
                 size_t room, const char **what) {
  int ends[3] = {-1, -1, -1};
  *what = "Expected a new terminal, but it cannot be opened: ";
  int failed = size == NULL ? open_pipes(given, ends) : open_terminal(given, &ends[0], name, room);
  if (failed == 0 && size != NULL) {
    p->terminal = name;
    failed = set_size(given[OUTPUT], size) != 0 || set_up(ends[0], modes, count) != 0;
  }
  if (failed == 0) {
    *what = "Expected two pipes more, but: ";
    failed = open_pipe(&given[WAKE], &given[WAKER]);
  }
  if (failed == 0) {
    for (int i = 0; i < 3; i++) {
      p->standard[i] = size == NULL ? ends[i] : ends[0];
    }
    p->highest = (int)sysconf(_SC_OPEN_MAX);
    *what = "Expected the program to start, but: ";
    given[PID] = spawn(p);
    if (given[PID] > 0 && p->error != 0) {
      waitpid(given[PID], NULL, 0);
      errno = p->error;
    }
    failed = given[PID] <= 0 || p->error != 0;
  }
  int saved = errno;
  close_all(ends, 3);
  if (failed != 0) {
    close_all(given + INPUT, GIVEN - INPUT);
  }
  return failed != 0 ? saved : 0;
}

/* arguments: the file, then what the program sees as its name, then the others. */
NATIVE(jintArray, start0)(JNIEnv *env, jclass type, jbyteArray arguments, jbyteArray environment,
                          jbyteArray directory, jintArray size, jintArray modes) {
  (void)type;
  struct program p = {.error = 0};
  size_t lengths[3];
  char *texts[3] = {copy(env, arguments, &lengths[0]), copy(env, environment, &lengths[1]),
                    copy(env, directory, &lengths[2])};
  char name[64];
  jint given[GIVEN] = {-1, -1, -1, -1, -1, -1}, wanted[4] = {0}, *list = NULL;
  jsize count = modes == NULL ? 0 : (*env)->GetArrayLength(env, modes);
  const char *what = "Expected memory for a program's arguments, but: ";
  int error = ENOMEM;
  if (size != NULL) {
    (*env)->GetIntArrayRegion(env, size, 0, 4, wanted);
  }
  if (count > 0 && (list = calloc((size_t)count, sizeof *list)) != NULL) {
    (*env)->GetIntArrayRegion(env, modes, 0, count, list);
  }
  if (texts[0] != NULL && texts[1] != NULL && texts[2] != NULL && (count == 0 || list != NULL)) {
    p.arguments = split(texts[0], lengths[0]);
    p.environment = split(texts[1], lengths[1]);
    p.directory = texts[2];
    if (p.arguments != NULL && p.environment != NULL) {
      error = start(&p, given, size == NULL ? NULL : wanted, list, count, name, sizeof name, &what);
    }
  }
  free(p.arguments);
  free(p.environment);
  free(list);
  for (int i = 0; i < 3; i++) {
    free(texts[i]);
  }
  jintArray result = error != 0 ? NULL : (*env)->NewIntArray(env, GIVEN);
  if (error != 0) {
    throw_errno(env, what, error);
  } else if (result != NULL) {
    (*env)->SetIntArrayRegion(env, result, 0, GIVEN, given);
  }
  return result;
}

/* Becomes another program, with our descriptors; comes back only with an error. */
NATIVE(void, replace0)(JNIEnv *env, jclass type, jbyteArray arguments, jbyteArray environment) {
  (void)type;
  size_t lengths[2];
  char *texts[2] = {copy(env, arguments, &lengths[0]), copy(env, environment, &lengths[1])};
  char **line = texts[0] == NULL ? NULL : split(texts[0], lengths[0]);
  char **variables = texts[1] == NULL ? NULL : split(texts[1], lengths[1]);
  int error = ENOMEM;
  if (line != NULL && variables != NULL) {
    execve("/proc/self/exe", line, variables);
    error = errno;
  }
  free(line);
  free(variables);
  free(texts[0]);
  free(texts[1]);
  throw_errno(env, "Expected to start again with another locale, but: ", error);
}

/* The terminal's name; null without one. */
NATIVE(jstring, terminal0)(JNIEnv *env, jclass type, jint output) {
  (void)type;
  char name[64];
  return ptsname_r(output, name, sizeof name) == 0 ? (*env)->NewStringUTF(env, name) : NULL;
}

/* 1 when fd can be used, 0 when there is nothing and `wake` hung up, -1 on an error. */
static int ready(int fd, short events, int wake) {
  struct pollfd both[2] = {{.fd = fd, .events = events}, {.fd = wake, .events = POLLIN}};
  for (;;) {
    if (poll(both, 2, -1) >= 0) {
      return both[0].revents != 0;
    }
    if (errno != EINTR) {
      return -1;
    }
  }
}

/* How many bytes; -1 at the end. */
NATIVE(jint, read0)(JNIEnv *env, jclass type, jint fd, jint wake, jbyteArray bytes) {
  (void)type;
  char piece[PIECE];
  jsize room = (*env)->GetArrayLength(env, bytes);
  for (;;) {
    if (ready(fd, POLLIN, wake) <= 0) {
      return -1;
    }
    ssize_t got = read(fd, piece, room < PIECE ? (size_t)room : PIECE);
    if (got > 0) {
      (*env)->SetByteArrayRegion(env, bytes, 0, (jsize)got, (const jbyte *)piece);
      return (jint)got;
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      return -1; /* A terminal without a program says EIO. */
    }
  }
}

/* Whether all of it was written; false when nobody reads any more. */
NATIVE(jboolean, write0)(JNIEnv *env, jclass type, jint fd, jint wake, jbyteArray bytes, jint count) {
  (void)type;
  char piece[PIECE];
  for (jint from = 0; from < count;) {
    jint size = count - from < PIECE ? count - from : PIECE;
    (*env)->GetByteArrayRegion(env, bytes, from, size, (jbyte *)piece);
    for (jint put = 0; put < size;) {
      if (ready(fd, POLLOUT, wake) <= 0) {
        return JNI_FALSE;
      }
      ssize_t now = write(fd, piece + put, (size_t)(size - put));
      if (now < 0 && errno != EAGAIN && errno != EINTR) {
        return JNI_FALSE;
      }
      put += now > 0 ? (jint)now : 0;
    }
    from += size;
  }
  return JNI_TRUE;
}

NATIVE(void, resize0)(JNIEnv *env, jclass type, jint fd, jintArray size) {
  (void)type;
  jint wanted[4];
  (*env)->GetIntArrayRegion(env, size, 0, 4, wanted);
  set_size(fd, wanted);
}

/* Until the program has ended; it keeps its number, so that no other can have it, until reap0. */
NATIVE(void, await0)(JNIEnv *env, jclass type, jint pid) {
  (void)env;
  (void)type;
  siginfo_t how;
  while (waitid(P_PID, (id_t)pid, &how, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
}

/* As a shell says it: the status, or 128 and the signal's number. */
NATIVE(jint, reap0)(JNIEnv *env, jclass type, jint pid) {
  (void)env;
  (void)type;
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) {
      return 255;
    }
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

NATIVE(void, signal0)(JNIEnv *env, jclass type, jint pid, jint number) {
  (void)env;
  (void)type;
  kill(-pid, number);
}

NATIVE(void, close0)(JNIEnv *env, jclass type, jint fd) {
  (void)env;
  (void)type;
  close(fd);
}
