/* A16. The other calls that signal, with SIGSTOP, SIGABRT and a real-time signal. Expected: EPERM. */
#include "attack.h"

static void signal_all_ways(const char *name, pid_t group, pid_t thread) {
  static const int signals[] = {SIGSTOP, SIGABRT, 34};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
    char label[40];
    siginfo_t info = {.si_signo = signals[i], .si_code = SI_QUEUE};
    snprintf(label, sizeof label, "tkill %s %d", name, signals[i]);
    attempt(label, syscall(SYS_tkill, thread, signals[i]));
    snprintf(label, sizeof label, "tgkill %s %d", name, signals[i]);
    attempt(label, syscall(SYS_tgkill, group, thread, signals[i]));
    snprintf(label, sizeof label, "sigqueue %s %d", name, signals[i]);
    attempt(label, syscall(SYS_rt_sigqueueinfo, thread, signals[i], &info));
    snprintf(label, sizeof label, "tgsigqueue %s %d", name, signals[i]);
    attempt(label, syscall(SYS_rt_tgsigqueueinfo, group, thread, signals[i], &info));
  }
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "threads") == 0) {
    pid_t runner = target("runner"), thread = further_thread(runner);
    if (thread > 0) {
      signal_all_ways("thread of runner", runner, thread);
    }
    return verdict("done");
  }
  for (const char *const *name = targets(argc, argv); *name != NULL; name++) {
    pid_t pid = target(*name);
    signal_all_ways(*name, pid, pid);
  }
  return verdict("done");
}
