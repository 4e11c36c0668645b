# Policy: bash. Needs: git.
git init -q -b main there
cd there
for i in 1 2 3; do
  echo "$i" > "file$i"
  git add .
  git -c user.name=a -c user.email=a@b commit -q -m "$i"
done
cd ..
git clone -q there here
git clone -q --no-local --depth 1 "file://$PWD/there" shallow
git -C here gc -q
cmp there/file3 here/file3
cmp there/file3 shallow/file3
