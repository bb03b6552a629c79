#!/usr/bin/env python3
"""Writes `functions.txt`: which functions of `metapy` programs use, so that the linker puts them side by side.

    learn.py METAPY PROGRAM... > functions.txt      (a PROGRAM is a command line: "file.py argument ...")

Runs each program under valgrind, which notes the instructions that are executed. `METAPY` is a release build. What is
written are patterns of symbol names: a name up to its hash, or the path of a module or type of which most is used. Whole
names would be of no use: the hashes of generic functions change with every change of a crate. So all instances
of a generic function are taken when one is used. `build.rs` makes a linker script of it.
"""
import bisect
import collections
import re
import shlex
import subprocess
import sys
import tempfile

# How much of a module, beside what is used of it, may be taken with it.
SHARE = 0.2


def symbols(exe):
    """The functions of the executable, sorted: (address, size, name)."""
    listing = subprocess.run(["nm", "-S", "--defined-only", exe], capture_output=True, text=True, check=True).stdout
    found = {}
    for line in listing.splitlines():
        row = re.fullmatch(r"([0-9a-f]+) ([0-9a-f]+) [tTwW] (\S+)", line)
        if row:
            found.setdefault(int(row[1], 16), (int(row[1], 16), int(row[2], 16), row[3]))
    return [found[address] for address in sorted(found)]


def executed(exe, program, functions):
    """The addresses of the functions that run when the program does."""
    starts = [f[0] for f in functions]
    with tempfile.NamedTemporaryFile("r") as out:
        command = ["valgrind", "--smc-check=all-non-file", "--tool=callgrind", "--dump-instr=yes",
                   f"--callgrind-out-file={out.name}", exe] + shlex.split(program)
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        seen, at = set(), 0
        for line in open(out.name):
            if line[0] not in "0+-*":
                continue
            # Addresses are absolute, or relative to the last one.
            word = line.split(None, 1)[0]
            at = {"+": at + int(word[1:] or "0", 0), "-": at - int(word[1:] or "0", 0), "*": at}.get(word[0]) \
                if word[0] in "+-*" else int(word, 16)
            i = bisect.bisect_right(starts, at) - 1
            if i >= 0 and at < functions[i][0] + functions[i][1]:
                seen.add(starts[i])
    return seen


def without_hash(name):
    """A symbol's pattern: hashes replaced by a star."""
    name = re.sub(r"17h[0-9a-f]{16}E(\.llvm\.\d+)?$", "17h*", name)
    return re.sub(r"Cs[0-9A-Za-z]+_", "Cs*_", re.sub(r"^(_R.*?)(\.llvm\.\d+)?$", r"\1*", name))


def paths(name):
    """The patterns of the modules and types around a function, outermost (a module of a crate) first."""
    at, parts = 3, 0
    while name.startswith("_ZN") and (length := re.match(r"\d+", name[at:])):
        end = at + len(length[0]) + int(length[0])
        parts += 1
        if parts >= 2 and name[end:end + 1].isdigit() and name[end:end + 3] != "17h":
            yield name[:end] + "*"
        at = end


def main():
    exe, programs = sys.argv[1], sys.argv[2:]
    functions = symbols(exe)
    count = collections.Counter()
    for program in programs:
        count.update(executed(exe, program, functions))
        print(program, len(count), file=sys.stderr)
    matched, used = collections.Counter(), collections.Counter()
    for address, size, name in functions:
        for pattern in {without_hash(name), *paths(name)}:
            matched[pattern] += size
            used[pattern] += size * (address in count)

    def pattern_of(name):
        for path in paths(name):
            if matched[path] - used[path] <= SHARE * used[path]:
                return path
        return without_hash(name)

    print("# Written by learn.py: functions that programs use, those that most programs use first.")
    # What all programs use comes first: it is what a process that does little has in memory.
    names = {address: name for address, _, name in functions}
    written = dict.fromkeys(pattern_of(names[a]) for a in sorted(count, key=lambda a: (-count[a], a)))
    print("\n".join(written))


main()
