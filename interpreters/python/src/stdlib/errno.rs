//! The module `errno`: the system's error numbers by name.

use super::ModuleTable;
use crate::object::{dict, str};
use metajit::heap::Value;

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "errno", functions: &[], fill };

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
}

/// Where two names have one number, the later one is its name.
const NUMBERS: &[(&str, libc::c_int)] = numbers! {
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EWOULDBLOCK EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY
    EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM
    ERANGE EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT
    EPROTONOSUPPORT EOPNOTSUPP ENOTSUP EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED
    ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS
    ESTALE EDQUOT ECANCELED EILSEQ EOVERFLOW EBADMSG EIDRM ENOMSG EPROTO ETIME ENOSR ENOSTR ENODATA ENOLINK EUSERS
};

fn fill(set: &mut dyn FnMut(&str, Value)) {
    let codes = dict::new();
    for &(name, number) in NUMBERS {
        set(name, Value::int(number.into()));
        let _ = dict::set(codes, Value::int(number.into()), str::value(name));
    }
    set("errorcode", Value::object(codes));
}
