//! Files: `stream` holds the buffers and talks to the system, `file` is the Python class over it, `mode` parses `open`'s mode,
//! `error` turns the system's errors into exceptions.

pub mod error;
pub mod file;
pub mod mode;
pub mod open;
pub mod stream;
