#define _GNU_SOURCE
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's numbers, written down here because headers are older than kernels. */
#define CREATE_RULESET 444
#define ADD_RULE 445
#define RESTRICT_SELF 446
#define CREATE_RULESET_VERSION 1U
#define RULE_PATH_BENEATH 1

#define FS_EXECUTE (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_REMOVE_AND_MAKE (UINT64_C(0x1FF) << 4) /* remove dir, file; make char ... sym */
#define FS_MAKE_BLOCK (UINT64_C(1) << 11)
#define FS_REFER (UINT64_C(1) << 13)    /* ABI 2 */
#define FS_TRUNCATE (UINT64_C(1) << 14) /* ABI 3 */
#define FS_OF_FILES (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE)
#define SCOPE_ABI 6

struct ruleset_attr {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};

struct path_beneath_attr {
  uint64_t allowed_access;
  int32_t parent_fd;
} __attribute__((packed));

int landlock_abi(void) {
  long abi = syscall(CREATE_RULESET, NULL, 0, CREATE_RULESET_VERSION);
  return abi < 0 ? 0 : (int)abi;
}

static uint64_t rights_of(unsigned classes, int abi) {
  uint64_t rights = 0;
  if (classes & LANDLOCK_READ) {
    rights |= FS_READ_FILE | FS_READ_DIR;
  }
  if (classes & LANDLOCK_WRITE) {
    rights |= FS_WRITE_FILE | FS_REMOVE_AND_MAKE;
    rights |= abi >= 2 ? FS_REFER : 0;
    rights |= abi >= 3 ? FS_TRUNCATE : 0;
  }
  if (classes & LANDLOCK_EXEC) {
    rights |= FS_EXECUTE;
  }
  return rights;
}

static enum jail_status allow(int ruleset, const char *prefix, uint64_t rights) {
  int fd = open(prefix, O_PATH | O_CLOEXEC);
  if (fd < 0) {
    return errno == ENOENT || errno == ENOTDIR || errno == EACCES ? JAIL_OK : JAIL_SYSTEM;
  }
  struct stat about;
  int failed = fstat(fd, &about) != 0;
  if (!failed) {
    rights &= S_ISDIR(about.st_mode) ? ~UINT64_C(0) : FS_OF_FILES;
    struct path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};
    failed = rights != 0 && syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0) != 0;
  }
  int saved = errno;
  close(fd);
  errno = saved;
  return failed ? JAIL_SYSTEM : JAIL_OK;
}

static enum jail_status add_paths(int ruleset, const struct landlock_rules *rules, int abi,
                                  uint64_t handled) {
  for (size_t i = 0; i < rules->path_count; i++) {
    const struct landlock_path *path = &rules->paths[i];
    enum jail_status status = allow(ruleset, path->prefix, rights_of(path->allowed, abi) & handled);
    if (status != JAIL_OK) {
      return status;
    }
  }
  /* A rename from one directory into another is refused in every domain unless it is allowed. */
  return (rules->restricted & LANDLOCK_WRITE) == 0 && (handled & FS_REFER) != 0
             ? allow(ruleset, "/", FS_REFER)
             : JAIL_OK;
}

enum jail_status landlock_prepare(const struct landlock_rules *rules, int *fd) {
  *fd = -1;
  if (rules->restricted == 0 && rules->scopes == 0 && !rules->domain) {
    return JAIL_OK;
  }
  int abi = landlock_abi();
  if (abi == 0) {
    errno = EOPNOTSUPP;
    return rules->restricted != 0 ? JAIL_SYSTEM : JAIL_OK;
  }
  struct ruleset_attr attr = {.handled_access_fs = rights_of(rules->restricted, abi)};
  attr.handled_access_fs |= abi >= 2 ? FS_REFER : 0;
  attr.scoped = abi >= SCOPE_ABI ? rules->scopes : 0;
  if (attr.handled_access_fs == 0) {
    attr.handled_access_fs = FS_MAKE_BLOCK; /* ABI 1 with nothing restricted: what is refused anyway. */
  }
  size_t size = abi >= SCOPE_ABI ? sizeof attr : sizeof attr.handled_access_fs;
  long ruleset = syscall(CREATE_RULESET, &attr, size, 0);
  if (ruleset < 0) {
    return JAIL_SYSTEM;
  }
  enum jail_status status = add_paths((int)ruleset, rules, abi, attr.handled_access_fs);
  if (status != JAIL_OK) {
    int saved = errno;
    close((int)ruleset);
    errno = saved;
    return status;
  }
  *fd = (int)ruleset;
  return JAIL_OK;
}

enum jail_status landlock_enforce(int fd) {
  if (fd < 0) {
    return JAIL_OK;
  }
  long failed = syscall(RESTRICT_SELF, fd, 0);
  int saved = errno;
  close(fd);
  errno = saved;
  return failed == 0 ? JAIL_OK : JAIL_SYSTEM;
}
