# The image that all recipes of a suite stand on: Debian's smallest system, by debootstrap. Sourced.

base_image() { printf 'polykern/base:%s' "$1"; }

require_debootstrap() {
  command -v debootstrap >/dev/null || fail "Expected debootstrap, but it is not installed; run: apt-get install debootstrap"
  [ "$(id -u)" = 0 ] || fail "Expected to run as root, because debootstrap needs it; run: sudo $0 $*"
}

# Prints "URI SUITE" for the suite, its updates and its security updates, as this machine has them.
sources() {
  local found
  found=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 2>/dev/null |
    awk -v s="$1" '$3 == "main" && ($2 == s || $2 == s "-updates" || $2 == s "-security") && !seen[$0]++ { print $1, $2 }') || true
  if [ -n "${POLYKERN_DEBIAN_MIRROR:-}" ]; then
    printf '%s %s\n' "$POLYKERN_DEBIAN_MIRROR" "$1"
  elif printf '%s\n' "$found" | grep -q " $1\$"; then
    printf '%s\n' "$found"
  else
    fail "Expected a mirror for Debian $1 in /etc/apt/sources.list*, but there is none; set POLYKERN_DEBIAN_MIRROR=URL."
  fi
}

# debootstrap fetches with wget, which does not know of apt's own proxy setting.
adopt_proxy() {
  local proxy=
  eval "$(apt-config shell proxy Acquire::http::Proxy 2>/dev/null)" || true
  [ -z "$proxy" ] || [ "$proxy" = DIRECT ] || export http_proxy=$proxy
}

# provide_base SUITE: once per run and, without --force, once per machine.
provide_base() {
  local suite=$1 tag list made id
  tag=$(base_image "$suite")
  ! is_done "$tag" || return 0
  exec 9>"$cache/base-$suite.lock"
  flock 9
  # Another mirror does not make a base stale: what it holds is Debian either way.
  made=$(declare -f make_base configure slim | digest) id=$(id_of "$tag")
  if [ -n "$force" ] || [ -z "$id" ] || [ "$(built "$tag")" != "$id $made" ]; then
    require_debootstrap "$@"
    list=$(sources "$suite") || exit 1
    say "Building $tag ..."
    make_base "$suite" "$tag" "$list"
    remember "$tag" "$(id_of "$tag") $made"
  fi
  exec 9>&-
  done_now "$tag"
}

make_base() {
  local suite=$1 tag=$2 list=$3 root log=$cache/base-$1.log
  workspace=$(mktemp -d "${TMPDIR:-/var/tmp}/polykern-image-XXXXXX")
  root=$workspace/root
  mkdir "$root"
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$(awk -v s="$suite" '$2 == s { print $1; exit }' <<<"$list")" >"$log" 2>&1 ||
    fail "debootstrap failed: $(complaint "$log") (whole log: $log)"
  configure "$root" "$list"
  in_root "$root" apt-get -q update >>"$log" 2>&1 &&
    in_root "$root" apt-get -qy dist-upgrade >>"$log" 2>&1 ||
    fail "upgrading the base failed: $(complaint "$log") (whole log: $log)"
  slim "$root"
  tar -C "$root" --numeric-owner --sort=name -c . | "$engine" import - "$tag" >/dev/null
  cleanup
}

# The line of a log that says why it ended.
complaint() { sed 's/\x1b\[[0-9;]*m//g' "$1" | grep -aE '^(E: |error|Error|ERROR)' | head -n 1 || true; }

in_root() {
  local root=$1
  shift
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
    ${http_proxy:+http_proxy="$http_proxy"} chroot "$root" "$@"
}

# How packages are installed, here and in every image above: from this machine's mirror, without what
# no program needs, and without waiting for the disk. Licences (copyright files) stay.
configure() {
  local root=$1
  awk '{ print "deb", $1, $2, "main" }' <<<"$2" >"$root/etc/apt/sources.list"
  apt-config dump 2>/dev/null | grep -E '^Acquire::Check-(Valid-Until|Date) ' >"$root/etc/apt/apt.conf.d/polykern" || true
  cat >"$root/etc/dpkg/dpkg.cfg.d/polykern" <<'TEXT'
force-unsafe-io
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/man/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/lintian/*
path-exclude=/usr/share/doc-base/*
path-exclude=/usr/share/bug/*
TEXT
}

slim() {
  local root=$1
  in_root "$root" apt-get -q clean
  rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/* "$root"/var/log/* "$root"/tmp/* \
    "$root"/usr/share/{man,info,locale,lintian,doc-base,bug} "$root"/debootstrap "$root"/etc/resolv.conf "$root"/etc/hostname
  find "$root/usr/share/doc" -type f ! -name copyright -delete
  find "$root/usr/share/doc" -type l ! -name copyright -delete
  find "$root/usr/share/doc" -type d -empty -delete
  mkdir -p "$root/var/cache/apt/archives/partial" "$root/var/log/apt" "$root/usr/share/man/man1"
}
