# Waiting for descriptors.

from _posix import poll as _poll

error = OSError
POLLIN, POLLPRI, POLLOUT, POLLERR, POLLHUP, POLLNVAL = 1, 2, 4, 8, 16, 32
POLLRDNORM, POLLRDBAND, POLLWRNORM, POLLWRBAND, POLLRDHUP = 64, 128, 256, 512, 8192
PIPE_BUF = 4096


def _fd(file):
    return file if isinstance(file, int) else file.fileno()


class poll:
    def __init__(self):
        self._events = {}

    def register(self, fd, eventmask=POLLIN | POLLPRI | POLLOUT, /):
        self._events[_fd(fd)] = eventmask

    def modify(self, fd, eventmask, /):
        if _fd(fd) not in self._events:
            raise FileNotFoundError(2, "No such file or directory")
        self._events[_fd(fd)] = eventmask

    def unregister(self, fd, /):
        del self._events[_fd(fd)]

    def poll(self, timeout=None, /):
        wait = -1 if timeout is None or timeout < 0 else int(timeout) + (timeout != int(timeout))
        return _poll(list(self._events.items()), wait)


def select(rlist, wlist, xlist, timeout=None, /):
    events = {}
    for files, mask in (rlist, POLLIN), (wlist, POLLOUT), (xlist, POLLPRI):
        for file in files:
            events[_fd(file)] = events.get(_fd(file), 0) | mask
    ready = dict(_poll(list(events.items()), -1 if timeout is None else int(timeout * 1000 + 0.999)))
    found = lambda files, mask: [f for f in files if ready.get(_fd(f), 0) & (mask | POLLERR | POLLHUP)]
    return found(rlist, POLLIN), found(wlist, POLLOUT), found(xlist, POLLPRI)
