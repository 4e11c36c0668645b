#!/bin/sh
# Builds the native half of the jail from the module's C sources:
#   build.sh JAVA_HOME MODULE_DIR
# Makes target/native/pk-jail (static), target/native/libpkjail.so and, on x86-64, the resource with that
# architecture's call numbers. Does nothing when sources, compiler and JDK are those of the last build.
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
  names=$(echo "$header" | "$compiler" -E -dM - | sed -n 's/^#define __NR_\([a-z0-9_]*\) .*/\1/p' |
    grep -vx -e syscalls -e arch_specific_syscall) # Two bounds, not calls.
  { echo "$header"; for name in $names; do echo "@@ $name __NR_$name"; done; } |
    "$compiler" -E -P - | sed -n 's/^@@ \([a-z0-9_]*\) \([0-9]*\)$/\1 \2/p'
  cat "$source/syscalls-new.txt"
}

call_table | sort -k2n -k1 -u > "$native/syscalls.txt"
[ "$(grep -c . "$native/syscalls.txt")" -gt 300 ] ||
  fail "expected more than 300 calls in <sys/syscall.h>, but there are fewer: install libc6-dev"
{
  echo 'static const char *const syscall_names[] = {'
  sed 's/^\([a-z0-9_]*\) \([0-9]*\)$/  [\2] = "\1",/' "$native/syscalls.txt"
  echo '};'
} > "$native/syscall_names.h"

machine=$("$compiler" -dumpmachine)
case $machine in
  x86_64-*)
    cp "$native/syscalls.txt" "$tables/syscalls-x86_64.txt"
    protection=-fcf-protection ;;
  aarch64-*) # Its table is a checked-in resource.
    protection=-mbranch-protection=standard ;;
  *) fail "expected a compiler for x86-64 or aarch64, but $compiler makes code for $machine" ;;
esac

flags="-std=gnu11 -O2 -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -I$native
  -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2 $protection
  -Wl,-z,relro,-z,now,-z,noexecstack"
# Static, for it must start in an image with any C library or none.
"$compiler" $flags -fPIE -static-pie -o "$native/pk-jail" \
  $(ls "$source"/*.c | grep -v '/jni_') || fail "pk-jail was not compiled"
# Without what nothing calls, and so without the need for a C library as new as that would have.
"$compiler" $flags -fPIC -shared -fvisibility=hidden -ffunction-sections -Wl,--gc-sections -I"$jdk/include" -I"$jdk/include/linux" \
  -o "$native/libpkjail.so" "$source"/jni_*.c "$source/seccomp_filter.c" "$source/bpf_run.c" \
  "$source/landlock.c" "$source/capabilities.c" "$source/pty.c" || fail "libpkjail.so was not compiled"

printf '%s\n' "$stamp" > "$native/.stamp"
