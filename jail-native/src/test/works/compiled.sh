# Policy: cpp. Needs: g++, gfortran.
cat > a.cc <<'END'
#include <future>
#include <iostream>
#include <stdexcept>
int main() {
  auto answer = std::async(std::launch::async, [] { return 42; });
  try { throw std::runtime_error("x"); } catch (std::exception &e) { std::cout << answer.get(); }
}
END
g++ -pthread a.cc -o a
test "$(./a)" = 42
printf 'program p\nprint "(i0)", 42\nend program\n' > b.f90
gfortran -fopenmp b.f90 -o b
test "$(./b)" = 42
