#!/bin/sh
# Builds the kernel home (what containers see as /opt/kernel) from the compiled module:
#   build.sh JAVA_HOME MODULE_DIR CLASS_PATH
# Does nothing when the inputs are those of the last build. A running kernel keeps its old files: the
# new home is built beside it and takes its name at the end.
set -eu

jdk=$1
module=$2
class_path=$3
jail=$module/../jail-native/target/native
sshd=$module/../sshd-service
sshd_files="$sshd/target/sshd.jar $sshd/target/native/libpk-program.so $sshd/src/main/kernel/sshd.args"
target=$module/target
home=$target/kernel
new=$target/kernel.new

fail() {
  echo "The kernel home was not built: $1" >&2
  exit 1
}

parts=
old_ifs=$IFS
IFS=:
for entry in $class_path; do
  case $entry in
    */target/classes | *jeromq*.jar | *jail-native*.jar) parts="$parts$entry
" ;;
  esac
done
IFS=$old_ifs

hash_parts() {
  printf '%s' "$parts" | while read -r part; do
    find "$part" -type f -print0 | sort -z | xargs -0 sha256sum
  done
}

runtime_stamp=$(cat "$jdk/release" "$module/src/kernel/build.sh" | sha256sum)
stamp=$({ hash_parts; cat "$jdk/release" "$module"/src/kernel/* "$module"/src/main/languages/* "$jail/pk-jail" \
  "$jail/libpkjail.so" $sshd_files; } | sha256sum)
if [ -f "$home/.stamp" ] && [ "$(cat "$home/.stamp")" = "$stamp" ]; then
  exit 0
fi

umask 022
rm -rf "$new"
mkdir -p "$new"

if [ -f "$home/runtime/.stamp" ] && [ "$(cat "$home/runtime/.stamp")" = "$runtime_stamp" ]; then
  cp -al "$home/runtime" "$new/runtime" 2>/dev/null || cp -a "$home/runtime" "$new/runtime"
else
  # All but java.base is for the SSH server's library: 0.7 MB, of which the runner loads nothing.
  "$jdk/bin/jlink" --add-modules java.base,java.logging,java.management --output "$new/runtime" --strip-java-debug-attributes \
    --no-header-files --no-man-pages --compress zip-6 || fail "jlink failed"
  # Under its own name, so that a user's "pkill java" does not end the session.
  mv "$new/runtime/bin/java" "$new/runtime/bin/pk-runner"
  rm -rf "$new/runtime/bin/keytool" "$new/runtime/legal"
  # Read whole at every start, for the first random number: 70 KB, nearly all of it comments.
  sed -i '/^[[:space:]]*#/d; /^[[:space:]]*$/d' "$new/runtime/conf/security/java.security"
  printf '%s\n' "$runtime_stamp" > "$new/runtime/.stamp"
fi

merged=$target/kernel-classes
rm -rf "$merged"
mkdir -p "$merged"
# Libraries first: where a class of ours stands in for one of theirs, ours wins.
printf '%s' "$parts" | grep '\.jar$' | while read -r part; do
  (cd "$merged" && "$jdk/bin/jar" --extract --file "$part")
done || fail "the libraries could not be merged"
printf '%s' "$parts" | grep -v '\.jar$' | while read -r part; do
  [ ! -d "$part" ] || cp -R "$part/." "$merged"
done || fail "the classes could not be merged"
rm -rf "$merged/META-INF" "$merged"/module-info.class
# Policies are read and chosen by the agent; the runner gets what came of them, and has no YAML reader.
rm -rf "$merged/org/polykern/jail/policy" "$merged/org/polykern/jail/policies"
(cd "$merged" && "$jdk/bin/jar" --create --file "$new/runner.jar" --no-manifest .) ||
  fail "runner.jar could not be written"
rm -rf "$merged"

/bin/sh "$module/src/kernel/native.sh" "$jdk" "$module" "$new" || fail "its libraries were not compiled"

cp "$module/src/kernel/runner.args" "$new/runner.args"
cp $sshd_files "$new"
cp -R "$module/src/main/languages" "$new/languages"
chmod -R a+rX "$new"
"$jdk/bin/java" -XX:TieredStopAtLevel=1 -Drunner.home="$new" -Dpolykern.jail.library="$new/libpkjail.so" \
  --enable-native-access=ALL-UNNAMED -cp "$new/runner.jar" "$module/src/kernel/Training.java" "$new" ||
  fail "the training run for the AOT cache failed"
chmod a+r "$new/runner.aot"

printf '%s\n' "$stamp" > "$new/.stamp"
rm -rf "$target/kernel.old"
if [ -d "$home" ]; then
  mv "$home" "$target/kernel.old"
fi
mv "$new" "$home"
rm -rf "$target/kernel.old"
