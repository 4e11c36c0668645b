# Policy: bash. Needs: script, bash.
# A terminal of its own, in which a job is stopped, put into the background and brought back.
cat > jobs.sh <<'END'
set -m
sleep 0.2 &
kill -STOP %1
wait -n 2> /dev/null
jobs -s | grep -q Stopped || exit 5
kill -CONT %1
fg %1 > /dev/null
(exit 7) & wait $!
test $? = 7 && test -t 0 && : < /dev/tty && echo all-jobs-done
END
script -qec 'bash jobs.sh' /dev/null < /dev/null > typescript
grep -q all-jobs-done typescript
