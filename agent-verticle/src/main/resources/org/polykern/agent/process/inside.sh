#!/bin/sh
# Process 1 of a kernel's own namespaces: builds its view of the file system, drops to the kernel's
# user, starts the runner and reaps what it leaves. Everything is put together below a tmpfs at
# /dev/shm first, because the sources may lie below a directory that is about to be covered.
dir=$1
shift
. "$dir/plan"
set -e
stage=/dev/shm

mount -t tmpfs -o mode=755,nosuid,nodev stage "$stage"
mkdir -p "$stage/home/work" "$stage/home/config" "$stage/run/polykern" "$stage/run/lock" \
  "$stage/opt/kernel" "$stage/tmp"
touch "$stage/passwd" "$stage/group"

mount --bind "$dir/work" "$stage/home/work"
mount -o remount,bind,nosuid,nodev "$stage/home/work"
mount --bind "$dir/config" "$stage/home/config"
mount -o remount,bind,ro,nosuid,nodev "$stage/home/config"
mount --bind "$dir/run" "$stage/run/polykern"
mount --bind "$dir/tmp" "$stage/tmp"
mount -o remount,bind,nosuid,nodev "$stage/tmp"
mount --bind "$dir/passwd" "$stage/passwd"
mount --bind "$dir/group" "$stage/group"
mount --bind "$PLAN_HOME" "$stage/opt/kernel"
mount -o remount,bind,ro,nosuid,nodev "$stage/opt/kernel"

# Interpreters and libraries may live below /opt: keep what is there.
for entry in /opt/*; do
  name=${entry##*/}
  [ "$name" != kernel ] || continue
  if [ -L "$entry" ]; then
    cp -P "$entry" "$stage/opt/$name"
  elif [ -d "$entry" ]; then
    mkdir "$stage/opt/$name"
    mount --rbind "$entry" "$stage/opt/$name"
  fi
done
# The name service's files are often links into /run.
if [ -d /run/systemd/resolve ]; then
  mkdir -p "$stage/run/systemd/resolve"
  mount --rbind /run/systemd/resolve "$stage/run/systemd/resolve"
fi

mkdir -p /opt /home
mount --bind "$stage/passwd" /etc/passwd
mount --bind "$stage/group" /etc/group
mount --rbind "$stage/home" /home
mount --rbind "$stage/opt" /opt
mount --rbind "$stage/run" /run
mount --bind "$stage/tmp" /var/tmp
mount --bind "$stage/tmp" /tmp
mount -t tmpfs -o "mode=1777,nosuid,nodev,size=$PLAN_SHM" shm /dev/shm
hostname "$PLAN_HOSTNAME" 2>/dev/null || true

cd /home/work
set +e
# What a shell starts in the background ignores SIGINT, and so would every program below.
${PLAN_ENTER:+setpriv --no-new-privs "$PLAN_JAIL" --enter "$PLAN_ENTER" --} $PLAN_DROP \
  chrt --batch 0 prlimit $PLAN_LIMITS -- env --default-signal=INT,QUIT "$@" &
runner=$!
trap 'kill -TERM "$runner" 2>/dev/null' TERM INT
while :; do
  wait "$runner"
  code=$?
  kill -0 "$runner" 2>/dev/null || exit "$code"
done
