/* A37. Types into its own controlling terminal. Expected: EPERM. */
#include "attack.h"

#include <sys/ioctl.h>
#include <termios.h>

int main(void) {
  int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0) {
    perror("pty");
    return 1;
  }
  char *name = ptsname(terminal);
  int said[2];
  if (pipe(said) != 0) {
    return 1;
  }
  if (fork() == 0) {
    setsid();
    int end = open(name, O_RDWR);
    char letter = 'x';
    int errors[3] = {0};
    errors[0] = ioctl(end, TIOCSTI, &letter) == 0 ? 0 : errno;
    errors[1] = syscall(SYS_ioctl, end, 0xFFFFFFFF00005412, &letter) == 0 ? 0 : errno;
    letter = 3;
    errors[2] = ioctl(end, TIOCLINUX, &letter) == 0 ? 0 : errno;
    _exit(write(said[1], errors, sizeof errors) == sizeof errors ? 0 : 1);
  }
  int errors[3];
  if (read(said[0], errors, sizeof errors) != sizeof errors) {
    return 1;
  }
  outcome("TIOCSTI", errors[0]);
  outcome("TIOCSTI high half", errors[1]);
  outcome("TIOCLINUX", errors[2]);
  return verdict("done");
}
