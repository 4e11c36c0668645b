# needs: sqlite3
sqlite3 a.db 'create table t(a); insert into t values(1); pragma journal_mode=wal; insert into t values(2);' \
  'vacuum; pragma mmap_size=1000000; select count(*) from t;' '.shell echo child' '.backup b.db' '.dump'
