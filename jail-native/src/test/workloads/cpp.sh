# needs: g++
cat > main.cpp << 'C'
#include <atomic>
#include <filesystem>
#include <future>
#include <iostream>
#include <random>
#include <thread>

int main() {
  std::jthread thread([] {});
  std::cout << std::async(std::launch::async, [] { return 1; }).get() << '\n';
  std::filesystem::create_directories("x/y");
  std::filesystem::copy("main.cpp", "x/copy.cpp");
  std::cout << std::filesystem::remove_all("x") << '\n';
  std::random_device random;
  random();
  std::atomic<int> turn{0};
  std::jthread waiter([&] { turn.wait(0); });
  turn = 1;
  turn.notify_all();
  try { throw 1; } catch (int) { std::cout << "caught\n"; }
}
C
g++ -std=c++20 main.cpp -o main && ./main
g++ -std=c++20 -fsanitize=address main.cpp -o checked && ./checked
