/*
 * A43. Socket families that only exploits and hypervisors use. Expected: EAFNOSUPPORT. With "raw": packets by way of
 * the internet family. Expected: EPERM, by the kernel.
 */
#include "attack.h"

#include <sys/socket.h>

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "raw") == 0) {
    attempt("raw", socket(AF_INET, SOCK_RAW, 255));
    attempt("packet", socket(AF_INET, 10, 0x0300));
    return verdict("done");
  }
  attempt("vsock", socket(40, SOCK_STREAM, 0));
  attempt("alg", socket(38, SOCK_SEQPACKET, 0));
  attempt("packet raw", socket(17, SOCK_RAW, 0x0300));
  attempt("packet", socket(17, SOCK_DGRAM, 0x0300));
  attempt("netfilter", socket(16, SOCK_RAW, 12));
  attempt("audit", socket(16, SOCK_RAW, 9));
  attempt("xfrm", socket(16, SOCK_RAW, 6));
  attempt("high half set", syscall(SYS_socket, 0xFFFFFFFF00000026, SOCK_SEQPACKET, 0));
  return verdict("done");
}
