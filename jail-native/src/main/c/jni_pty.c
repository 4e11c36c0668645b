/* The natives of org.polykern.jail.nativelib.TerminalPair. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <jni.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pty.h"

#define NATIVE(type, name) \
  JNIEXPORT type JNICALL Java_org_polykern_jail_nativelib_TerminalPair_##name

static void throw_errno(JNIEnv *env, const char *what) {
  char sentence[300];
  snprintf(sentence, sizeof sentence, "%s%s", what, strerror(errno));
  jclass type = (*env)->FindClass(env, "java/io/IOException");
  if (type != NULL) {
    (*env)->ThrowNew(env, type, sentence);
  }
}

/* Puts the descriptors into the array, master first, and gives the name. */
NATIVE(jstring, open0)(JNIEnv *env, jclass type, jintArray into) {
  (void)type;
  struct pty pty;
  enum pty_step step = pty_open(&pty);
  if (step != PTY_OPENED) {
    throw_errno(env, pty_sentence(step));
    return NULL;
  }
  jint pair[2] = {pty.master, pty.end};
  (*env)->SetIntArrayRegion(env, into, 0, 2, pair);
  return (*env)->NewStringUTF(env, pty.name);
}

NATIVE(void, resize0)(JNIEnv *env, jclass type, jint master, jint rows, jint columns) {
  (void)type;
  if (pty_resize(master, (unsigned short)rows, (unsigned short)columns) != 0) {
    throw_errno(env, "Expected a terminal that can be resized, but: ");
  }
}

NATIVE(void, replace0)(JNIEnv *env, jclass type, jint master, jint descriptor) {
  (void)type;
  if (dup3(master, descriptor, O_CLOEXEC) < 0) {
    throw_errno(env, "Expected a descriptor that can be replaced, but: ");
  }
}

NATIVE(void, close0)(JNIEnv *env, jclass type, jint descriptor) {
  (void)env;
  (void)type;
  close(descriptor);
}
