//! Python 3.12 on metajit: the library behind the `metapy` command.

pub mod object;
