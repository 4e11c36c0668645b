/* The natives of org.polykern.jail.nativelib.JailNative: convert, call, convert back. */
#define _GNU_SOURCE
#include <errno.h>
#include <jni.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bpf_run.h"
#include "capabilities.h"
#include "landlock.h"
#include "seccomp_filter.h"

#define NATIVE(type, name) \
  JNIEXPORT type JNICALL Java_org_polykern_jail_nativelib_JailNative_##name
#define ARGUMENTS 6
#define YAMA_ABSENT (-1)

static void throw_illegal(JNIEnv *env, const char *sentence) {
  jclass type = (*env)->FindClass(env, "java/lang/IllegalArgumentException");
  if (type != NULL) {
    (*env)->ThrowNew(env, type, sentence);
  }
}

static void throw_no_memory(JNIEnv *env) {
  jclass type = (*env)->FindClass(env, "java/lang/OutOfMemoryError");
  if (type != NULL) {
    (*env)->ThrowNew(env, type, "The C library has no memory for a filter.");
  }
}

static void throw_status(JNIEnv *env, enum jail_status status) {
  switch (status) {
    case JAIL_TOO_LARGE:
      throw_illegal(env, "Expected a policy of fewer than 4096 instructions, but it compiles to more: "
                         "give it fewer rules.");
      break;
    case JAIL_NO_MEMORY:
      throw_no_memory(env);
      break;
    default:
      throw_illegal(env, "Expected rules in their format, but an architecture, number, test or length "
                         "is wrong, or a call's rules stand in two places.");
  }
}

NATIVE(jbyteArray, compile0)(JNIEnv *env, jclass type, jint arch, jlongArray rules) {
  (void)type;
  jsize count = (*env)->GetArrayLength(env, rules);
  jlong *values = (*env)->GetLongArrayElements(env, rules, NULL);
  if (values == NULL) {
    return NULL; /* OutOfMemoryError is pending. */
  }
  struct filter_program program;
  enum jail_status status =
      filter_compile((uint32_t)arch, (const int64_t *)values, (size_t)count, &program);
  (*env)->ReleaseLongArrayElements(env, rules, values, JNI_ABORT);
  if (status != JAIL_OK) {
    throw_status(env, status);
    return NULL;
  }
  jsize size = (jsize)(program.length * sizeof *program.code);
  jbyteArray bytes = (*env)->NewByteArray(env, size);
  if (bytes != NULL) {
    (*env)->SetByteArrayRegion(env, bytes, 0, size, (const jbyte *)program.code);
  }
  filter_free(&program);
  return bytes;
}

NATIVE(jint, evaluate0)
(JNIEnv *env, jclass type, jbyteArray bpf, jint arch, jint nr, jlong ip, jlongArray args) {
  (void)type;
  jsize size = (*env)->GetArrayLength(env, bpf);
  if ((*env)->GetArrayLength(env, args) != ARGUMENTS || size % (jsize)sizeof(struct sock_filter) != 0) {
    throw_illegal(env, "Expected six arguments and a program of whole instructions.");
    return 0;
  }
  jlong values[ARGUMENTS];
  (*env)->GetLongArrayRegion(env, args, 0, ARGUMENTS, values);
  struct seccomp_data data = {
      .nr = nr, .arch = (uint32_t)arch, .instruction_pointer = (uint64_t)ip};
  for (int i = 0; i < ARGUMENTS; i++) {
    data.args[i] = (uint64_t)values[i];
  }
  struct sock_filter *code = malloc((size_t)size + 1);
  if (code == NULL) {
    throw_no_memory(env);
    return 0;
  }
  (*env)->GetByteArrayRegion(env, bpf, 0, size, (jbyte *)code);
  uint32_t action = 0;
  enum jail_status status = bpf_run(code, (size_t)size / sizeof *code, &data, &action);
  free(code);
  if (status != JAIL_OK) {
    throw_illegal(env, "Expected a program that the kernel would take, but it leaves its bounds or has "
                       "an unknown instruction.");
  }
  return (jint)action;
}

static jlong yama_scope(void) {
  FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
  int scope = YAMA_ABSENT;
  if (file != NULL) {
    if (fscanf(file, "%d", &scope) != 1) {
      scope = YAMA_ABSENT;
    }
    fclose(file);
  }
  return scope;
}

static jlong seccomp_actions(void) {
  static const uint32_t actions[] = {SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD,
                                     SECCOMP_RET_TRAP,         SECCOMP_RET_ERRNO,
                                     SECCOMP_RET_USER_NOTIF,   SECCOMP_RET_TRACE,
                                     SECCOMP_RET_LOG,          SECCOMP_RET_ALLOW};
  jlong available = 0;
  for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
    uint32_t action = actions[i];
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0) {
      available |= (jlong)1 << i;
    }
  }
  return available;
}

NATIVE(jlongArray, probe0)(JNIEnv *env, jclass type) {
  (void)type;
  jlong found[] = {seccomp_actions(), landlock_abi(), yama_scope(),
                   prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), (jlong)FILTER_ARCH_NATIVE};
  jsize count = sizeof found / sizeof *found;
  jlongArray result = (*env)->NewLongArray(env, count);
  if (result != NULL) {
    (*env)->SetLongArrayRegion(env, result, 0, count, found);
  }
  return result;
}

NATIVE(jboolean, supervises0)(JNIEnv *env, jclass type) {
  (void)env;
  (void)type;
  return capabilities_supervise() ? JNI_TRUE : JNI_FALSE;
}

/* The file system user that this thread then has. The call itself has no error to tell: asking for an
   impossible one changes nothing and answers with the present one. */
NATIVE(jint, actForFilesAs0)(JNIEnv *env, jclass type, jint uid) {
  (void)env;
  (void)type;
  syscall(SYS_setfsuid, uid);
  return (jint)syscall(SYS_setfsuid, -1);
}
