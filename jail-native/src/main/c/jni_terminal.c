/*
 * The natives of org.polykern.jail.nativelib.PseudoTerminal: a terminal for a program whose session is
 * its own, and the way of bytes between it and the terminal of this process.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <jni.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "pty.h"

#define NATIVE(type, name) \
  JNIEXPORT type JNICALL Java_org_polykern_jail_nativelib_PseudoTerminal_##name
#define OURS STDIN_FILENO
#define AT_ONCE 4096

/* What somebody typed and the program has not taken yet. */
struct typed {
  char bytes[AT_ONCE];
  size_t from, to;
};

static void throw_errno(JNIEnv *env, const char *what) {
  char sentence[300] = "";
  int error = errno;
  strncat(sentence, what, sizeof sentence - 1);
  strncat(sentence, strerror(error), sizeof sentence - 1 - strlen(sentence));
  jclass type = (*env)->FindClass(env, "java/io/IOException");
  if (type != NULL) {
    (*env)->ThrowNew(env, type, sentence);
  }
}

NATIVE(jboolean, isTerminal0)(JNIEnv *env, jclass type, jint fd) {
  (void)env;
  (void)type;
  return isatty(fd) ? JNI_TRUE : JNI_FALSE;
}

NATIVE(jboolean, isForeground0)(JNIEnv *env, jclass type) {
  (void)env;
  (void)type;
  return tcgetpgrp(OURS) == getpgrp() ? JNI_TRUE : JNI_FALSE;
}

static void copy_size(int to) {
  struct winsize size;
  if (ioctl(OURS, TIOCGWINSZ, &size) == 0) {
    ioctl(to, TIOCSWINSZ, &size);
  }
}

/* As our own terminal is set, and with an owner; -1 with errno. */
static int prepare(const struct pty *pty, uid_t owner) {
  struct termios settings;
  copy_size(pty->master);
  return tcgetattr(OURS, &settings) == 0 && tcsetattr(pty->end, TCSANOW, &settings) == 0 &&
                 fchown(pty->end, owner, (gid_t)-1) == 0
             ? 0
             : -1;
}

/* {the end of this process, the end of programs}. */
NATIVE(jintArray, open0)(JNIEnv *env, jclass type, jint owner) {
  (void)type;
  struct pty pty;
  enum pty_step step = pty_open(&pty);
  if (step != PTY_OPENED) {
    throw_errno(env, pty_sentence(step));
    return NULL;
  }
  jintArray result = NULL;
  if (prepare(&pty, (uid_t)owner) != 0) {
    throw_errno(env, "Expected a terminal like that of standard input, but: ");
  } else if ((result = (*env)->NewIntArray(env, 2)) != NULL) {
    jint pair[2] = {pty.master, pty.end};
    (*env)->SetIntArrayRegion(env, result, 0, 2, pair);
    return result;
  }
  close(pty.master);
  close(pty.end);
  return NULL;
}

NATIVE(jstring, name0)(JNIEnv *env, jclass type, jint master) {
  (void)type;
  char name[64];
  if (ptsname_r(master, name, sizeof name) != 0) {
    throw_errno(env, "Expected a terminal with a name, but: ");
    return NULL;
  }
  return (*env)->NewStringUTF(env, name);
}

/* Keystrokes as they are from here on; gives the settings before as bytes. */
NATIVE(jbyteArray, raw0)(JNIEnv *env, jclass type) {
  (void)type;
  struct termios before, raw;
  if (tcgetattr(OURS, &before) != 0) {
    throw_errno(env, "Expected a terminal, but: ");
    return NULL;
  }
  jbyteArray kept = (*env)->NewByteArray(env, sizeof before);
  if (kept != NULL) {
    (*env)->SetByteArrayRegion(env, kept, 0, sizeof before, (const jbyte *)&before);
    raw = before;
    cfmakeraw(&raw);
    tcsetattr(OURS, TCSADRAIN, &raw);
  }
  return kept;
}

NATIVE(void, restore0)(JNIEnv *env, jclass type, jbyteArray kept) {
  (void)type;
  struct termios before;
  if ((size_t)(*env)->GetArrayLength(env, kept) == sizeof before) {
    (*env)->GetByteArrayRegion(env, kept, 0, sizeof before, (jbyte *)&before);
    tcsetattr(OURS, TCSADRAIN, &before);
  }
}

NATIVE(void, resize0)(JNIEnv *env, jclass type, jint master) {
  (void)env;
  (void)type;
  copy_size(master);
}

NATIVE(void, close0)(JNIEnv *env, jclass type, jint fd) {
  (void)env;
  (void)type;
  close(fd);
}

static int write_all(int fd, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t put = write(fd, bytes, count);
    if (put < 0 && errno == EAGAIN) { /* Somebody made the terminal non-blocking. */
      struct pollfd wait = {.fd = fd, .events = POLLOUT};
      poll(&wait, 1, -1);
    } else if (put < 0 && errno != EINTR) {
      return -1;
    }
    bytes += put > 0 ? put : 0;
    count -= put > 0 ? (size_t)put : 0;
  }
  return 0;
}

/* 0 when there is more to come, -1 when nobody has the program's end any more. */
static int show(int master, int screen) {
  char bytes[AT_ONCE];
  ssize_t got = read(master, bytes, sizeof bytes);
  if (got > 0) {
    return write_all(screen, bytes, (size_t)got);
  }
  return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static void pass_on(int master, struct typed *typed) {
  ssize_t put = write(master, typed->bytes + typed->from, typed->to - typed->from);
  typed->from += put > 0 ? (size_t)put : 0;
}

/* 0 at the end of what can be typed. */
static int take(struct typed *typed) {
  ssize_t got = read(OURS, typed->bytes, sizeof typed->bytes);
  typed->from = 0;
  typed->to = got > 0 ? (size_t)got : 0;
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Until nobody has the program's end any more. */
NATIVE(void, relay0)(JNIEnv *env, jclass type, jint master) {
  (void)env;
  (void)type;
  struct typed typed = {.from = 0, .to = 0};
  int typing = 1;
  int screen = isatty(STDOUT_FILENO) ? STDOUT_FILENO : isatty(STDERR_FILENO) ? STDERR_FILENO : OURS;
  for (;;) {
    int pending = typed.from < typed.to;
    struct pollfd fds[2] = {
        {.fd = master, .events = (short)(POLLIN | (pending ? POLLOUT : 0))},
        {.fd = typing && !pending ? OURS : -1, .events = POLLIN}};
    if (poll(fds, 2, -1) < 0) {
      if (errno == EINTR) {
        continue;
      }
      return;
    }
    if ((fds[0].revents & POLLOUT) != 0) {
      pass_on(master, &typed);
    }
    if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && show(master, screen) != 0) {
      return;
    }
    if (fds[1].revents != 0) {
      typing = take(&typed);
    }
  }
}
