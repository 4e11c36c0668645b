#!/bin/sh
# Compiles the small libraries of a kernel home, and puts the native half of the jail beside them, which
# the module jail-native has built: native.sh JAVA_HOME MODULE_DIR TARGET_DIR
set -eu

jdk=$1
sources=$2/src/kernel
jail=$2/../jail-native/target/native
target=$3

compiler=${CC:-gcc}
command -v "$compiler" >/dev/null 2>&1 || {
  echo "Expected a C compiler called $compiler on the PATH, but there is none: install gcc, or set CC." >&2
  exit 1
}

# library NAME [OPTION...]
library() {
  source=$sources/$1.c
  result=$target/lib$1.so
  shift
  if [ "$result" -nt "$source" ] && [ "$result" -nt "$sources/native.sh" ]; then
    return
  fi
  # Beside it first: a process that has the old one keeps it.
  "$compiler" -O2 -Wall -Wextra -Werror -shared -fPIC "$@" -o "$result.$$" "$source"
  mv "$result.$$" "$result"
}

mkdir -p "$target"
library pk-stdio -nostdlib -fno-stack-protector
library pk-calls -I"$jdk/include" -I"$jdk/include/linux"
library pk-box -O3 -I"$jdk/include" -I"$jdk/include/linux"

for file in pk-jail libpkjail.so; do
  if ! cmp -s "$jail/$file" "$target/$file"; then
    cp "$jail/$file" "$target/$file.$$"
    mv "$target/$file.$$" "$target/$file"
  fi
done
