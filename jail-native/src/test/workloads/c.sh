# needs: gcc make
# What a C library can do, the sanitizers, static programs, make.
cat > main.c << 'C'
#define _GNU_SOURCE
#include <aio.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void *nothing(void *argument) { return argument; }

static void say(const char *what, long result) { printf("%s %s\n", what, result < 0 ? "failed" : "works"); }

int main(void) {
  pthread_t threads[50];
  for (int i = 0; i < 50; i++) say("thread", -pthread_create(threads + i, NULL, nothing, NULL));
  for (int i = 0; i < 50; i++) pthread_join(threads[i], NULL);
  int id = shmget(IPC_PRIVATE, 4096, 0600);
  say("shmat", shmat(id, NULL, 0) == (void *)-1 ? -1 : 0);
  say("shmctl", shmctl(id, IPC_RMID, NULL));
  id = semget(IPC_PRIVATE, 1, 0600);
  say("semop", semop(id, &(struct sembuf){0, 1, 0}, 1));
  semctl(id, 0, IPC_RMID);
  id = msgget(IPC_PRIVATE, 0600);
  say("msgsnd", msgsnd(id, &(struct { long kind; char text[8]; }){1, "x"}, 8, 0));
  msgctl(id, IPC_RMID, NULL);
  char name[40];
  snprintf(name, sizeof name, "/pk-workload-%d", (int)getpid());
  sem_t *semaphore = sem_open(name, O_CREAT, 0600, 1);
  say("sem_open", semaphore == SEM_FAILED ? -1 : 0);
  sem_unlink(name);
  mqd_t queue = mq_open(name, O_CREAT | O_RDWR, 0600, NULL);
  say("mq_open", queue);
  mq_unlink(name);
  pid_t child;
  char *arguments[] = {"true", NULL};
  say("posix_spawn", -posix_spawnp(&child, "true", NULL, NULL, arguments, environ));
  waitpid(child, NULL, 0);
  timer_t timer;
  say("timer", timer_create(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_NONE}, &timer));
  char bytes[10];
  struct aiocb read = {.aio_fildes = open("main.c", O_RDONLY), .aio_buf = bytes, .aio_nbytes = 10};
  say("aio", aio_read(&read));
  const struct aiocb *list[] = {&read};
  aio_suspend(list, 1, NULL);
  say("mlock", mlock(bytes, sizeof bytes));
  say("system", system("true"));
  say("timerfd", timerfd_create(CLOCK_MONOTONIC, 0));
  say("mremap", mremap(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096, 8192, MREMAP_MAYMOVE) == MAP_FAILED);
  say("affinity", sched_getcpu());
  return 0;
}
C
cat > Makefile << 'M'
all: main static shared
main: main.c
	gcc -O2 -flto=2 -Wall $< -o $@ -lpthread -lrt
static: main.c
	gcc -static $< -o $@ -lpthread -lrt
shared: main.c
	gcc -g -pg $< -o $@ -lpthread -lrt
M
make -s -j4 && for program in main static shared; do ./$program | sort | uniq -c; done
for kind in address undefined leak; do
  gcc -g -fsanitize=$kind main.c -o checked -lpthread -lrt 2> /dev/null || continue
  ./checked > checked.out 2>&1; echo "$kind $?"
done
ar rcs a.a main && strip main && objdump -d main > /dev/null && readelf -a main > /dev/null && ldd main > /dev/null; echo "$?"
