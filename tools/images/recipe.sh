# Recipes: lines of "key value", and the Dockerfile that one stands for. Sourced.

names() { for file in "$here"/*.recipe; do basename "$file" .recipe; done; }

keys='image suite from packages layout runtime features memory shmem aliases remove env label workdir cmd'

# read_recipe NAME: sets a variable for each key; parent_image is the image that it stands on.
read_recipe() {
  recipe=$1 image= suite= from= packages= layout= runtime= memory= shmem=64m aliases= workdir= cmd=
  features='query batch uid-match user-input' removals=() changes=()
  read_lines "$1" "$keys"
  [ -n "$image" ] || fail "Expected an image in $1.recipe, but there is none."
  [ -n "$suite$from" ] && [ -z "$suite" -o -z "$from" ] || fail "Expected either a suite or 'from' in $1.recipe."
  case $layout in
    kernel)
      [ -n "$memory" ] && [[ $runtime =~ ^[a-z0-9.]+\ /[^\ ]+$ ]] ||
        fail "Expected 'runtime TYPE /PATH' and 'memory SIZE' in $1.recipe, because its layout is kernel."
      ;;
    none) ;;
    *) fail "Expected layout kernel or none in $1.recipe, but found '$layout'." ;;
  esac
  if [ -z "$from" ]; then
    parent_image=$(base_image "$suite") parent_layout=none
  else
    [ -r "$here/$from.recipe" ] || fail "Expected a recipe $from.recipe, because $1.recipe is built on it."
    parent_image=$(value_of "$from" image) parent_layout=$(value_of "$from" layout)
  fi
}

# read_lines NAME KEYS: sets what the recipe says for these keys and leaves the others.
read_lines() {
  local file=$here/$1.recipe key value number=0
  [ -r "$file" ] || fail "Expected a recipe $1.recipe in $here, but there are only: $(names | xargs)."
  while read -r key value || [ -n "$key" ]; do
    number=$((number + 1))
    case $key in '' | '#'*) continue ;; esac
    case " $keys " in
      *" $key "*) ;;
      *) fail "Expected one of the keys $keys in $1.recipe line $number, but found '$key'." ;;
    esac
    case " $2 " in *" $key "*) ;; *) continue ;; esac
    case $key in
      remove) removals+=("$value") ;;
      env) changes+=("ENV ${value%%=*}=\"${value#*=}\"") ;;
      label) changes+=("LABEL \"${value%%=*}\"=\"${value#*=}\"") ;;
      *) printf -v "$key" '%s' "$value" ;;
    esac
  done <"$file"
}

value_of() { awk -v key="$2" '$1 == key { sub(/^[^ ]+ +/, ""); print; exit }' "$here/$1.recipe"; }

# chain NAME: the recipes that this one stands on and itself, lowest first.
chain() {
  local at=$1 all=
  while [ -n "$at" ]; do
    case " $all" in *" $at "*) fail "Expected recipes that stand on others, but $at.recipe stands on itself." ;; esac
    all="$at $all"
    at=$(value_of "$at" from)
  done
  xargs <<<"$all"
}

# The recipe that was read, on Debian's public image instead of layers of ours.
flatten() {
  local below all
  all=$(chain "$recipe")
  removals=() changes=() packages=ca-certificates
  for below in $all; do
    packages+=" $(value_of "$below" packages)"
    read_lines "$below" 'remove env label'
  done
  parent_image=debian:$(root_suite "$recipe")-slim parent_layout=none
}

root_suite() {
  local all
  all=$(chain "$1")
  value_of "${all%% *}" suite
}

distribution() {
  case $(root_suite "$1") in
    bullseye) echo debian11 ;;
    bookworm) echo debian12 ;;
    trixie) echo debian13 ;;
    *) fail "Expected a suite whose number is known, but found '$(root_suite "$1")'; name it in recipe.sh." ;;
  esac
}

# The Dockerfile of the recipe that was read.
render() {
  local removal change
  printf 'FROM %s\n' "$parent_image"
  [ -z "$packages" ] || {
    # Some packages link to their manual pages, whose directory slim images lack.
    printf 'RUN mkdir -p /usr/share/man/man1 \\\n && export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \\\n'
    printf ' && apt-get -q update \\\n && apt-get -qy --no-install-recommends install %s \\\n' "$packages"
    printf ' && apt-get -q clean \\\n'
    for removal in "${removals[@]}"; do printf ' && rm -rf %s \\\n' "$removal"; done
    printf ' && rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt/* /var/log/*.log\n'
  }
  [ "$layout" = none ] || render_kernel
  for change in "${changes[@]}"; do printf '%s\n' "$change"; done
  [ -z "$workdir" ] || printf 'WORKDIR %s\n' "$workdir"
  [ -z "$cmd" ] || printf 'CMD %s\n' "$cmd"
}

# What an agent expects to find: the user that code runs as, the places that it mounts over, labels.
render_kernel() {
  [ "$parent_layout" = kernel ] || cat <<'TEXT'
RUN groupadd --gid 9001 work \
 && useradd --uid 9001 --gid 9001 --no-create-home --home-dir /home/work --shell /bin/bash work \
 && rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /var/log/lastlog /var/log/faillog \
 && mkdir -p /home/work /home/config /opt/kernel /run/polykern \
 && chown 9001:9001 /home/work
ENV PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" LANG="C.UTF-8"
WORKDIR /home/work
TEXT
  cat <<TEXT
LABEL "ai.backend.kernelspec"="1" \\
      "ai.backend.features"="$features" \\
      "ai.backend.base-distro"="$(distribution "$recipe")" \\
      "ai.backend.runtime-type"="${runtime%% *}" \\
      "ai.backend.runtime-path"="${runtime#* }" \\
      "ai.backend.resource.min.cpu"="1" \\
      "ai.backend.resource.min.mem"="$memory" \\
      "ai.backend.resource.preferred.shmem"="$shmem" \\
      "ai.backend.role"="COMPUTE" \\
      "org.polykern.aliases"="$aliases"
TEXT
}
