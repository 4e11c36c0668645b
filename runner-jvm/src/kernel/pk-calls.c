// What the JDK does not offer of the C library; org.polykern.runner.spawn.CLibrary declares it.

#include <errno.h>
#include <jni.h>
#include <malloc.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

JNIEXPORT jint JNICALL Java_org_polykern_runner_spawn_CLibrary_kill(
    JNIEnv *env, jclass self, jint pid, jint number) {
  (void)env, (void)self;
  return kill(pid, number) == 0 ? 0 : errno;
}

JNIEXPORT jint JNICALL Java_org_polykern_runner_spawn_CLibrary_mkfifo(
    JNIEnv *env, jclass self, jbyteArray path, jint mode) {
  (void)self;
  jbyte *name = (*env)->GetByteArrayElements(env, path, NULL);
  if (name == NULL) {
    return ENOMEM;
  }
  int result = mkfifo((const char *)name, (mode_t)mode) == 0 ? 0 : errno;
  (*env)->ReleaseByteArrayElements(env, path, name, JNI_ABORT);
  return result;
}

JNIEXPORT jint JNICALL Java_org_polykern_runner_spawn_CLibrary_unread(
    JNIEnv *env, jclass self, jint descriptor) {
  (void)env, (void)self;
  int count = 0;
  return ioctl(descriptor, FIONREAD, &count) == 0 ? count : 0;
}

JNIEXPORT void JNICALL Java_org_polykern_runner_spawn_CLibrary_trim(JNIEnv *env, jclass self) {
  (void)env, (void)self;
  malloc_trim(0);
}
