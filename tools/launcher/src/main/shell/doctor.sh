# Says what this machine has and lacks. Sourced by ./polykern; needs nothing but bash and coreutils.

missing=0

ok() { printf '  ok       %-12s %s\n' "$1" "$2"; }
# Needed: counts. Optional parts are "absent", and say what is lost.
lacks() { printf '  missing  %-12s %s\n           %-12s -> %s\n' "$1" "$2" '' "$3"; missing=$((missing + 1)); }
absent() { printf '  absent   %-12s %s\n           %-12s -> %s\n' "$1" "$2" '' "$3"; }

doctor() {
  split_data_option "$@"
  echo "To build and to start:"
  if find_jdk; then
    ok JDK "$(jdk_version "$JAVA_HOME") in $JAVA_HOME"
  else
    lacks JDK "none of release $java_release or later" "apt-get install openjdk-$java_release-jdk-headless (where it exists), or unpack one and set JAVA_HOME"
  fi
  program Maven mvn maven
  program compiler cc gcc
  program util-linux unshare util-linux
  program tar tar tar
  check_disk
  check_port
  echo "To run sessions:"
  check_engine
  program_optional python3 python3 python3 "the process backend then has no Python to offer"
  check_namespaces
  check_cgroups
  check_languages
  program_optional debootstrap debootstrap debootstrap "needed to build kernel images (./polykern images python)"
  if [ "$missing" -gt 0 ]; then
    echo "$missing missing."
    return 1
  fi
  echo "Nothing that is needed is missing."
}

program() {
  local path
  if path=$(command -v "$2"); then ok "$1" "$path"; else lacks "$1" "no program $2" "apt-get install $3"; fi
}

program_optional() {
  local path
  if path=$(command -v "$2"); then ok "$1" "$path"; else absent "$1" "no program $2: $4" "apt-get install $3"; fi
}

# Without containers a language is there when its program is.
check_languages() {
  local missing_languages
  . "$shell/verify.sh"
  missing_languages=$(left_out_languages 2>&1)
  if [ -z "$missing_languages" ]; then
    ok languages "the programs of all languages, for the process backend"
  else
    absent languages "no programs of${missing_languages##*missing:}" "install those that you want to use without containers (docs/languages.md)"
  fi
}

check_disk() {
  local place=$data free
  while [ ! -e "$place" ]; do place=$(dirname "$place"); done
  free=$(df -Pm "$place" | awk 'NR == 2 { print $4 }')
  if [ "$free" -ge 2048 ]; then
    ok disk "$free MB free below $place"
  else
    lacks disk "only $free MB free below $place, 2048 MB wanted" "free some, or choose another place with --data"
  fi
  if [ -w "$place" ]; then ok data "$data can be written"; else lacks data "$place cannot be written" "choose another place with --data"; fi
}

check_port() {
  local port=${POLYKERN_GATEWAY_PORT:-8090}
  if is_running; then
    ok port "an instance runs over $data"
  elif (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
    lacks port "another program listens on $port" "stop it, or choose another port with --port"
  else
    ok port "$port is free"
  fi
}

check_engine() {
  local version
  if ! command -v docker > /dev/null; then
    absent engine "no docker: sessions run as local processes, less isolated" "apt-get install docker.io"
  elif version=$(timeout 5 docker version --format '{{.Server.Version}}' 2> /dev/null); then
    ok engine "Docker $version"
    if docker image inspect polykern/python:3.11-debian12 > /dev/null 2>&1; then
      ok image polykern/python:3.11-debian12
    else
      absent image "no polykern/python:3.11-debian12 in the engine" "./polykern images python"
    fi
  else
    absent engine "docker does not answer: sessions run as local processes, less isolated" "start it (systemctl start docker, or dockerd), or join the group docker"
  fi
}

check_namespaces() {
  if unshare --mount --pid --fork true 2> /dev/null; then
    ok namespaces "own process and mount namespaces for the process backend"
  else
    absent namespaces "none without privileges: local sessions see this machine's files and processes" "run as root, or use docker"
  fi
}

check_cgroups() {
  local version=v1
  [ ! -e /sys/fs/cgroup/cgroup.controllers ] || version=v2
  if [ "$version" = v2 ] && [ -w /sys/fs/cgroup/cgroup.procs ] || [ "$version" = v1 ] && [ -w /sys/fs/cgroup/memory/cgroup.procs ]; then
    ok cgroups "$version, writable: limits hold for the process backend too"
  else
    absent cgroups "$version, not writable: local sessions have no memory or process limits" "run as root, or use docker"
  fi
}
