# Policy: c. Needs: gcc, make.
mkdir parts
for i in 1 2 3 4; do echo "int part$i(void) { return $i; }" > parts/part$i.c; done
cat > main.c <<'END'
#include <pthread.h>
#include <stdio.h>
int part1(void), part2(void), part3(void), part4(void);
static void *work(void *sum) { *(int *)sum = part1() + part2() + part3() + part4(); return sum; }
int main(void) {
  pthread_t thread;
  int sum = 0;
  return pthread_create(&thread, NULL, work, &sum) || pthread_join(thread, NULL) || sum != 10;
}
END
printf 'OBJECTS = main.o parts/part1.o parts/part2.o parts/part3.o parts/part4.o\nprogram: $(OBJECTS)\n\tgcc -pthread -o $@ $(OBJECTS)\n' > Makefile
make -s -j2
./program
