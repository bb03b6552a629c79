# The tokenizer behind `tokenize`, which is not there.


class TokenizerIter:
    def __init__(self, *args, **kwargs):
        raise NotImplementedError("tokenize: tokens are not supported")
