# Policy: python. Needs: python3, pip.
python3 - <<'END'
import zipfile
with zipfile.ZipFile("answer-1.0-py3-none-any.whl", "w") as wheel:
    wheel.writestr("answer.py", "VALUE = 42\n")
    wheel.writestr("answer-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: answer\nVersion: 1.0\n")
    wheel.writestr("answer-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr("answer-1.0.dist-info/RECORD", "answer.py,,\nanswer-1.0.dist-info/METADATA,,\nanswer-1.0.dist-info/WHEEL,,\nanswer-1.0.dist-info/RECORD,,\n")
END
python3 -m pip -q install --user --no-index --break-system-packages ./answer-1.0-py3-none-any.whl
python3 -c 'import answer; assert answer.VALUE == 42'
