#!/bin/sh
# Compiles what the SSH server needs of the C library: build.sh JAVA_HOME MODULE_DIR
# Makes target/native/libpk-program.so, unless it is newer than its sources.
set -eu

jdk=$1
source=$2/src/main/c
target=$2/target/native
result=$target/libpk-program.so

compiler=${CC:-gcc}
command -v "$compiler" >/dev/null 2>&1 || {
  echo "Expected a C compiler called $compiler on the PATH, but there is none: install gcc, or set CC." >&2
  exit 1
}
if [ "$result" -nt "$source/program.c" ] && [ "$result" -nt "$source/build.sh" ]; then
  exit 0
fi
mkdir -p "$target"
"$compiler" -std=gnu11 -O2 -Wall -Wextra -Werror -Wshadow -shared -fPIC -I"$jdk/include" -I"$jdk/include/linux" \
  -o "$result.$$" "$source/program.c"
mv "$result.$$" "$result"
