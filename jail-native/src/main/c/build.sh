#!/bin/sh
# Builds the native half of the jail from the module's C sources:
#   build.sh JAVA_HOME MODULE_DIR
# Makes target/native/pk-jail (static), target/native/libpkjail.so and the table of call numbers of
# x86-64. Does nothing when sources, compiler and JDK are those of the last build.
set -eu

jdk=$1
module=$2
source=$module/src/main/c
native=$module/target/native
tables=$module/target/generated-resources/org/polykern/jail

fail() {
  echo "The native half of the jail was not built: $1" >&2
  exit 1
}

compiler=${CC:-gcc}
command -v "$compiler" >/dev/null 2>&1 ||
  fail "expected a C compiler called $compiler on the PATH, but there is none: install gcc, or set CC"

x86_64=$tables/syscalls-x86_64.txt
stamp=$({ "$compiler" -dumpfullversion -dumpmachine; cat "$jdk/release" "$source"/*; } | sha256sum)
if [ -f "$native/.stamp" ] && [ "$(cat "$native/.stamp")" = "$stamp" ] && [ -d "$tables" ]; then
  exit 0
fi
rm -rf "$native" "$tables"
mkdir -p "$native" "$tables"

# The C library's headers know the calls of their own kernel version; syscalls-new.txt has the later
# ones, whose numbers are the same on every architecture, so that a policy can name them.
call_table() {
  header='#include <sys/syscall.h>'
  names=$(echo "$header" | "$compiler" -E -dM - | sed -n 's/^#define __NR_\([a-z0-9_]*\) .*/\1/p')
  { echo "$header"; for name in $names; do echo "@@ $name __NR_$name"; done; } |
    "$compiler" -E -P - | sed -n 's/^@@ \([a-z0-9_]*\) \([0-9]*\)$/\1 \2/p'
  cat "$source/syscalls-new.txt"
}

machine=$("$compiler" -dumpmachine)
case $machine in
  x86_64-*) call_table | sort -k2n -k1 -u > "$x86_64.new" && mv "$x86_64.new" "$x86_64" ;;
  aarch64-*) ;; # Its table is a checked-in resource.
  *) fail "expected a compiler for x86-64 or aarch64, but $compiler makes code for $machine" ;;
esac
[ ! -f "$x86_64" ] || [ "$(grep -c . "$x86_64")" -gt 350 ] ||
  fail "expected at least 350 calls in <sys/syscall.h>, but $x86_64 has fewer: install libc6-dev"

printf '%s\n' "$stamp" > "$native/.stamp"
