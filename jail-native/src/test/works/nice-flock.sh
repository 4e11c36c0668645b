# Policy: bash. Needs: nice, flock.
test "$(nice -n 5 nice)" -gt "$(nice)"
exec 9> lock
flock -n 9
if flock -n lock true; then exit 1; fi
flock -u 9
flock -n lock true
nohup sh -c 'exit 0' > nohup.out 2>&1
