def handle(f):
    try:
        f()
    except (ValueError, TypeError) as e:
        print(e)
    except KeyError:
        raise
    else:
        return 1
    finally:
        f.done()

def managed(path):
    with open(path) as fh:
        return fh.read()

def group(f):
    try:
        f()
    except* ValueError as e:
        print(e)
