# Starting other programs.

from _processes import start as _start


def fork_exec(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread,
              errwrite, errpipe_read, errpipe_write, restore_signals, start_new_session, process_group, gid, extra_groups, uid,
              child_umask, preexec_fn, use_vfork, /):
    if preexec_fn is not None or process_group != -1 or child_umask != -1:
        raise NotImplementedError("subprocess: preexec_fn, process_group and umask are not supported")
    if gid is not None or extra_groups is not None or uid is not None:
        raise NotImplementedError("subprocess: other users and groups are not supported")
    args = [arg if isinstance(arg, bytes) else _path(arg) for arg in args]
    standard = p2cread, c2pwrite, errwrite
    return _start(executable_list, args, env, cwd, standard, close_fds, [*pass_fds], start_new_session, errpipe_write)


def _path(arg):
    from os import fsencode

    return fsencode(arg)
