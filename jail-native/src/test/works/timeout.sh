# Policy: bash. Needs: timeout.
timeout 5 true
set +e
timeout 0.1 sleep 60
test $? = 124
