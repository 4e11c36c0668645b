/*
 * A44. In sessions. Talks to the runner's ports without its key. Expected: a greeting that demands CURVE and no
 * further byte. With "all": to everything that listens in the session's network, sockets with a name included. With
 * "flood": 200 times, and the connections stay. Expected: the runner goes on talking to the agent.
 */
#include "attack.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#define CONNECTIONS 200
#define GREETING 64

static int staying;

/* A ZMTP 3.0 greeting without security, then the READY command of a pusher and a message "code". */
static ssize_t speak(int port, char *answer, size_t size) {
  char greeting[GREETING] = {(char)0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0, 'N', 'U', 'L', 'L'};
  static const char ready[] = "\x04\x1a\x05READY\x0bSocket-Type\x00\x00\x00\x04PUSH";
  static const char message[] = "\x01\x04" "code\x00\x08" "print(1)";
  struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int link = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(link, (struct sockaddr *)&name, sizeof name) != 0) {
    close(link);
    return -1;
  }
  ssize_t got = 0;
  struct pollfd ready_to_read = {.fd = link, .events = POLLIN};
  (void)!write(link, greeting, sizeof greeting);
  (void)!write(link, ready, sizeof ready - 1);
  (void)!write(link, message, sizeof message - 1);
  while ((size_t)got < size && poll(&ready_to_read, 1, got < GREETING ? 2000 : 300) == 1) {
    ssize_t more = read(link, answer + got, size - (size_t)got);
    if (more <= 0) {
      break;
    }
    got += more;
  }
  if (!staying) {
    close(link);
  }
  return got;
}

/* A NULL peer must at most read a greeting of mechanism CURVE and an error. */
static void try_port(int port) {
  char answer[1024] = "", label[40];
  snprintf(label, sizeof label, "port %d", port);
  ssize_t got = speak(port, answer, sizeof answer);
  int harmless = got < 13 || (memcmp(answer + 12, "CURVE", 5) == 0 &&
                              (got <= GREETING || memmem(answer, (size_t)got, "ERROR", 5) != NULL));
  outcome(label, harmless ? EACCES : 0);
  for (int i = 1; staying && i < CONNECTIONS && got >= 0; i++) {
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int link = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(link, (struct sockaddr *)&name, sizeof name) != 0) {
      close(link);
    }
  }
}

/* Every listening TCP port of this network namespace, the runner's among them. */
static void try_ports(void) {
  static const char *const tables[] = {"/proc/net/tcp", "/proc/net/tcp6"};
  char line[300];
  unsigned port, state;
  for (int i = 0; i < 2; i++) {
    FILE *table = fopen(tables[i], "r");
    while (table != NULL && fgets(line, sizeof line, table) != NULL) {
      if (sscanf(line, " %*d: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x", &port, &state) == 2 && state == 10) {
        try_port((int)port);
      }
    }
    if (table != NULL) {
      fclose(table);
    }
  }
}

static void try_sockets(void) {
  char line[400], path[200];
  unsigned flags;
  FILE *table = fopen("/proc/net/unix", "r");
  while (table != NULL && fgets(line, sizeof line, table) != NULL) {
    if (sscanf(line, "%*x: %*x %*x %x %*x %*x %*u %107s", &flags, path) == 2 && (flags & 0x10000) != 0) {
      struct sockaddr_un name = {.sun_family = AF_UNIX};
      size_t length = strlen(path);
      memcpy(name.sun_path, path, length);
      name.sun_path[0] = path[0] == '@' ? '\0' : path[0];
      int link = socket(AF_UNIX, SOCK_STREAM, 0);
      int failed = connect(link, (struct sockaddr *)&name, (socklen_t)(2 + length));
      outcome(path, failed ? EACCES : 0);
      close(link);
    }
  }
  if (table != NULL) {
    fclose(table);
  }
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  if (argc > 1 && strcmp(argv[1], "all") == 0) { /* A network of its own: everything that listens is the runner's. */
    try_ports();
    try_sockets();
  } else {
    staying = argc > 1 && strcmp(argv[1], "flood") == 0;
    try_port(2000);
    try_port(2001);
  }
  /* Else the runner may hand this process's own words to a connection that is about to go. */
  nanosleep(&(struct timespec){0, 300000000}, NULL);
  return verdict("let in");
}
