# Sockets as far as event loops need them for themselves: pairs of connected ones. There is no network.

import _posix

error = OSError
timeout = TimeoutError


class herror(OSError):
    pass


class gaierror(OSError):
    pass


AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6 = 0, 1, 2, 10
SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_NONBLOCK, SOCK_CLOEXEC = 1, 2, 3, 2048, 524288
SOL_SOCKET, SO_REUSEADDR, SO_TYPE, SO_ERROR, SO_BROADCAST, SO_SNDBUF, SO_RCVBUF, SO_KEEPALIVE, SO_REUSEPORT = 1, 2, 3, 4, 6, 7, 8, 9, 15
IPPROTO_IP, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_IPV6 = 0, 1, 6, 17, 41
IPV6_V6ONLY, TCP_NODELAY, SOMAXCONN = 26, 1, 4096
MSG_OOB, MSG_PEEK, MSG_DONTWAIT = 1, 2, 64
AI_PASSIVE, AI_CANONNAME, AI_NUMERICHOST, AI_ADDRCONFIG, AI_NUMERICSERV = 1, 2, 4, 32, 1024
NI_NUMERICHOST, NI_NUMERICSERV = 1, 2
EAI_NONAME, EAI_AGAIN, EAI_FAMILY = -2, -3, -6
SHUT_RD, SHUT_WR, SHUT_RDWR = 0, 1, 2
INADDR_ANY, INADDR_LOOPBACK = 0, 0x7F000001
has_ipv6 = False
_default_timeout = None


def _refuse(*args, **kwargs):
    raise NotImplementedError("network connections are not supported")


getaddrinfo = getnameinfo = gethostbyname = gethostbyaddr = gethostbyname_ex = gethostname = _refuse
inet_aton = inet_ntoa = inet_pton = inet_ntop = getservbyname = getprotobyname = if_nameindex = _refuse


def htons(x, /):
    return int.from_bytes(x.to_bytes(2, "little"), "big")


def htonl(x, /):
    return int.from_bytes(x.to_bytes(4, "little"), "big")


ntohs, ntohl = htons, htonl


def getdefaulttimeout():
    return _default_timeout


def setdefaulttimeout(timeout, /):
    global _default_timeout
    _default_timeout = timeout


def close(fd, /):
    _posix.close(fd)


def dup(fd, /):
    _refuse()


class socket:
    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        if fileno is None:
            _refuse()
        self._family = AF_UNIX if family == -1 else family
        self._type = SOCK_STREAM if type == -1 else type
        self._proto = 0 if proto == -1 else proto
        self._fd = fileno
        self._timeout = None

    # Subclasses show them as members of enumerations.
    family = property(lambda self: self._family)
    type = property(lambda self: self._type)
    proto = property(lambda self: self._proto)

    @property
    def timeout(self):
        return self._timeout

    def fileno(self):
        return self._fd

    def setblocking(self, flag, /):
        _posix.set_blocking(self._fd, flag)
        self._timeout = None if flag else 0.0

    def settimeout(self, timeout, /):
        if timeout not in (None, 0):
            raise NotImplementedError("socket timeouts are not supported")
        self.setblocking(timeout is None)

    def gettimeout(self):
        return self._timeout

    def getblocking(self):
        return self._timeout is None

    def recv(self, size, flags=0, /):
        return _posix.read(self._fd, size)

    def send(self, data, flags=0, /):
        return _posix.write(self._fd, data)

    def sendall(self, data, flags=0, /):
        data = memoryview(data)
        while data:
            data = data[_posix.write(self._fd, data) :]

    def detach(self):
        fd, self._fd = self._fd, -1
        return fd

    def close(self):
        if self._fd >= 0:
            _posix.close(self.detach())

    bind = connect = connect_ex = listen = accept = _accept = shutdown = _refuse
    getsockopt = setsockopt = getsockname = getpeername = recvfrom = sendto = recv_into = recvfrom_into = _refuse


SocketType = socket


def socketpair(family=AF_UNIX, type=SOCK_STREAM, proto=0, /):
    a, b = _posix.socketpair(family, type, proto)
    return socket(family, type, proto, a), socket(family, type, proto, b)
