/* A22. Writes into its own read-only memory through /proc/self/mem. Expected: works; it is one's own. */
#include "attack.h"

static const volatile char constant[] = "before";

int main(void) {
  int memory = open("/proc/self/mem", O_RDWR);
  long written = memory < 0 ? -1 : pwrite(memory, "behind", 6, (off_t)(uintptr_t)constant);
  attempt("write", written);
  return verdict(constant[3] == 'i' ? "done" : "unchanged");
}
