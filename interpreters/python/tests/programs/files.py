import os
import sys
path = "/tmp/metapy_test_file_%d.txt" % os.getpid()
with open(path, "w") as f:
    print(f.write("line 1\nline 2\n"), f.closed)
    f.writelines(["é\n", "last"])
    print("printed", 1, file=f)
print(f.closed)
with open(path) as f:
    print(repr(f.read(4)), repr(f.readline()), f.tell() > 0)
    for line in f:
        print(repr(line))
with open(path, "a") as f:
    f.write("appended")
with open(path, encoding="utf-8") as f:
    lines = f.readlines()
print(lines)
with open(path, "rb") as f:
    data = f.read()
    print(len(data), data[:6], type(data).__name__)
    f.seek(2)
    print(f.read(3), f.tell())
try:
    f.read()
except ValueError as error:
    print(error)
try:
    open("/nonexistent/file")
except FileNotFoundError as error:
    print(error, error.errno, error.filename, error.strerror)
try:
    open(path, "zz")
except ValueError as error:
    print(error)
with open(path, "wb") as f:
    f.write(b"a\r\nb\rc")
print(repr(open(path).read()), repr(open(path, newline="").read()))
sys.stdout.write("done\n")
sys.stdout.flush()
print("x", "y", sep="", end="\n", flush=True)
class Out:
    def __init__(self): self.parts = []
    def write(self, s): self.parts.append(s)
    def flush(self): pass
o = Out()
print("a", 1, file=o)
old, sys.stdout = sys.stdout, o
print("captured")
sys.stdout = old
print(o.parts)
