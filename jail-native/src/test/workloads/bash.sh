# needs: bash
# Job control, and the tools of a session of any language, as far as they are installed.
has() { command -v "$1" > /dev/null; }
cat > jobs.sh << 'B'
set -m
sleep 0.05 & wait; (true &); x=$(cat <(echo 42)); echo "$x" | tee y | sort -u
trap 'echo trapped' USR1; kill -USR1 $$; ulimit -n 100; ulimit -n
exec {server}<> /dev/tcp/127.0.0.1/1 || echo nobody listens
coproc cat; echo through >&"${COPROC[1]}"; read -r line <&"${COPROC[0]}"; echo "$line"
mapfile -t lines < y; echo "${lines[@]}"; timeout 5 true; nice -n 1 true; nohup true; flock y true; setsid -w true; stdbuf -oL true
mkfifo p; mktemp -u > /dev/null; ionice -c3 true; taskset 1 true; chrt -b 0 true; setpriv --no-new-privs true; echo "$?"
B
bash jobs.sh 2> /dev/null
mkdir -p d/e; echo text > d/a; ln -s a d/b; ln d/a d/c; chmod 700 d/a; cp -a d f; mv f g; touch g/a; truncate -s 10 g/a
dd if=/dev/zero of=z bs=1k count=3 conv=fsync 2> /dev/null; sync z; install -m 755 z y2; find d | sort; du -s d > /dev/null
for way in "" -z -J; do tar -c $way -f a.tar d 2> /dev/null && tar -tf a.tar | wc -l; done
ps -e > /dev/null && free > /dev/null && df > /dev/null && id -u > /dev/null; echo "$?"
has git && {
  git init -q r && cd r && echo 1 > a && git add . && git -c user.name=n -c user.email=e commit -q -m first \
    && git gc -q && cd .. && git clone -q r s && git -C s log --format=%s
}
has curl && { curl -s http://127.0.0.1:1; echo "curl $?"; }
has ssh-keygen && ssh-keygen -q -t ed25519 -N '' -f key && wc -l < key.pub
has ssh && { ssh -o BatchMode=yes -p 1 127.0.0.1 2> /dev/null; echo "ssh $?"; }
has openssl && openssl rand -hex 4 | wc -c
has zstd && zstd -q -T2 a.tar && zstd -t -q a.tar.zst && echo zstd
has rsync && rsync -a d h && ls h
has tmux && tmux -S "$HOME/t" -f /dev/null new-session -d 'echo > made; sleep 5' && tmux -S "$HOME/t" list-sessions | wc -l && tmux -S "$HOME/t" kill-server
has vim && vim -es -c q; has script && script -qc 'echo in a terminal' /dev/null
has awk && awk 'BEGIN { system("echo awk") }'
has gpg && { gpg --homedir . --batch --version > /dev/null; echo "gpg $?"; }
true
