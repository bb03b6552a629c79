"""The benchmarks side by side: `python3 run.py --lox target/release/lox [--only fib] [--rounds 3]`.

Each program exists in Lox, Lua and Python. Figures are CPU seconds of whole processes, the smallest of the rounds;
outputs have to agree. Where a Python program says that it does a part of the work, its time is multiplied.
"""

import argparse
import math
import re
import resource
import subprocess
from pathlib import Path

HERE = Path(__file__).parent


def once(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"{command}: exit code {done.returncode}\n{done.stderr}")
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lox", default="target/release/lox")
    parser.add_argument("--luajit", default="luajit")
    parser.add_argument("--python", default="/usr/bin/python3.11")
    parser.add_argument("--only", default="")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--off", action="store_true", help="with --jit off, too")
    options = parser.parse_args()
    runs = {
        "lox": [options.lox, ".lox"],
        "luajit": [options.luajit, ".lua"],
        "python": [options.python, ".py"],
    }
    if options.off:
        runs["off"] = [options.lox, "--jit", "off", ".lox"]
    header = ["program", *runs, "luajit/lox", "python/lox"] + (["python/off"] if options.off else [])
    print("| " + " | ".join(header) + " |\n" + "| --- " * len(header) + "|")
    ratios = {}
    for program in sorted(HERE.glob("*.lox")):
        if options.only not in program.stem:
            continue
        times, outputs = {}, {}
        for name, (*command, suffix) in runs.items():
            file = str(program.with_suffix(suffix))
            results = [once([*command, file]) for _ in range(options.rounds)]
            part = re.match(r"# A 1/(\d+) of the work", Path(file).read_text())
            times[name] = min(t for t, _ in results) * (int(part[1]) if part else 1)
            if not part:
                outputs[name] = results[0][1]
        same = [[float(x) if x[0] in "-.0123456789" else x for x in out.split()] for out in outputs.values()]
        for other in same[1:]:
            for x, y in zip(same[0], other, strict=True):
                assert x == y or math.isclose(x, y, rel_tol=1e-4), outputs
        row = {"luajit/lox": times["luajit"] / times["lox"], "python/lox": times["python"] / times["lox"]}
        if options.off:
            row["python/off"] = times["python"] / times["off"]
        for name, ratio in row.items():
            ratios.setdefault(name, []).append(ratio)
        cells = [f"{t:.2f}" for t in times.values()] + [f"{r:.2f}" for r in row.values()]
        print(f"| {program.stem} | " + " | ".join(cells) + " |", flush=True)
    means = {n: math.exp(sum(map(math.log, r)) / len(r)) for n, r in ratios.items()}
    print("| geometric mean |" + " |" * len(runs) + "|".join(f" {m:.2f} " for m in means.values()) + "|")


main()
