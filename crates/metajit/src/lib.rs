//! metajit
