# The whole test suite, and the quick one. Sourced by ./polykern.

# verify [MAVEN ARGUMENT...]: everything. Maven's own output is the report.
verify() {
  local goal=apply
  need_jdk
  need mvn maven
  need cc gcc
  [ "${CI:-}" != true ] || goal=check
  left_out
  # The end-to-end tests start the product with this script: a build inside theirs would replace the
  # jars that they run from.
  ensure_built
  # Started in the background of a script, this ignores SIGINT, and so would every program that a test
  # interrupts.
  (cd "$root" && env --default-signal=INT,QUIT mvn -B -Dstyle.color=never -ntp -fae -Dspotless.goal="$goal" "$@" verify) || {
    left_out
    return 1
  }
  left_out
}

# dev: format, build, and the tests that need no servers.
dev() {
  need_jdk
  need mvn maven
  need cc gcc
  (cd "$root" && mvn -B -q -Dstyle.color=never -ntp -Dsurefire.failIfNoSpecifiedTests=false -Dtest='*Test' "$@" package)
}

# What the tests of this machine will skip, in words: skipped is not passed.
left_out() {
  if ! command -v docker > /dev/null || ! timeout 10 docker version > /dev/null 2>&1; then
    say "Left out here: every suite of the docker backend (no container engine answers)."
  elif ! docker image inspect polykern/python:3.11-debian12 > /dev/null 2>&1; then
    say "Left out here: suites that need the image polykern/python:3.11-debian12; build it with: ./polykern images python"
  else
    left_out_images
  fi
  [ "$(id -u)" = 0 ] || say "Left out here: suites that need root (namespaces, cgroups)."
  left_out_languages
  command -v npm > /dev/null || say "Left out here: the suite of the official JavaScript SDK (no npm)."
}

# Languages none of whose programs is here. Where POLYKERN_REQUIRE_LANGUAGES is set they fail instead.
left_out_languages() {
  local file program found names=()
  for file in "$root"/runner-jvm/src/main/languages/*.language; do
    found=
    for program in $(awk '$1 == "programs" { $1 = ""; print }' "$file"); do
      ! command -v "$program" > /dev/null || found=1
    done
    [ -n "$found" ] || names+=("$(basename "$file" .language)")
  done
  [ ${#names[@]} -eq 0 ] || say "Left out here: tests of languages whose programs are missing: ${names[*]}."
}

# Languages whose image the engine lacks; only those that are there are tested in containers.
left_out_images() {
  local file recipe names=()
  for file in "$root"/runner-jvm/src/main/languages/*.language; do
    recipe=$root/tools/images/$(basename "$file" .language).recipe
    [ -e "$recipe" ] || continue
    docker image inspect "$(awk '$1 == "image" { print $2 }' "$recipe")" > /dev/null 2>&1 \
      || names+=("$(basename "$file" .language)")
  done
  [ ${#names[@]} -eq 0 ] || say "Left out here: languages in containers without an image: ${names[*]}; build them with: ./polykern images ${names[*]}"
}
