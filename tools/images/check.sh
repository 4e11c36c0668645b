# Do recipes and languages fit together? Sourced by build for --check; needs neither engine nor root.

# check LANGUAGES: the folder of *.language files. Says all that is wrong, not only the first.
check() {
  local languages=$1 name language wrong=0
  [ -d "$languages" ] || fail "Expected a folder of languages, but there is no $languages."
  for name in $(names); do
    (chain "$name" >/dev/null && read_recipe "$name") || wrong=1
  done
  [ "$wrong" = 0 ] || exit 1
  for language in "$languages"/*.language; do
    has_image "$(basename "$language" .language)" || wrong=1
    has_names "$language" || wrong=1
  done
  for name in $(names); do
    read_recipe "$name"
    [ "$layout" = none ] || runs_something_known "$name" "$languages" || wrong=1
  done
  twice "image" image || wrong=1
  [ "$wrong" = 0 ] || exit 1
  say "$(names | wc -l) recipes fit $(find "$languages" -name '*.language' | wc -l) languages."
}

# A language must come with an image: a recipe, or a Dockerfile where Debian has no package.
has_image() {
  local type=$1
  grep -qsE "^runtime +$type /" "$here"/*.recipe ||
    grep -qsF "\"ai.backend.runtime-type\"=\"$type\"" "$here"/*.Dockerfile ||
    complain "Expected a recipe (or Dockerfile) of runtime type $type, because there is $type.language."
}

# What a language is also called, its images are also called: with containers or without.
has_names() {
  local type name known
  type=$(basename "$1" .language)
  known=$(
    { grep -lE "^runtime +$type /" "$here"/*.recipe | xargs -r awk '$1 == "aliases" { print $2 }'
      grep -lsF "\"ai.backend.runtime-type\"=\"$type\"" "$here"/*.Dockerfile |
        xargs -r sed -n 's/.*"org.polykern.aliases"="\([^"]*\)".*/\1/p'
    } | tr , '\n'
  )
  for name in $(awk '$1 == "aliases" { $1 = ""; print }' "$1"); do
    grep -qxF -e "$name" <<<"$known" ||
      { complain "Expected the alias $name of $type.language in the recipe of its image."; return 1; }
  done
}

# The image's program must be one that the language's file knows.
runs_something_known() {
  local name=$1 file=$2/${runtime%% *}.language program=${runtime#* }
  [ -r "$file" ] ||
    { complain "Expected a runtime type that is a language, but $name.recipe has '${runtime%% *}'."; return 1; }
  awk '$1 == "programs" { $1 = ""; print }' "$file" | tr -s ' ' '\n' | grep -qxF -e "$program" -e "${program##*/}" ||
    complain "Expected a program of ${runtime%% *}.language as runtime, but $name.recipe has $program."
}

twice() {
  local name found
  found=$(for name in $(names); do value_of "$name" "$2"; done | sort | uniq -d | xargs)
  [ -z "$found" ] || complain "Expected each $1 in one recipe only, but these are in several: $found."
}

complain() {
  say "images: $*"
  return 1
}
