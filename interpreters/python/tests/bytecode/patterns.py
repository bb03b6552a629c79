def describe(p):
    match p:
        case [1, x, *rest] if x:
            return rest
        case {"k": v, **others}:
            return v, others
        case Point(x=0, y=yy) | Other(yy):
            return yy
        case None | "a":
            return 0
        case _:
            return 1
