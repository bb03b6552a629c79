def build(xs, n):
    squares = [x * n for x in xs if x % 2]
    table = {k: [v for v in vs] for k, vs in xs}
    closures = [lambda: i for i in xs]
    lazy = (x + n for x in xs)
    return squares, table, closures, lazy
