/* A41. Administers the machine; with arguments that would do no harm. Expected: EPERM. */
#include "attack.h"

#include <sys/utsname.h>
#include <time.h>

int main(void) {
  struct timespec now;
  struct utsname names;
  uname(&names);
  clock_gettime(CLOCK_REALTIME, &now);
  attempt("init_module", syscall(SYS_init_module, "", 0, ""));
  attempt("finit_module", syscall(SYS_finit_module, -1, "", 0));
  attempt("delete_module", syscall(SYS_delete_module, "no_such_module", 0));
  attempt("kexec_load", syscall(SYS_kexec_load, 0, 0, NULL, 0));
  attempt("kexec_file_load", syscall(SYS_kexec_file_load, -1, -1, 0, "", 0));
  attempt("reboot", syscall(SYS_reboot, 0, 0, 0, NULL));
  attempt("swapon", syscall(SYS_swapon, "/no/such/file", 0));
  attempt("swapoff", syscall(SYS_swapoff, "/no/such/file"));
  attempt("acct", syscall(SYS_acct, "/no/such/file"));
  attempt("iopl", syscall(SYS_iopl, 3));
  attempt("ioperm", syscall(SYS_ioperm, 0x80, 1, 1));
  attempt("settimeofday", syscall(SYS_settimeofday, &now, NULL));
  attempt("clock_settime", syscall(SYS_clock_settime, CLOCK_REALTIME, &now));
  attempt("sethostname", syscall(SYS_sethostname, names.nodename, strlen(names.nodename)));
  attempt("setdomainname", syscall(SYS_setdomainname, names.domainname, strlen(names.domainname)));
  attempt("syslog", syscall(SYS_syslog, 10, NULL, 0));
  attempt("quotactl", syscall(SYS_quotactl, 0, NULL, 0, NULL));
  attempt("fanotify_init", syscall(SYS_fanotify_init, 0, 0));
  attempt("vhangup", syscall(SYS_vhangup));
  return verdict("done");
}
