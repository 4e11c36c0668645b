/* Outside the jail, as root: gives a program every capability, for A35. */
#include "attack.h"

#include <linux/capability.h>
#include <sys/xattr.h>

int main(int argc, char **argv) {
  struct vfs_cap_data all = {.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
                             .data = {{0x000000FF, 0}, {0, 0}}};
  return argc < 2 || setxattr(argv[1], "security.capability", &all, XATTR_CAPS_SZ_2, 0) != 0;
}
