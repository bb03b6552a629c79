def make(kind, text):
    try:
        raise kind(text)
    except Exception as error:
        return error


raise ExceptionGroup("several", [make(ValueError, "one"), ExceptionGroup("inner", [make(TypeError, "two")]), KeyError("three")])
