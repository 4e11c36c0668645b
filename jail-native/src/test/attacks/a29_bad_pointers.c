/*
 * A29. Paths at NULL, in unmapped memory, without an end, and that are no text. Expected: what the kernel
 * says (EFAULT, ENAMETOOLONG, ENOENT), from calls that are judged as from others.
 */
#include "attack.h"

static void all_calls(const char *label, const char *path) {
  long results[] = {open(path, O_RDONLY), chmod(path, 0600), access(path, R_OK), syscall(SYS_execve, path, NULL, NULL),
                    syscall(SYS_mount, path, path, path, 0, path), syscall(SYS_socket, 40, path, path),
                    syscall(SYS_chmod, path, 04755), syscall(SYS_clone3, path, 88)};
  for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
    outcome(label, results[i] == -1 ? 0 : ECANCELED);
  }
}

int main(void) {
  char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(page, 'x', 4096);
  munmap(page + 4096, 4096);
  all_calls("null", NULL);
  all_calls("unmapped", (const char *)0x10);
  all_calls("kernel", (const char *)0xFFFF800000000000);
  all_calls("endless", page);
  all_calls("cut off", page + 4090);
  all_calls("no text", "/\xff\xfe\x80/\xc0\xaf");
  return verdict("harmless");
}
