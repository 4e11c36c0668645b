# Starting the server and the client. Sourced by ./polykern.

data=${POLYKERN_DATA:-$root/var}

# What the libraries need on JDK 25 so that nothing but our own words reaches the terminal.
quiet_flags=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xlog:disable)
client_flags=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 "${quiet_flags[@]}")
server_flags=(-XX:+UseSerialGC -Xms64m -Xmx768m "${quiet_flags[@]}")
# Hazelcast asks for these; only nodes of a cluster need them.
cluster_flags=(--add-modules java.se --add-exports java.base/jdk.internal.ref=ALL-UNNAMED
  --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/sun.nio.ch=ALL-UNNAMED
  --add-opens java.management/sun.management=ALL-UNNAMED
  --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED)

# Takes --data out of the arguments: sets data, and the array "rest" to the others.
split_data_option() {
  rest=()
  while [ $# -gt 0 ]; do
    case $1 in
      --data=*) data=${1#*=} ;;
      --data)
        [ $# -gt 1 ] || fail "Expected a directory after --data."
        data=$2
        shift
        ;;
      *) rest+=("$1") ;;
    esac
    shift
  done
}

# server_command FLAG... : sets the array "command_line" up to the main class.
server_command() {
  local home
  home=$(cd -P "$dist" && pwd)
  command_line=("$JAVA_HOME/bin/java" "${server_flags[@]}" "$@" -Dpolykern.home="$home"
    -cp "$(class_path "$home/lib/server")" org.polykern.launcher.Main)
}

# The flags of a process that stays: a cluster's, or those of the start-up cache, which fits one set.
# instance_flags up|node ARGUMENT...: sets the array "flags".
instance_flags() {
  case " $* " in
    ' node '* | *' --cluster '*) flags=("${cluster_flags[@]}") ;;
    *) flags=("$(start_cache)") ;;
  esac
  flags+=(-Dpolykern.log.file="$data/log/polykern.log")
}

start_cache() {
  printf -- '-XX:AOTCache=%s/server.aot' "$(cd -P "$dist" && pwd)"
}

# Short commands over the data directory.
launcher() {
  local action=$1
  shift
  split_data_option "$@"
  server_command -XX:TieredStopAtLevel=1 "$(start_cache)"
  exec "${command_line[@]}" "$action" --data "$data" "${rest[@]}"
}

up() {
  local argument detach= others=()
  split_data_option "$@"
  for argument in "${rest[@]}"; do
    case $argument in
      --detach | -d) detach=1 ;;
      *) others+=("$argument") ;;
    esac
  done
  ensure_built
  if [ -n "$detach" ]; then
    start_detached up "${others[@]}"
  else
    start_here up "${others[@]}"
  fi
}

node() {
  split_data_option "$@"
  start_here node "${rest[@]}"
}

start_here() {
  local flags
  mkdir -p "$data/log"
  instance_flags "$@"
  server_command "${flags[@]}"
  exec "${command_line[@]}" "$1" --data "$data" "${@:2}"
}

# Starts the JVM in a session of its own and shows what it says until it is ready (@ready) or gives up.
start_detached() {
  local flags line ready= told= pipe pid
  mkdir -p "$data/log" 2> /dev/null || fail "Expected to be able to write to $data, but cannot create it."
  instance_flags "$@"
  server_command "${flags[@]}" -Dpolykern.detached=true -Dpolykern.log.console=OFF
  pipe=$(mktemp -u) && mkfifo -m 600 "$pipe"
  setsid "${command_line[@]}" "$1" --data "$data" "${@:2}" > "$pipe" 2> "$data/log/console.log" < /dev/null 8>&- &
  pid=$!
  trap 'kill "$pid" 2> /dev/null; exit 130' INT TERM
  exec 7< "$pipe"
  rm -f "$pipe"
  while IFS= read -r line <&7; do
    case $line in
      @ready) ready=1 && break ;;
      error:*) told=1 && say "$line" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done
  exec 7<&-
  trap - INT TERM
  if [ -z "$ready" ]; then
    wait "$pid" || true
    # A JVM that did not even get to speak.
    [ -n "$told" ] || say "error: The server ended without a word; its last lines:" "$(tail -n 5 "$data/log/console.log")"
    exit 1
  fi
  disown "$pid"
}

# Whether the instance that the record names lives: same pid, same start time, and ready.
is_running() {
  local pid= start_tick= state= key value stat fields
  [ -r "$data/instance" ] || return 1
  while IFS='=' read -r key value; do
    case $key in pid | start_tick | state) printf -v "$key" '%s' "$value" ;; esac
  done < "$data/instance"
  [ "$state" = ready ] && [ -r "/proc/$pid/stat" ] || return 1
  read -r stat < "/proc/$pid/stat"
  read -ra fields <<< "${stat##*) }"
  [ "${fields[0]}" != Z ] && [ "${fields[19]}" = "$start_tick" ]
}

# Commands that say nothing to a server.
is_local() {
  case " $* " in *' --help '* | *' -h '* | *' --version '*) return 0 ;; esac
  case $1 in config | help | version | --version | -V) return 0 ;; esac
  return 1
}

client() {
  local home
  ensure_built
  if [ -z "${BACKEND_ENDPOINT:-}" ] && [ -z "${POLYKERN_CLIENT_ENV:-}" ]; then
    is_local "$@" || is_running || (start_detached up >&2)
    export POLYKERN_CLIENT_ENV=$data/client.env
  fi
  home=$(cd -P "$dist" && pwd)
  exec "$JAVA_HOME/bin/java" "${client_flags[@]}" -XX:AOTCache="$home/cli.aot" \
    -cp "$(class_path "$home/lib/cli")" org.polykern.cli.Main "$@"
}

# jail_files HOME: sets the array "jail_flags" to where the native parts of the jail are.
jail_files() {
  jail_flags=(-Dpolykern.jail.helper="$1/kernel/pk-jail" -Dpolykern.jail.library="$1/kernel/libpkjail.so")
}

# The jail by itself: no server, and the program's environment is what ours was.
jail() {
  local home java before=${JAVA_HOME-} had=${JAVA_HOME+1}
  ensure_built
  java=$JAVA_HOME/bin/java
  if [ -n "$had" ]; then JAVA_HOME=$before; else unset JAVA_HOME; fi
  home=$(cd -P "$dist" && pwd)
  jail_files "$home"
  [ "${LC_ALL-}" = "$locale_before" ] || jail_flags+=(-Dpolykern.jail.lc_all="$locale_before")
  exec "$java" "${client_flags[@]}" -XX:AOTCache="$home/cli.aot" "${jail_flags[@]}" \
    -cp "$(class_path "$home/lib/cli")" org.polykern.cli.Main jail "$@"
}

server_log() {
  local follow=
  split_data_option "$@"
  case " ${rest[*]} " in *' -f '* | *' --follow '*) follow=1 ;; esac
  [ -r "$data/log/polykern.log" ] || fail "Expected a log at $data/log/polykern.log, but there is none; nothing was started over this data directory."
  if [ -n "$follow" ]; then
    exec tail -n 50 -F "$data/log/polykern.log"
  fi
  exec cat "$data/log/polykern.log"
}

bench() {
  need_jdk
  maven bench tools/bench -Dmaven.test.skip=true -Dspotless.skip=true package
  local lib=$root/tools/bench/target
  exec "$JAVA_HOME/bin/java" "${quiet_flags[@]}" -Dpolykern.home="$root" \
    -cp "$(class_path "$lib"):$(class_path "$lib/lib")" org.polykern.bench.Main "$@"
}
