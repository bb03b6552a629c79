# Streams in memory, and the classes of `io` around the builtin `open`.

from _files import BufferedRandom, BufferedReader, BufferedWriter, TextIOWrapper

DEFAULT_BUFFER_SIZE = 8192
BlockingIOError = BlockingIOError
open = open


class UnsupportedOperation(OSError, ValueError):
    __module__ = "io"


def open_code(path):
    return open(path, "rb")


def text_encoding(encoding, stacklevel=2, /):
    return "locale" if encoding is None else encoding


class _IOBase:
    __module__ = "_io"
    _closed = False

    def _unsupported(self, name):
        raise UnsupportedOperation(f"{type(self).__name__}.{name}() not supported")

    def seek(self, pos, whence=0):
        self._unsupported("seek")

    def tell(self):
        return self.seek(0, 1)

    def truncate(self, pos=None):
        self._unsupported("truncate")

    def flush(self):
        self._checkClosed()

    def close(self):
        if not self._closed:
            try:
                self.flush()
            finally:
                self._closed = True

    @property
    def closed(self):
        return self._closed

    def seekable(self):
        return False

    def readable(self):
        return False

    def writable(self):
        return False

    def isatty(self):
        self._checkClosed()
        return False

    def fileno(self):
        self._unsupported("fileno")

    def _checkClosed(self, msg=None):
        if self.closed:
            raise ValueError("I/O operation on closed file." if msg is None else msg)

    def _checkReadable(self, msg=None):
        if not self.readable():
            raise UnsupportedOperation("File or stream is not readable." if msg is None else msg)

    def _checkWritable(self, msg=None):
        if not self.writable():
            raise UnsupportedOperation("File or stream is not writable." if msg is None else msg)

    def _checkSeekable(self, msg=None):
        if not self.seekable():
            raise UnsupportedOperation("File or stream is not seekable." if msg is None else msg)

    def __enter__(self):
        self._checkClosed()
        return self

    def __exit__(self, *args):
        self.close()

    def __iter__(self):
        self._checkClosed()
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def readline(self, size=-1):
        line = bytearray()
        while size is None or size < 0 or len(line) < size:
            byte = self.read(1)
            if not byte:
                break
            line += byte
            if byte == b"\n":
                break
        return bytes(line)

    def readlines(self, hint=None):
        lines, total = [], 0
        for line in self:
            lines.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return lines

    def writelines(self, lines):
        self._checkClosed()
        for line in lines:
            self.write(line)


class _RawIOBase(_IOBase):
    def read(self, size=-1):
        if size is None or size < 0:
            return self.readall()
        buffer = bytearray(size)
        count = self.readinto(buffer)
        return None if count is None else bytes(buffer[:count])

    def readall(self):
        parts = []
        while part := self.read(DEFAULT_BUFFER_SIZE):
            parts.append(part)
        return b"".join(parts)


class _BufferedIOBase(_IOBase):
    def detach(self):
        self._unsupported("detach")

    def read(self, size=-1):
        self._unsupported("read")

    def read1(self, size=-1):
        self._unsupported("read1")

    def write(self, data):
        self._unsupported("write")

    def readinto(self, buffer):
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    readinto1 = readinto


class _TextIOBase(_IOBase):
    encoding = None
    newlines = None
    errors = None

    def read(self, size=-1):
        self._unsupported("read")

    def write(self, text):
        self._unsupported("write")

    def detach(self):
        self._unsupported("detach")


class FileIO(_RawIOBase):
    def __new__(cls, file, mode="r", closefd=True, opener=None):
        return open(file, mode + "b", 0)


class BytesIO(_BufferedIOBase):
    def __init__(self, initial_bytes=b""):
        self._buffer = bytearray(initial_bytes)
        self._at = 0

    def __getstate__(self):
        return bytes(self._buffer), self._at, None

    def __setstate__(self, state):
        self._buffer, self._at = bytearray(state[0]), state[1]

    def getvalue(self):
        self._checkClosed()
        return bytes(self._buffer)

    def getbuffer(self):
        self._checkClosed()
        return memoryview(self._buffer)

    def close(self):
        self._buffer = bytearray()
        self._closed = True

    def read(self, size=-1, /):
        self._checkClosed()
        at = self._at
        end = len(self._buffer)
        if size is not None and size >= 0:
            end = min(end, at + size)
        if at >= end:
            return b""
        self._at = end
        return bytes(self._buffer[at:end])

    def read1(self, size=-1, /):
        return self.read(size)

    def readline(self, size=-1, /):
        self._checkClosed()
        at = self._at
        end = self._buffer.find(b"\n", at) + 1
        if end == 0:
            end = len(self._buffer)
        if size is not None and size >= 0:
            end = min(end, at + size)
        if at >= end:
            return b""
        self._at = end
        return bytes(self._buffer[at:end])

    def write(self, data, /):
        self._checkClosed()
        if isinstance(data, str):
            raise TypeError("a bytes-like object is required, not 'str'")
        buffer, at = self._buffer, self._at
        count = len(data)
        if count == 0:
            return 0
        if at > len(buffer):
            buffer.extend(bytes(at - len(buffer)))
        if at == len(buffer):
            buffer += data
        else:
            buffer[at : at + count] = data
        self._at = at + count
        return count

    def seek(self, pos, whence=0, /):
        self._checkClosed()
        if whence == 0:
            if pos < 0:
                raise ValueError(f"negative seek value {pos}")
            self._at = pos
        elif whence == 1:
            self._at = max(0, self._at + pos)
        elif whence == 2:
            self._at = max(0, len(self._buffer) + pos)
        else:
            raise ValueError(f"invalid whence ({whence}, should be 0, 1 or 2)")
        return self._at

    def tell(self):
        self._checkClosed()
        return self._at

    def truncate(self, pos=None, /):
        self._checkClosed()
        if pos is None:
            pos = self._at
        if pos < 0:
            raise ValueError(f"negative size value {pos}")
        del self._buffer[pos:]
        return pos

    def readable(self):
        self._checkClosed()
        return True

    writable = seekable = readable


class StringIO(_TextIOBase):
    def __init__(self, initial_value="", newline="\n"):
        if initial_value is not None and not isinstance(initial_value, str):
            raise TypeError(f"initial_value must be str or None, not {type(initial_value).__name__}")
        if newline is not None and newline not in ("", "\n", "\r", "\r\n"):
            raise ValueError(f"illegal newline value: {newline!r}")
        self._newline = newline
        # Text that was only appended to is kept in parts; `_text` joins them when something else is asked for.
        self._parts = []
        self._whole = ""
        self._at = self._length = 0
        if initial_value:
            self.write(initial_value)
            self._at = 0

    def _text(self):
        if self._parts:
            self._whole += "".join(self._parts)
            self._parts = []
        return self._whole

    def getvalue(self):
        self._checkClosed()
        return self._text()

    def close(self):
        self._whole, self._parts = "", []
        self._closed = True

    def _translated(self, text):
        if self._newline is None:
            return text.replace("\r\n", "\n").replace("\r", "\n")
        if self._newline in ("\r", "\r\n"):
            return text.replace("\n", self._newline)
        return text

    def write(self, text, /):
        if not isinstance(text, str):
            raise TypeError(f"string argument expected, got '{type(text).__name__}'")
        if self._closed:
            raise ValueError("I/O operation on closed file")
        count = len(text)
        if self._newline != "\n":
            text = self._translated(text)
        if self._at == self._length:
            self._parts.append(text)
            self._at += len(text)
            self._length = self._at
        elif text:
            whole, at = self._text(), self._at
            if at > len(whole):
                whole += "\0" * (at - len(whole))
            self._whole = whole[:at] + text + whole[at + len(text) :]
            self._at = at + len(text)
            self._length = len(self._whole)
        return count

    def read(self, size=-1, /):
        self._checkClosed()
        text, at = self._text(), self._at
        end = self._length
        if size is not None and size >= 0:
            end = min(end, at + size)
        if at >= end:
            return ""
        self._at = end
        return text[at:end]

    def readline(self, size=-1, /):
        self._checkClosed()
        text, at = self._text(), self._at
        end = text.find("\n", at) + 1
        if end == 0:
            end = self._length
        if size is not None and size >= 0:
            end = min(end, at + size)
        if at >= end:
            return ""
        self._at = end
        return text[at:end]

    def seek(self, pos, whence=0, /):
        self._checkClosed()
        if whence == 0:
            if pos < 0:
                raise ValueError(f"Negative seek position {pos}")
            self._at = pos
        elif whence not in (1, 2):
            raise ValueError(f"Invalid whence ({whence}, should be 0, 1 or 2)")
        elif pos != 0:
            raise OSError("Can't do nonzero cur-relative seeks")
        elif whence == 2:
            self._at = self._length
        return self._at

    def tell(self):
        self._checkClosed()
        return self._at

    def truncate(self, pos=None, /):
        self._checkClosed()
        if pos is None:
            pos = self._at
        if pos < 0:
            raise ValueError(f"Negative size value {pos}")
        self._whole = self._text()[:pos]
        self._length = len(self._whole)
        return pos

    @property
    def line_buffering(self):
        return False

    def readable(self):
        self._checkClosed()
        return True

    writable = seekable = readable


class BufferedRWPair(_BufferedIOBase):
    def __init__(self, reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /):
        self._reader, self._writer = reader, writer

    def read(self, size=-1):
        return self._reader.read(size)

    def write(self, data):
        return self._writer.write(data)

    def flush(self):
        self._writer.flush()

    def readable(self):
        return self._reader.readable()

    def writable(self):
        return self._writer.writable()

    def close(self):
        self._writer.close()
        self._reader.close()


class IncrementalNewlineDecoder:
    def __init__(self, decoder, translate, errors="strict"):
        self._decoder, self._translate, self._pending = decoder, translate, False

    def decode(self, data, final=False):
        text = data if self._decoder is None else self._decoder.decode(data, final)
        if self._pending and (text or final):
            text = "\r" + text
            self._pending = False
        if text.endswith("\r") and not final:
            text = text[:-1]
            self._pending = True
        return text.replace("\r\n", "\n").replace("\r", "\n") if self._translate else text

    def reset(self):
        self._pending = False
        if self._decoder is not None:
            self._decoder.reset()
