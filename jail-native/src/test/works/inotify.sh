# Policy: python. Needs: python3.
# As inotifywait does it.
python3 - <<'END'
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
watch = libc.inotify_init1(0)
assert watch >= 0 and libc.inotify_add_watch(watch, b".", 0x100) >= 0, ctypes.get_errno()
open("new", "w").close()
assert b"new" in os.read(watch, 4096)
END
