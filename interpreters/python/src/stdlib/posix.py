# System calls as `os` expects them: the natives of `_posix` with keyword parameters, and their result types.

import _posix
from _posix import *
from _posix import _exit, environ
from _processes import waitpid

error = OSError
_have_functions = ["HAVE_FSTATAT"]
EX_OK = 0
NGROUPS_MAX = 65536
O_NDELAY = O_NONBLOCK
O_ACCMODE = 3


del poll, socketpair


class _record(tuple):
    _fields = ()

    def __new__(cls, values):
        values = tuple(values)
        self = tuple.__new__(cls, values[: cls.n_sequence_fields])
        self._all = values
        return self

    def __repr__(self):
        pairs = [f"{name}={value!r}" for name, value in zip(self._fields, self._all)]
        return f"{type(self).__module__}.{type(self).__name__}({', '.join(pairs)})"

    def __reduce__(self):
        return type(self), (self._all,)

    def __init_subclass__(cls):
        for i, name in enumerate(cls._fields):
            setattr(cls, name, property(lambda self, i=i: self._all[i]))
        cls.__match_args__ = cls._fields[: cls.n_sequence_fields]
        cls.n_fields = len(cls._fields)
        cls.n_unnamed_fields = 0


class stat_result(_record):
    __module__ = "os"
    n_sequence_fields = 10
    _fields = (
        "st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "_atime", "_mtime", "_ctime",
        "st_atime", "st_mtime", "st_ctime", "st_atime_ns", "st_mtime_ns", "st_ctime_ns", "st_blksize", "st_blocks",
        "st_rdev",
    )

    def __repr__(self):
        pairs = [f"{name if name[0] == 's' else 'st' + name}={value!r}" for name, value in zip(self._fields, self)]
        return f"os.stat_result({', '.join(pairs)})"


class terminal_size(_record):
    __module__ = "os"
    n_sequence_fields = 2
    _fields = ("columns", "lines")


class uname_result(_record):
    __module__ = "posix"
    n_sequence_fields = 5
    _fields = ("sysname", "nodename", "release", "version", "machine")


class times_result(_record):
    __module__ = "posix"
    n_sequence_fields = 5
    _fields = ("user", "system", "children_user", "children_system", "elapsed")


def fspath(path):
    if isinstance(path, (str, bytes)):
        return path
    try:
        method = type(path).__fspath__
    except AttributeError:
        name = type(path).__name__
        raise TypeError(f"expected str, bytes or os.PathLike object, not {name}") from None
    result = method(path)
    if isinstance(result, (str, bytes)):
        return result
    names = type(path).__name__, type(result).__name__
    raise TypeError("expected {}.__fspath__() to return str or bytes, not {}".format(*names))


def getcwdb():
    return getcwd().encode("utf-8", "surrogateescape")


def listdir(path=None):
    return _posix.listdir("." if path is None else path)


def stat(path, *, dir_fd=None, follow_symlinks=True):
    _no_folder(dir_fd)
    return stat_result(_posix.stat(path, follow_symlinks))


def lstat(path, *, dir_fd=None):
    _no_folder(dir_fd)
    return stat_result(_posix.stat(path, False))


def fstat(fd):
    return stat_result(_posix.stat(fd, True))


def _no_folder(fd):
    if fd is not None:
        raise NotImplementedError("dir_fd is not supported")


def mkdir(path, mode=0o777, *, dir_fd=None):
    _no_folder(dir_fd)
    _posix.mkdir(path, mode)


def rmdir(path, *, dir_fd=None):
    _no_folder(dir_fd)
    _posix.rmdir(path)


def unlink(path, *, dir_fd=None):
    _no_folder(dir_fd)
    _posix.unlink(path)


remove = unlink


def chmod(path, mode, *, dir_fd=None, follow_symlinks=True):
    _no_folder(dir_fd)
    _posix.chmod(path, mode)


def rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None):
    _posix.rename(src, dst)


replace = rename


def access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True):
    return _posix.access(path, mode)


def open(path, flags, mode=0o777, *, dir_fd=None):
    _no_folder(dir_fd)
    return _posix.open(path, flags, mode)


def utime(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True):
    if times is None:
        if ns is None:
            import time

            times = time.time(), time.time()
        else:
            times = ns[0] / 1e9, ns[1] / 1e9
    _posix.set_times(path, *times)


def get_terminal_size(fd=1):
    return terminal_size(_posix.terminal_size(fd))


def uname():
    return uname_result(_posix.uname())


def times():
    return times_result(_posix.times())


def WIFEXITED(status):
    return not status & 0x7F


def WEXITSTATUS(status):
    return status >> 8 & 0xFF


def WIFSIGNALED(status):
    return bool(status & 0x7F) and status & 0x7F != 0x7F


def WTERMSIG(status):
    return status & 0x7F


def WIFSTOPPED(status):
    return status & 0xFF == 0x7F


def WSTOPSIG(status):
    return status >> 8 & 0xFF


def waitstatus_to_exitcode(status):
    return status >> 8 if not status & 0x7F else -(status & 0x7F)


class DirEntry:
    __module__ = "posix"

    def __init__(self, folder, name):
        separator = b"/" if isinstance(folder, bytes) else "/"
        self.name = name
        self.path = folder + name if folder.endswith(separator) else folder + separator + name

    def __fspath__(self):
        return self.path

    def __repr__(self):
        return f"<DirEntry {self.name!r}>"

    def stat(self, *, follow_symlinks=True):
        return stat(self.path, follow_symlinks=follow_symlinks)

    def inode(self):
        return self.stat(follow_symlinks=False).st_ino

    def _kind(self, follow):
        try:
            return self.stat(follow_symlinks=follow).st_mode & 0o170000
        except FileNotFoundError:
            return 0

    def is_dir(self, *, follow_symlinks=True):
        return self._kind(follow_symlinks) == 0o040000

    def is_file(self, *, follow_symlinks=True):
        return self._kind(follow_symlinks) == 0o100000

    def is_symlink(self):
        return self._kind(False) == 0o120000

    def is_junction(self):
        return False


class _scandir:
    def __init__(self, folder):
        self._entries = iter([DirEntry(folder, name) for name in _posix.listdir(folder)])

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._entries)

    def close(self):
        self._entries = iter(())

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


def scandir(path=None):
    return _scandir("." if path is None else fspath(path))
