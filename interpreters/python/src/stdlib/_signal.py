# Signals: the handlers are here, and the runtime calls `_deliver` at a safe point after one came.

from _processes import alarm, handle as _handle, wake as _wake

SIG_DFL, SIG_IGN = 0, 1
SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK = 0, 1, 2
ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF = 0, 1, 2
NSIG = 65
SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE = range(1, 14)
SIGALRM, SIGTERM, SIGSTKFLT, SIGCHLD, SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGXCPU, SIGXFSZ = range(14, 26)
SIGVTALRM, SIGPROF, SIGWINCH, SIGIO, SIGPWR, SIGSYS = range(26, 32)
SIGPOLL, SIGIOT, SIGCLD = SIGIO, SIGABRT, SIGCHLD


class ItimerError(OSError):
    pass


def default_int_handler(signum, frame, /):
    raise KeyboardInterrupt


_handlers = {SIGINT: default_int_handler, SIGPIPE: SIG_IGN}


def _check(signum):
    if not 1 <= signum < NSIG:
        raise ValueError("signal number out of range")


def getsignal(signum, /):
    _check(signum)
    return _handlers.get(signum, SIG_DFL)


def signal(signum, handler, /):
    _check(signum)
    if callable(handler):
        _handle(signum, 2)
    elif handler in (SIG_DFL, SIG_IGN):
        _handle(signum, handler)
    else:
        raise TypeError("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object")
    before = getsignal(signum)
    _handlers[signum] = handler
    return before


def _deliver(signum):
    handler = _handlers.get(signum)
    if callable(handler):
        handler(signum, None)


def siginterrupt(signum, flag, /):
    _check(signum)


def set_wakeup_fd(fd, /, *, warn_on_full_buffer=True):
    return _wake(fd)


def raise_signal(signum, /):
    from _posix import getpid, kill

    kill(getpid(), signum)


def strsignal(signum, /):
    return None


def valid_signals():
    return set(range(1, NSIG))
