# Keeps a Bash for a session: takes commands from DIR/commands, answers in standard output by the
# frames of docs/languages.md. Snippets are sourced by the loop at the end of this file, outside of
# any function, so that `declare` in them is global. Options -e and -x end with their snippet.

__pk_dir=$1 __pk_token=$2 __pk_status= __pk_busy=

# 200: commands; 201: frames, for when a snippet redirects standard output; 202: the user's input.
exec 200<"$__pk_dir/commands" 202<&0
[[ $3 ]] || exec 201>&1

__pk_frame() { # TYPE [BODY]
  local LC_ALL=C # so that the length is in bytes
  printf '\x1e%s%s%d\n%s' "$__pk_token" "$1" "${#2}" "$2" >&201
}

# ---- leaving a snippet -----------------------------------------------------------------------------
# Bash cannot leave nested functions and loops but by ending. Yet with `extdebug`, a DEBUG trap that
# gives 2 before a command makes the function or sourced file around it return. So the trap, set
# only when a snippet is to be left, takes it down level by level.

__pk_leave() {
  __pk_status=$1
  shopt -s extdebug
  trap __pk_unwind DEBUG
}

__pk_unwind() {
  [[ $BASH_COMMAND == __pk_next ]] || return 2
  trap - DEBUG # arrived at the loop below
}

__pk_interrupt() {
  [[ ! $__pk_busy ]] || __pk_leave 130
}

exit() {
  local status=${1-$?}
  (( BASHPID == $$ )) || builtin exit "$status"
  __pk_leave $(( status & 255 ))
}

# This shell really ends: by `set -e`, `${name:?}` and the like. Another one goes on in its process
# with the variables, functions, aliases and options. It finds the run still to be ended.
__pk_ending() {
  local status=$?
  [[ $__pk_busy ]] || return
  trap - DEBUG
  set +eux
  __pk_status=${__pk_status:-$status}
  {
    declare -p | grep -Ev '^declare -[^ ]*r|^declare -[^ ]* (BASH|FUNCNAME|GROUPS|DIRSTACK|PIPESTATUS|_=)'
    declare -f
    alias -p
    shopt -p | grep -v extdebug
  } >"$__pk_dir/state" 2>/dev/null
  exec "$BASH" --noprofile --norc "$0" "$__pk_dir" "$__pk_token" "$__pk_dir/state"
}

# ---- what snippets see -----------------------------------------------------------------------------

# Rich output: display html|svg|json|latex TEXT, display png|jpeg FILE, display media MIME TEXT-or-FILE
display() {
  local kind=$1 mime=
  case $kind in
    html) __pk_frame h "$2"; return ;;
    svg) mime=image/svg+xml ;;
    json) mime=application/json ;;
    png | jpeg) mime=image/$kind ;;
    latex) mime=text/latex ;;
    media) mime=$2; shift ;;
    *) printf 'display: Expected html, svg, png, jpeg, json, latex or media, but got "%s".\n' "$kind" >&2; return 2 ;;
  esac
  case $mime in
    text/* | *[/+]json | *[/+]xml) __pk_frame m "$mime"$'\n'"$2" ;;
    *) local data
       data=$(set -o pipefail; cat -- "$2" | base64 -w0) && __pk_frame m "$mime"$'\n'"$data" ;;
  esac
}

# Reading what the user types, Bash shows no prompt (its input is no terminal), asks nobody to hide
# the text, and goes on reading after an interrupt, unless in POSIX mode.
read() {
  [[ /dev/fd/0 -ef /dev/fd/202 ]] || { builtin read "$@"; return; }
  local OPTIND=1 OPTARG __pk_o __pk_status_of_read
  while getopts :ersa:d:i:n:N:p:t:u: __pk_o; do
    case $__pk_o in
      p) printf %s "$OPTARG" >&2 ;;
      s) __pk_frame w 1 ;;
    esac
  done
  set -o posix
  builtin read "$@"
  __pk_status_of_read=$?
  set +o posix
  shopt -s expand_aliases # switched off with the mode
  return $__pk_status_of_read
}

# ---- completion ------------------------------------------------------------------------------------

__pk_complete() { # ID FILE
  local text word before body=$1 IFS=$'\n'
  text=$(<"$2")
  text=${text##*$'\n'}
  word=${text##*[[:space:];|&()<>\`\"\'=]}
  before=${text%"$word"}
  while [[ $before == *[[:space:]] ]]; do before=${before%?}; done
  local found=()
  case $word in
    '$'*) found=($(compgen -v -P '$' -- "${word#'$'}")) ;;
    */*) found=($(compgen -f -- "$word")) ;;
    *) if [[ ! $before || $before == *[\;\|\&\(\`] || $before =~ (^|[^[:alnum:]_])(then|do|else|if|while|until|exec|time|!)$ ]]; then
         [[ ! $word ]] || found=($(compgen -c -- "$word"))
       else
         found=($(compgen -f -- "$word"))
       fi ;;
  esac
  found=($(printf '%s\n' "${found[@]}" | grep -v '^\$\?__pk_' | sort -u | head -n 1000))
  __pk_frame c "${body}${found:+$'\n'}${found[*]}"
}

# ---- commands --------------------------------------------------------------------------------------

# Ends the run, if there is one, with the status of the last command, and waits for the next.
__pk_next() {
  local status=$? command path id
  shopt -u extdebug
  set +ex +o posix # an interrupt of `read` leaves the mode on
  shopt -s expand_aliases
  if [[ $__pk_busy ]]; then
    __pk_busy=
    __pk_frame f "${__pk_status:-$status}"
  fi
  __pk_status=
  trap __pk_interrupt INT
  trap __pk_ending EXIT
  while :; do
    builtin read -r -u 200 command id path
    case $?:$command in
      0:run)
        __pk_snippet=$id
        __pk_busy=1
        return 0 ;;
      0:complete) __pk_complete "$id" "$path" ;;
      1:*) builtin exit ;; # the runner is gone
    esac # else: interrupted while idle
  done
}

shopt -s expand_aliases
if [[ $3 ]]; then
  . "$3" 2>/dev/null
  __pk_busy=1
else
  __pk_frame r
fi
set --
# A `break` in a snippet breaks the inner loop; errors of this file are not the user's.
while :; do
  while { __pk_next; } 2>/dev/null; do
    { : 203>&1; } 2>/dev/null || exec >&201 # a snippet closed it
    . "$__pk_snippet" 200<&-
  done
done
