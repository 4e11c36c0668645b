/*
 * Path rules that the kernel enforces on the object it really opened, so no race and no link goes
 * round them. Three classes: read, write (create, remove, rename, truncate too) and exec. A class that
 * is not restricted costs nothing and refuses nothing.
 *
 * Not expressible, so not promised: stat, access, chmod, and what a process may do with a descriptor
 * that it already holds.
 */
#ifndef PK_LANDLOCK_H
#define PK_LANDLOCK_H

#include <stddef.h>

#include "jail_status.h"

enum landlock_class { LANDLOCK_READ = 1, LANDLOCK_WRITE = 2, LANDLOCK_EXEC = 4 };
/* What a domain may not reach outside itself; asked for on ABI 6 or later, ignored before. */
enum landlock_scope { LANDLOCK_NO_ABSTRACT_SOCKETS = 1, LANDLOCK_NO_SIGNALS = 2 };

struct landlock_path {
  const char *prefix; /* Absolute. One that does not exist is skipped: nothing can be opened there. */
  unsigned allowed;   /* enum landlock_class, or-ed. */
};

struct landlock_rules {
  unsigned restricted; /* enum landlock_class, or-ed. */
  unsigned scopes;     /* enum landlock_scope, or-ed. */
  int domain;          /* Not 0: a domain even without rules, for it keeps ptrace outside out. */
  struct landlock_path *paths;
  size_t path_count;
};

/* The kernel's version of the interface, 1 or more; 0 when it has none. */
int landlock_abi(void);

/*
 * Makes the rule set. *fd is -1 when there is nothing to enforce. JAIL_SYSTEM with errno, EOPNOTSUPP
 * when paths are restricted but the kernel cannot: a policy is enforced whole or not at all.
 */
enum jail_status landlock_prepare(const struct landlock_rules *rules, int *fd);

/* Puts a prepared rule set on this thread for ever; no_new_privs must be set. Closes fd. */
enum jail_status landlock_enforce(int fd);

#endif
