/* A40. Opens a file by a guessed handle, the classic way out of a container. Expected: EPERM. */
#include "attack.h"

int main(void) {
  struct {
    struct file_handle head;
    unsigned char bytes[8];
  } handle = {.head = {.handle_bytes = 8, .handle_type = 1}, .bytes = {2}};
  int mount = 0, somewhere = open("/", O_RDONLY);
  attempt("open_by_handle_at", open_by_handle_at(somewhere, &handle.head, O_RDONLY));
  attempt("name_to_handle_at", name_to_handle_at(AT_FDCWD, "/", &handle.head, &mount, 0));
  return verdict("done");
}
