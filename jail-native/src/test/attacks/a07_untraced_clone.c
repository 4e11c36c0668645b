/* A7. Children that the tracer would not follow, or that another would trace. Expected: EPERM. */
#include "attack.h"

int main(void) {
  static const struct {
    const char *name;
    unsigned long flags;
  } ways[] = {{"untraced", 0x00800000}, {"traced by another", 0x00002000},
              {"both", 0x00802000},     {"high half set", 0xFFFFFFFF00800000}};
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    long child = syscall(SYS_clone, ways[i].flags | SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
      _exit(0);
    }
    attempt(ways[i].name, child);
  }
  return verdict("done");
}
