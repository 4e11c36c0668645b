# Builds what is stale into target/dist. Sourced by ./polykern.
#
# target/dist is a link to the newest of target/dist-N, so that a running instance keeps the files it
# was started from. Its file "stamp" carries the time at which the build began: whatever is newer than
# that is stale.

dist=$root/target/dist
server_modules=tools/launcher,tools/cli
sources=(common accel-api jail-native sshd-service runner-jvm accel-cuda accel-rocm accel-mock gateway-verticle
  scheduler-verticle agent-verticle storage-verticle tools/embedded tools/cli tools/launcher)

is_stale() {
  local stamp=$dist/stamp places=("$root/pom.xml") module
  [ -e "$stamp" ] || return 0
  for module in "${sources[@]}"; do
    places+=("$root/$module/pom.xml" "$root/$module/src/main")
  done
  [ -n "$(find "${places[@]}" -newer "$stamp" -print -quit 2> /dev/null)" ]
}

ensure_built() {
  need_jdk
  is_stale || return 0
  need mvn maven
  need cc gcc
  mkdir -p "$root/target"
  # Two commands in one clone take turns; the second finds the work done.
  exec 8> "$root/target/build.lock"
  flock 8
  # Its programs must not inherit the lock: one that outlives a killed build would keep it.
  ! is_stale || build_dist 8>&-
  exec 8>&-
}

build_dist() {
  local began=$root/target/began
  touch "$began"
  say "Building Polykern (log: target/build.log)"
  maven build "$server_modules" -Dmaven.test.skip=true -Dspotless.skip=true package
  assemble "$began"
  if [ -z "${POLYKERN_NO_AOT:-}" ]; then
    say "Preparing fast starts (about 10 s; POLYKERN_NO_AOT=1 leaves it out)"
    train_client
    train_server
  fi
}

# maven LOG MODULES ARGUMENT...: runs Maven, shows which module it is at, and its errors if it fails.
# After one success nothing needs the network; a failure without it is tried again with it.
maven() {
  local log=$root/target/$1.log modules=$2 offline=()
  shift 2
  [ ! -e "$root/target/fetched" ] || offline=(-o)
  if maven_once "$log" "${offline[@]}" -pl "$modules" -am "$@"; then
    touch "$root/target/fetched"
    return 0
  fi
  if [ ${#offline[@]} -gt 0 ] && grep -q 'in offline mode' "$log"; then
    maven_once "$log" -pl "$modules" -am "$@" && return 0
  fi
  say "error: The build failed; the whole log is $log"
  {
    # Compilers first: with warnings that count as errors, the reason is a warning.
    grep -E '^\[(ERROR|WARNING)\] /.*\.java:' "$log" \
      || grep -E '^\[ERROR\] .' "$log" | grep -vE 'Help 1|-X switch|For more information|-e switch|resume the build|mvn <args>'
  } | awk '!seen[$0]++' | head -20 >&2
  exit 1
}

maven_once() {
  local log=$1
  shift
  (cd "$root" && mvn -B -Dstyle.color=never "$@" 2>&1) | tee "$log" | progress >&2
}

# One line per module; on a terminal one line in all, with a count of what is fetched.
progress() {
  local line module='' fetched=0 tty=
  [ ! -t 2 ] || tty=1
  while IFS= read -r line; do
    case $line in
      '[INFO] Building '*']')
        module=$(sed -E 's/^\[INFO\] Building ([^ ]+) .*\[([0-9]+\/[0-9]+)\]$/[\2] \1/' <<< "$line")
        [ -n "$tty" ] || printf '  %s\n' "$module"
        ;;
      *'Downloaded from '*) fetched=$((fetched + 1)) ;;
      *) continue ;;
    esac
    [ -z "$tty" ] || printf '\r\033[K  %s%s' "$module" "${fetched:+$([ $fetched -eq 0 ] || echo "  ($fetched files fetched)")}"
  done
  [ -z "$tty" ] || printf '\r\033[K'
}

# Gathers jars and the kernel home in a new directory, then points the link at it.
assemble() {
  local next number=1
  while [ -e "$dist-$number" ]; do number=$((number + 1)); done
  next=$dist-$number
  mkdir -p "$next/lib/server" "$next/lib/cli"
  cp "$root"/tools/launcher/target/launcher-*.jar "$root"/tools/launcher/target/lib/*.jar "$next/lib/server/"
  cp "$root"/tools/cli/target/cli-*.jar "$root"/tools/cli/target/lib/*.jar "$next/lib/cli/"
  cp -a "$root/runner-jvm/target/kernel" "$next/kernel"
  cp -p "$1" "$next/stamp"
  ln -sfn "$(basename "$next")" "$dist.new"
  mv -T "$dist.new" "$dist"
  prune "$next"
}

# Removes older builds that no process was started from.
prune() {
  local old
  for old in "$dist"-*; do
    [ "$old" != "$1" ] || continue
    grep -qsF -- "$old/" /proc/[0-9]*/cmdline || rm -rf "$old"
  done
}

# Start-up caches (JEP 514). They only save time: a failure to make one is not worth a word, and a
# JVM that cannot use one ignores it.
train_client() {
  local home
  home=$(cd -P "$dist" && pwd)
  jail_files "$home"
  "$JAVA_HOME/bin/java" -XX:AOTCacheOutput="$home/cli.aot" "${client_flags[@]}" "${jail_flags[@]}" \
    -cp "$(class_path "$home/lib/cli")" org.polykern.cli.Main --train > "$root/target/train.log" 2>&1 || true
}

# class_path DIR: its jars, the runner's first: it holds stand-ins for three classes of JeroMQ and its
# cryptography (see their package-info) that the agent's end of the link needs as well.
class_path() {
  local jar first=() others=()
  for jar in "$1"/*.jar; do
    case ${jar##*/} in
      runner-jvm-*) first+=("$jar") ;;
      *) others+=("$jar") ;;
    esac
  done
  (IFS=:; set -- "${first[@]}" "${others[@]}"; printf '%s' "$*")
}

# The server's training run: a whole start with data of its own, a session, and an orderly stop.
train_server() {
  local home place pid
  home=$(cd -P "$dist" && pwd)
  place=$(mktemp -d)
  server_command -XX:AOTCacheOutput="$home/server.aot.new" -Dpolykern.log.console=OFF
  "${command_line[@]}" up --data "$place" --port 0 < /dev/null > "$root/target/train.log" 2>&1 &
  pid=$!
  for _ in $(seq 600); do
    ! grep -q '^state=ready' "$place/instance" 2> /dev/null || break
    kill -0 "$pid" 2> /dev/null || break
    sleep 0.1
  done
  # One run of code, so that the classes of a session's life are in it. No Python here: no matter.
  POLYKERN_CLIENT_ENV=$place/client.env BACKEND_ENDPOINT= "$JAVA_HOME/bin/java" "${client_flags[@]}" \
    -cp "$(class_path "$home/lib/cli")" org.polykern.cli.Main run -c 'print(1)' python \
    < /dev/null >> "$root/target/train.log" 2>&1 || true
  kill "$pid" 2> /dev/null && wait "$pid" || true
  rm -rf "$place"
  [ ! -s "$home/server.aot.new" ] || mv "$home/server.aot.new" "$home/server.aot"
}
