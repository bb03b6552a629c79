# Signals by number. Only SIGINT reaches a program, as KeyboardInterrupt.

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


_handlers = {SIGINT: default_int_handler}


def getsignal(signum, /):
    if not 1 <= signum < NSIG:
        raise ValueError("signal number out of range")
    return _handlers.get(signum, SIG_DFL)


def signal(signum, handler, /):
    before = getsignal(signum)
    if handler != before:
        raise NotImplementedError("signal handlers are not supported")
    return before


def set_wakeup_fd(fd, /, *, warn_on_full_buffer=True):
    return -1


def raise_signal(signum, /):
    from _posix import getpid, kill

    kill(getpid(), signum)


def strsignal(signum, /):
    return None


def valid_signals():
    return set(range(1, NSIG))
