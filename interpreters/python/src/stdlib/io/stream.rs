//! Buffered files: what lies behind file objects, standard streams included. Plain Rust, knows no Python objects.
//!
//! All open streams stand in one table, so that they can be flushed at exit, and when a file is opened for reading that may be
//! one of them (a program that relies on CPython's prompt closing sees what it wrote).
//! Invariant: at most one of the two buffers of a stream is not empty; `out` holds bytes not yet written, `input[pos..]` bytes
//! read ahead. Neighbours: `io::file` (the Python class).

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Bytes that are collected before they are written, and asked for when reading.
const BUFFER_BYTES: usize = 64 << 10;

/// Names a stream in the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StreamId(u32);

/// Standard input.
pub const STDIN: StreamId = StreamId(0);
/// Standard output.
pub const STDOUT: StreamId = StreamId(1);
/// Standard error.
pub const STDERR: StreamId = StreamId(2);

/// When written bytes leave the process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Buffering {
    /// When the buffer is full.
    Full,
    /// At line ends.
    Line,
    /// At once.
    None,
}

/// A file with its buffers.
#[derive(Debug)]
pub struct Stream {
    /// `None` after closing, and for a standard stream that the process was started without.
    file: Option<File>,
    out: Vec<u8>,
    input: Vec<u8>,
    pos: usize,
    buffering: Buffering,
    /// Writes go to the end, as the system sees to.
    is_terminal: bool,
    descriptor: i32,
}

impl Stream {
    /// A stream over an open file.
    pub fn new(file: File, buffering: Buffering) -> Stream {
        use std::io::IsTerminal;
        use std::os::fd::AsRawFd;
        let (is_terminal, descriptor) = (file.is_terminal(), file.as_raw_fd());
        Stream {
            file: Some(file),
            out: Vec::new(),
            input: Vec::new(),
            pos: 0,
            buffering,
            is_terminal,
            descriptor,
        }
    }

    fn standard(file: io::Result<File>, descriptor: i32, buffering: Buffering) -> Stream {
        use std::io::IsTerminal;
        let file = file.ok();
        let is_terminal = file.as_ref().is_some_and(File::is_terminal);
        let buffering = if is_terminal && buffering == Buffering::Full { Buffering::Line } else { buffering };
        Stream { file, out: Vec::new(), input: Vec::new(), pos: 0, buffering, is_terminal, descriptor }
    }

    /// The number the system knows the file by.
    pub fn descriptor(&self) -> i32 {
        self.descriptor
    }

    /// Whether it is a terminal.
    pub fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.file.is_none()
    }

    fn file(&mut self) -> io::Result<&mut File> {
        self.file.as_mut().ok_or_else(|| io::Error::from_raw_os_error(libc::EBADF))
    }

    /// Writes bytes, into the buffer if it may.
    ///
    /// # Errors
    /// The system's.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.forget_read_ahead()?;
        if self.out.len() + bytes.len() > BUFFER_BYTES {
            self.flush()?;
        }
        if bytes.len() > BUFFER_BYTES {
            return write_all(self.file()?, bytes);
        }
        self.out.extend_from_slice(bytes);
        match self.buffering {
            Buffering::Full => Ok(()),
            Buffering::Line if !bytes.contains(&b'\n') => Ok(()),
            Buffering::Line | Buffering::None => self.flush(),
        }
    }

    /// Writes out what is buffered. What cannot be written is dropped, so that the error is reported once.
    ///
    /// # Errors
    /// The system's.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        let out = std::mem::take(&mut self.out);
        let result = write_all(self.file()?, &out);
        self.out = out;
        self.out.clear();
        result
    }

    /// Gives the buffer up and moves the file's position back to where the reader is.
    fn forget_read_ahead(&mut self) -> io::Result<()> {
        let ahead = self.input.len() - self.pos;
        if ahead > 0 {
            self.file()?.seek(SeekFrom::Current(-(ahead as i64)))?;
        }
        self.input.clear();
        self.pos = 0;
        Ok(())
    }

    /// Reads more into the buffer; false at the end of the file.
    fn fill(&mut self) -> io::Result<bool> {
        self.flush()?;
        self.input.drain(..self.pos);
        self.pos = 0;
        let old = self.input.len();
        self.input.resize(old + BUFFER_BYTES, 0);
        let Stream { file, input, .. } = self;
        let result = match file {
            Some(file) => file.read(&mut input[old..]),
            None => Err(io::Error::from_raw_os_error(libc::EBADF)),
        };
        self.input.truncate(old + *result.as_ref().unwrap_or(&0));
        Ok(result? > 0)
    }

    /// Reads at most `limit` bytes, everything if there is none; fewer only at the end of the file.
    ///
    /// # Errors
    /// The system's.
    pub fn read(&mut self, limit: Option<usize>) -> io::Result<Vec<u8>> {
        let wanted = limit.unwrap_or(usize::MAX);
        while self.input.len() - self.pos < wanted && self.fill()? {}
        let end = self.input.len().min(self.pos.saturating_add(wanted));
        let bytes = self.input[self.pos..end].to_vec();
        self.pos = end;
        Ok(bytes)
    }

    /// Reads up to and including the next byte `\n`, at most `limit` bytes; empty at the end of the file. With
    /// `universal`, a `\r` that no `\n` follows ends a line too.
    ///
    /// # Errors
    /// The system's.
    pub fn read_line(&mut self, universal: bool, limit: Option<usize>) -> io::Result<Vec<u8>> {
        let limit = limit.unwrap_or(usize::MAX);
        let mut searched = 0;
        let end = loop {
            let ahead = &self.input[self.pos..];
            let found = ahead[searched..].iter().position(|&b| b == b'\n' || universal && b == b'\r');
            if let Some(at) = found.map(|i| searched + i) {
                let is_return = ahead[at] == b'\r';
                if is_return && at + 1 == ahead.len() && self.fill()? {
                    searched = at;
                    continue;
                }
                let ahead = &self.input[self.pos..];
                break at + 1 + usize::from(is_return && ahead.get(at + 1) == Some(&b'\n'));
            }
            searched = ahead.len();
            if searched >= limit || !self.fill()? {
                break self.input.len() - self.pos;
            }
        };
        let end = self.pos + end.min(limit);
        let line = self.input[self.pos..end].to_vec();
        self.pos = end;
        Ok(line)
    }

    /// Moves the position; the new one in bytes from the start.
    ///
    /// # Errors
    /// The system's.
    pub fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.flush()?;
        self.forget_read_ahead()?;
        self.file()?.seek(to)
    }

    /// The position in bytes from the start.
    ///
    /// # Errors
    /// The system's.
    pub fn position(&mut self) -> io::Result<u64> {
        self.flush()?;
        let ahead = (self.input.len() - self.pos) as u64;
        Ok(self.file()?.stream_position()? - ahead)
    }

    /// Cuts the file off, or extends it, to `size` bytes.
    ///
    /// # Errors
    /// The system's.
    pub fn truncate(&mut self, size: Option<u64>) -> io::Result<u64> {
        let size = match size {
            Some(size) => size,
            None => self.position()?,
        };
        self.flush()?;
        self.file()?.set_len(size)?;
        Ok(size)
    }

    /// Flushes and closes; nothing happens if it is closed already.
    ///
    /// # Errors
    /// The system's, of flushing; the file is closed all the same.
    pub fn close(&mut self) -> io::Result<()> {
        let result = if self.is_closed() { Ok(()) } else { self.flush() };
        self.file = None;
        self.out = Vec::new();
        self.input = Vec::new();
        self.pos = 0;
        result
    }
}

/// Writes everything. Unlike the standard library's, gives up at a signal, so that the interpreter sees it.
fn write_all(file: &mut File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match file.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => bytes = &bytes[n..],
            Err(e) if e.kind() == io::ErrorKind::Interrupted && !crate::interrupt::is_pending() => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// The open streams by their numbers; free places are `None`.
struct Table {
    streams: Vec<Option<Stream>>,
}

thread_local! {
    static TABLE: RefCell<Table> = RefCell::new(Table::new());
}

impl Table {
    fn new() -> Table {
        let duplicate = |fd: std::os::fd::BorrowedFd<'_>| Ok(File::from(fd.try_clone_to_owned()?));
        use std::os::fd::AsFd;
        let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
        let streams = [
            Stream::standard(duplicate(stdin.as_fd()), 0, Buffering::Full),
            Stream::standard(duplicate(stdout.as_fd()), 1, Buffering::Full),
            Stream::standard(duplicate(stderr.as_fd()), 2, Buffering::Line),
        ];
        Table { streams: streams.into_iter().map(Some).collect() }
    }
}

/// Enters a stream into the table.
pub fn register(stream: Stream) -> StreamId {
    TABLE.with_borrow_mut(|table| {
        let free = table.streams.iter().position(Option::is_none);
        let index = free.unwrap_or_else(|| {
            table.streams.push(None);
            table.streams.len() - 1
        });
        table.streams[index] = Some(stream);
        StreamId(index as u32)
    })
}

/// Takes a stream out of the table, closing it. Errors have nobody to go to.
pub fn unregister(id: StreamId) {
    // A thread that ends may have dropped its table already.
    let _ = TABLE.try_with(|table| {
        if let Some(mut stream) = table.borrow_mut().streams[id.0 as usize].take() {
            let _ = stream.close();
        }
    });
}

/// Uses a stream.
pub fn with<R>(id: StreamId, act: impl FnOnce(&mut Stream) -> R) -> R {
    TABLE.with_borrow_mut(|table| {
        let stream = table.streams[id.0 as usize].as_mut();
        act(stream.expect("a file object keeps its stream in the table"))
    })
}

/// Sets when the standard streams' bytes leave the process (`-u`).
pub fn set_unbuffered() {
    with(STDOUT, |s| s.buffering = Buffering::None);
    with(STDERR, |s| s.buffering = Buffering::None);
}

/// Flushes every stream; errors are left to whoever closes them.
pub fn flush_all() {
    TABLE.with_borrow_mut(|table| {
        for stream in table.streams.iter_mut().skip(STDERR.0 as usize + 1).flatten() {
            let _ = stream.flush();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn temporary(name: &str, contents: &[u8]) -> (std::path::PathBuf, Stream) {
        let path = std::env::temp_dir().join(format!("metapy-stream-{}-{name}", std::process::id()));
        std::fs::write(&path, contents).expect("the temporary folder is writable");
        let file = File::options().read(true).write(true).open(&path).expect("the file was just made");
        (path, Stream::new(file, Buffering::Full))
    }

    #[test]
    fn lines() {
        let (path, mut stream) = temporary("lines", b"a\r\nb\rc\nd");
        let lines: Vec<Vec<u8>> = (0..5).map(|_| stream.read_line(true, None).expect("readable")).collect();
        assert_eq!(lines, [&b"a\r\n"[..], b"b\r", b"c\n", b"d", b""]);
        std::fs::remove_file(path).expect("the file exists");
    }

    #[test]
    fn reading_then_writing_goes_on_where_the_reader_is() {
        let (path, mut stream) = temporary("mixed", b"abcdef");
        assert_eq!(stream.read(Some(2)).expect("readable"), b"ab");
        stream.write(b"XY").expect("writable");
        assert_eq!(stream.position().expect("seekable"), 4);
        assert_eq!(stream.read(None).expect("readable"), b"ef");
        stream.close().expect("closable");
        assert_eq!(std::fs::read(&path).expect("readable"), b"abXYef");
        std::fs::remove_file(path).expect("the file exists");
    }
}
