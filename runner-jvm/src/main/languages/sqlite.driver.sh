# The runner's end of SQLite; see docs/languages.md for what it speaks.
#
# One sqlite3 process runs all snippets, so that temporary tables, transactions, .mode and the like
# stay. Given its commands in a pipe, sqlite3 ends upon an interrupt (and, of course, upon .exit);
# then the next snippet finds a new process on the same file: the tables stay. As an interrupt between
# two runs would end it too, it has a process group of its own, and this script passes signals on.
rt=$1 dir=$2 mark=$3
mkfifo "$dir/ends"
exec 4<>"$dir/ends" 5<"$dir/commands"
trap 'interrupted=1; [ -z "$busy" ] || kill -s INT -- "-$group"' INT
trap 'kill -s TERM -- "-$group"; exit 143' TERM

frame() { # type body
  printf '\036%s%s%d\n%s' "$mark" "$1" "$(printf %s "$2" | wc -c)" "$2"
}

# The file needs to survive an end of sqlite3, not one of the machine: no waiting for the disk.
start() {
  rm -f "$dir/lines" # with what the last one left unread
  mkfifo "$dir/lines"
  exec 3<>"$dir/lines"
  # The inner shell ignores SIGINT, as a background job does; sqlite3 handles it.
  setsid /bin/sh -c '"$@" 4>&-; echo "exit $?" >&4' sh \
    "$rt" -box -header -cmd 'pragma synchronous = off' "$dir/main.sqlite" \
    <"$dir/lines" 2>>"$dir/errors" 3>&- 5<&- &
  group=$!
  running=1
}

run() { # path
  if [ "$(tr -dc '\000' <"$1" | head -c 1 | wc -c)" -gt 0 ]; then
    echo 'Expected SQL text, but it contains a NUL byte: remove it.' >&2
    frame f 1
    return
  fi
  [ -n "$running" ] || start
  : >"$dir/errors"
  busy=1
  # sqlite3 flushes its output before it reads a line, hence before it starts the echo.
  printf ".read '%s'\n.system echo done >'%s/ends'\n" "$1" "$dir" >&3
  until read -r end status <&4; do :; done
  busy=
  cat "$dir/errors" >&2
  [ "$end" = done ] || running=
  if [ -n "$interrupted" ]; then
    status=130
  elif [ "$end" = done ]; then
    [ -s "$dir/errors" ] && status=1 || status=0
  fi
  frame f "$status"
}

complete() { # id path
  prefix=$(tail -n 1 "$2" | tr -d '\000' | sed 's/.*[^A-Za-z0-9_]//')
  words=$("$rt" -list -noheader "$dir/main.sqlite" \
    "select distinct candidate from completion('$prefix') order by 1 collate nocase limit 1000" 2>/dev/null)
  frame c "$1${words:+
$words}"
}

start
frame r ''
while :; do
  interrupted=
  if read -r command first rest <&5; then
    interrupted=
    "$command" "$first" "$rest"
  elif [ -z "$interrupted" ]; then
    echo .exit >&3
    exit
  fi
done
