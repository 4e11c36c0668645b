# Policy: bash. Needs: tmux.
export SHELL=/bin/sh TERM=xterm LC_ALL=C.UTF-8
tmux -S "$HOME/tmux" -f /dev/null new-session -d -x 80 -y 24 'echo $((6 * 7)) > answer; tmux wait-for -S ready; cat'
tmux -S "$HOME/tmux" wait-for ready
test "$(cat answer)" = 42
tmux -S "$HOME/tmux" list-sessions > sessions
tmux -S "$HOME/tmux" kill-server
