"""Makes the expected output of the programs: python3.12 expect.py [name ...]

To be run with CPython 3.12, in this folder; without names, for every program but `helper_*`,
which others import.
"""

import pathlib
import subprocess
import sys

folder = pathlib.Path(__file__).resolve().parent / "programs"
names = sys.argv[1:] or sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("helper_"))
for name in names:
    command = [sys.executable, "-B", f"{name}.py", "one", "two"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    (folder / f"{name}.out").write_text(result.stdout)
    parts = {"err": result.stderr.replace(str(folder), "$DIR"), "code": f"{result.returncode}\n" if result.returncode else ""}
    for extension, text in parts.items():
        path = folder / f"{name}.{extension}"
        if text:
            path.write_text(text)
        else:
            path.unlink(missing_ok=True)
