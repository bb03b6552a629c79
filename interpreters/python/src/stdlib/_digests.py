# Hash objects: they keep the message and compute its digest when it is asked for.

from _hashing import digest as _digest


class _Hash:
    _size = _block = 0
    name = ""

    def __init__(self, string=b"", *, usedforsecurity=True):
        self._data = bytearray()
        self._key = b""
        self.update(string)

    @property
    def digest_size(self):
        return self._size

    @property
    def block_size(self):
        return self._block

    def update(self, data, /):
        if isinstance(data, str):
            raise TypeError("Strings must be encoded before hashing")
        self._data += memoryview(data)

    def digest(self):
        return _digest(self.name, self._data, self._size, self._key)

    def hexdigest(self):
        return self.digest().hex()

    def copy(self):
        new = object.__new__(type(self))
        new.__dict__.update(self.__dict__)
        new._data = self._data[:]
        return new

    def __repr__(self):
        return f"<{self.name} {type(self).__module__}.{type(self).__name__} object @ {id(self):#x}>"


class _Shake(_Hash):
    def digest(self, length, /):
        if length < 0:
            raise ValueError("value must be positive")
        return _digest(self.name, self._data, length, b"")

    def hexdigest(self, length, /):
        return self.digest(length).hex()


class _Blake(_Hash):
    def __init__(self, data=b"", /, *, digest_size=None, key=b"", salt=b"", person=b"", fanout=1, depth=1, leaf_size=0,
                 node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True):
        if salt or person or fanout != 1 or depth != 1 or leaf_size or node_offset or node_depth or inner_size or last_node:
            raise NotImplementedError(f"{self.name}: only 'digest_size' and 'key' are supported")
        if digest_size is not None:
            if not 1 <= digest_size <= self.MAX_DIGEST_SIZE:
                raise ValueError(f"digest_size for {self.name} must be between 1 and {self.MAX_DIGEST_SIZE} bytes, here it is {digest_size}")
            self._size = digest_size
        if len(key) > self.MAX_KEY_SIZE:
            raise ValueError(f"maximum key length is {self.MAX_KEY_SIZE} bytes")
        self._data = bytearray()
        self._key = bytes(key)
        self.update(data)


def _make(module, name, size, block, base=_Hash, **more):
    body = {"name": name, "_size": size, "_block": block, "__module__": module, **more}
    return type(name, (base,), body)


md5 = _make("_md5", "md5", 16, 64)
sha1 = _make("_sha1", "sha1", 20, 64)
sha224 = _make("_sha2", "sha224", 28, 64)
sha256 = _make("_sha2", "sha256", 32, 64)
sha384 = _make("_sha2", "sha384", 48, 128)
sha512 = _make("_sha2", "sha512", 64, 128)
sha3_224 = _make("_sha3", "sha3_224", 28, 144)
sha3_256 = _make("_sha3", "sha3_256", 32, 136)
sha3_384 = _make("_sha3", "sha3_384", 48, 104)
sha3_512 = _make("_sha3", "sha3_512", 64, 72)
shake_128 = _make("_sha3", "shake_128", 0, 168, _Shake)
shake_256 = _make("_sha3", "shake_256", 0, 136, _Shake)
blake2b = _make(
    "_blake2", "blake2b", 64, 128, _Blake, MAX_DIGEST_SIZE=64, MAX_KEY_SIZE=64, SALT_SIZE=16, PERSON_SIZE=16
)
blake2s = _make("_blake2", "blake2s", 32, 64, _Blake, MAX_DIGEST_SIZE=32, MAX_KEY_SIZE=32, SALT_SIZE=8, PERSON_SIZE=8)
