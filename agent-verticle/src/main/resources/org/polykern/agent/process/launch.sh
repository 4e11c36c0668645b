#!/bin/sh
# Supervises one kernel of the process backend, independently of the agent.
#   launch.sh KERNEL_DIR COMMAND...
# The agent knows the kernel by this shell's pid, and starts it in a session of its own. KERNEL_DIR
# belongs to the agent; its file "plan" is written by the agent alone.
dir=$1
shift
. "$dir/plan"
umask 022
echo "$$ $PLAN_GENERATION" >"$dir/supervisor.new"
mv "$dir/supervisor.new" "$dir/supervisor"

for procs in $PLAN_PROCS; do
  # This shell and all its children are accounted and limited together.
  echo $$ >"$procs" || exit 120
done

# Keeps the last one or two pieces of the output.
keep_log() {
  while head -c "$PLAN_LOG_PIECE" >"$dir/log"; do
    [ "$(wc -c <"$dir/log")" -ge "$PLAN_LOG_PIECE" ] || break
    mv "$dir/log" "$dir/log.1"
  done
}

start() {
  if [ "$PLAN_NAMESPACES" = 1 ]; then
    unshare --mount --pid --ipc --uts --fork --kill-child=KILL --mount-proc -- \
      /bin/sh "$PLAN_LIBEXEC/inside.sh" "$dir" "$@"
  else
    # An agent that was itself started in the background ignores SIGINT; its kernels must not.
    cd "$dir/work" && ${PLAN_ENTER:+setpriv --no-new-privs "$PLAN_JAIL" --enter "$PLAN_ENTER" --} $PLAN_DROP \
      prlimit $PLAN_LIMITS -- env --default-signal=INT,QUIT "$@"
  fi
}

{
  start "$@"
  echo $? >"$dir/exit.new"
  mv "$dir/exit.new" "$dir/exit"
} 2>&1 </dev/null | keep_log
