# Namespaces that programs hand to eval and exec are the globals of what runs in them.
ns = {"x": 1}
exec("def f():\n    return x\ny = f()", ns)
print(ns["y"], ns["f"]())
ns["x"] = 2
print(ns["f"](), ns["f"].__globals__ is ns)
ns.update(x=3)
print(ns["f"](), sorted(k for k in ns if not k.startswith("__")))
del ns["x"]
try:
    ns["f"]()
except NameError as error:
    print(error)
ns["x"] = 4
exec("global z\nz = x * 10\ndef g():\n    global x\n    x += 1\n    return x", ns)
print(ns["z"], ns["g"](), ns["x"], ns["f"](), ns.pop("x"), "x" in ns, len([k for k in ns if k == "x"]))
total = 0
table = {}
for i in range(300):
    table["i"] = i
    total += eval("i * 2 + k", table, {"k": 1})
print(total, sorted(k for k in table if k != "__builtins__"), dict(table)["i"], {**table}["i"])
local = {}
exec("a = 1\nb = a + 1", {}, local)
print(local)


class Mapping(dict):
    def __missing__(self, key):
        return key.upper()


print(eval("spam + eggs", {}, Mapping()))
code = compile("q = 5", "<made>", "exec")
spaces = [{} for _ in range(3)]
for space in spaces:
    exec(code, space)
print([space["q"] for space in spaces], spaces[0] == spaces[1], list(spaces[0].values())[-1], spaces[0].copy()["q"])


def make(n):
    space = {"n": n}
    exec("def add(k):\n    return n + k", space)
    return space["add"]


print(sum(make(i)(j) for i in range(20) for j in range(20)))
