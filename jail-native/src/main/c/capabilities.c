#define _GNU_SOURCE
#include "capabilities.h"

#include <errno.h>
#include <linux/capability.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HIGHEST 63
_Static_assert(CAPABILITIES_OF_SUPERVISOR == (1UL << CAP_KILL | 1UL << CAP_SETGID | 1UL << CAP_SETUID),
               "the header spells out the kernel's numbers");

static int set(unsigned long mask) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
    unsigned word = (unsigned)(mask >> 32 * i);
    data[i] = (struct __user_cap_data_struct){word, word, word};
  }
  return (int)syscall(SYS_capset, &header, data);
}

int capabilities_supervise(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};
  return syscall(SYS_capget, &header, data) == 0 &&
         (data[0].effective & CAPABILITIES_OF_SUPERVISOR) == CAPABILITIES_OF_SUPERVISOR;
}

int capabilities_keep_three(void) {
  if (set(CAPABILITIES_OF_SUPERVISOR) != 0) {
    return -1;
  }
  for (unsigned long capability = 0; capability <= HIGHEST; capability++) {
    if ((CAPABILITIES_OF_SUPERVISOR >> capability & 1) != 0 &&
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0) {
      return -1;
    }
  }
  return 0;
}

int capabilities_drop_all(void) {
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return set(0); /* Would clear the ambient ones by itself; a kernel without them has none. */
}

void capabilities_bound(unsigned long kept) {
  for (unsigned long capability = 0; capability <= HIGHEST; capability++) {
    if ((kept >> capability & 1) == 0 && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 &&
        errno == EPERM) {
      return;
    }
  }
}
