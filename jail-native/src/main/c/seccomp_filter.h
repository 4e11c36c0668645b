/*
 * From rules to a seccomp program.
 *
 * Rules are 64-bit numbers, the same array that Java hands over:
 *
 *   [0] action for a call number above the highest known one
 *   [1] highest known call number
 *   [2] number of rules, then each rule:
 *       call number, action (a SECCOMP_RET_* value with its data), number of tests n,
 *       n times: argument index 0-5, width 32 or 64, operation, value, mask
 *
 * Rules of one call stand together and are tried in order: the first whose tests all hold gives the
 * action. A known call that no rule matches is allowed. Tests read register words only, never memory:
 * width 32 looks at the low word, as the kernel does for int arguments.
 *
 * The program: foreign architecture -> kill the process; on x86-64 number 0xFFFFFFFF -> allow (the
 * kernel itself says ENOSYS), x32 numbers -> ENOSYS; above the highest known number -> the default;
 * then a balanced binary tree over ranges of numbers with equal answers.
 */
#ifndef PK_SECCOMP_FILTER_H
#define PK_SECCOMP_FILTER_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "jail_status.h"

#define FILTER_ARCH_X86_64 0xC000003EU
#define FILTER_ARCH_AARCH64 0xC00000B7U
/* Fewer than this many instructions (the kernel's own limit). */
#define FILTER_MAX 4096
/* More tests than this in one rule are refused: a failed test must be able to jump over the rest. */
#define FILTER_MAX_TESTS 16

#if defined(__x86_64__)
#define FILTER_ARCH_NATIVE FILTER_ARCH_X86_64
#elif defined(__aarch64__)
#define FILTER_ARCH_NATIVE FILTER_ARCH_AARCH64
#else
#error "The jail knows x86-64 and aarch64 only."
#endif

enum filter_operation {
  FILTER_EQ = 0,        /* v == value */
  FILTER_NE = 1,        /* v != value */
  FILTER_ANY_BIT = 2,   /* (v & mask) != 0 */
  FILTER_MASKED_EQ = 3, /* (v & mask) == value */
  FILTER_GT = 4,        /* v > value, unsigned */
  FILTER_LT = 5         /* v < value, unsigned */
};

struct filter_program {
  struct sock_filter *code; /* Owned; filter_free gives it back. */
  size_t length;            /* In instructions. */
};

/* Compiles for one architecture. On failure nothing is allocated. */
enum jail_status filter_compile(uint32_t arch, const int64_t *rules, size_t count,
                                struct filter_program *program);

void filter_free(struct filter_program *program);

/* Puts a program on this thread; no_new_privs must be set. Fails with JAIL_SYSTEM. */
enum jail_status filter_install(const struct filter_program *program);

#endif
