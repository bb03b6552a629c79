# subprocess, signal, os, atexit, tempfile, pathlib.
import atexit
import os
import pathlib
import signal
import subprocess
import tempfile

print(subprocess.run(["echo", "hi"], capture_output=True, text=True).stdout)
print(subprocess.run("exit 3", shell=True).returncode, subprocess.check_output(["cat"], input=b"abc"))
try:
    subprocess.run(["/no/such/program"])
except FileNotFoundError as error:
    print(error)
try:
    subprocess.run(["false"], check=True)
except subprocess.CalledProcessError as error:
    print(error)
with subprocess.Popen(["sh", "-c", "read x; echo got $x; echo err >&2"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as p:
    print(p.communicate("line\n"), p.returncode)


def handler(number, frame):
    print("signal", signal.Signals(number).name)


signal.signal(signal.SIGUSR1, handler)
os.kill(os.getpid(), signal.SIGUSR1)
for _ in range(10):
    pass
print(signal.getsignal(signal.SIGUSR1) is handler, signal.getsignal(signal.SIGINT) is signal.default_int_handler)
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
os.kill(os.getpid(), signal.SIGUSR1)
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "a" / "b.txt"
    path.parent.mkdir()
    path.write_text("one\ntwo\n")
    print(path.read_text().splitlines(), path.exists(), path.suffix, path.stem, path.stat().st_size, [p.name for p in path.parent.iterdir()])
    print(sorted(os.listdir(folder)), os.path.isdir(path.parent), os.path.getsize(path), [sorted(f) for _, _, f in os.walk(folder)])
    os.rename(path, path.with_name("c.txt"))
    print([p.name for p in pathlib.Path(folder).rglob("*.txt")])
    try:
        os.rmdir(path.parent)
    except OSError as error:
        print(type(error).__name__, error.strerror)
    try:
        os.stat(path)
    except FileNotFoundError as error:
        print(error.errno, error.filename == str(path))
    fd = os.open(folder + "/raw", os.O_RDWR | os.O_CREAT)
    print(os.write(fd, b"bytes"), os.lseek(fd, 1, os.SEEK_SET), os.read(fd, 10))
    os.close(fd)
r, w = os.pipe()
os.write(w, b"through a pipe\n")
with open(w, "w") as out:
    out.write("more\n")
with open(r) as source:
    print(source.readlines())
print(os.path.join("a", "b"), os.path.splitext("x.tar.gz"), os.environ.get("NO_SUCH_VARIABLE"), os.fspath(pathlib.PurePosixPath("/x")))
atexit.register(print, "at exit", 1)
atexit.register(print, "at exit", 2)
