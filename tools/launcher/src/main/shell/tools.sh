# Finding programs, and talking to people. Sourced by ./polykern.

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }

java_release=25

# The major version of the JDK in a directory, from its "release" file: no JVM is started for it.
jdk_version() {
  local line version
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*) version=${line#*=\"}; version=${version%\"*}; printf '%s' "${version%%[.+-]*}"; return ;;
    esac
  done < "$1/release"
  return 1
}

jdk_fits() {
  local version
  version=$(jdk_version "$1") && [ "$version" -ge "$java_release" ] 2> /dev/null
}

# Sets and exports JAVA_HOME to a JDK that is new enough.
find_jdk() {
  local candidate on_path
  on_path=$(command -v javac 2> /dev/null) && on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*"$java_release"* "$on_path" \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /usr/lib/jvm/* /opt/jdk* /opt/java*; do
    if [ -n "$candidate" ] && jdk_fits "$candidate"; then
      export JAVA_HOME=$candidate
      return 0
    fi
  done
  return 1
}

need_jdk() {
  find_jdk || fail "Expected a JDK $java_release, but found none; get one (apt-get install openjdk-$java_release-jdk-headless, where that exists, or unpack any JDK $java_release) and set JAVA_HOME to it."
}

# need PROGRAM PACKAGE: one line that says what to type.
need() {
  command -v "$1" > /dev/null 2>&1 || fail "Expected the program $1, but it is missing; get it with: apt-get install $2"
}
