//! Generalised UTF-8: the encoding of string contents. As UTF-8, except that a lone surrogate is encoded too
//! (three bytes), and that two adjacent surrogates stay two code points.
//!
//! Invariant: every string's bytes were made by [`push`] or come from a Rust `str`, so decoding needs no checks
//! beyond the slice's bounds. Neighbours: `mod` (the string object).

/// Number of code points in well-formed bytes.
pub fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| !is_continuation(b)).count()
}

/// Whether a byte goes on with a code point that an earlier byte began.
#[inline(always)]
pub fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// Bytes in the code point that `first` begins.
#[inline(always)]
pub fn width(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

/// The code point at byte offset `at`, and its width in bytes.
#[inline]
pub fn decode(bytes: &[u8], at: usize) -> (u32, usize) {
    let first = bytes[at];
    let tail = |i: usize| u32::from(bytes[at + i] & 0x3F);
    match width(first) {
        1 => (u32::from(first), 1),
        2 => (u32::from(first & 0x1F) << 6 | tail(1), 2),
        3 => (u32::from(first & 0x0F) << 12 | tail(1) << 6 | tail(2), 3),
        _ => (u32::from(first & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4),
    }
}

/// Appends a code point (a scalar value or a surrogate).
#[inline]
pub fn push(out: &mut Vec<u8>, code: u32) {
    match code {
        0..0x80 => out.push(code as u8),
        0x80..0x800 => out.extend([0xC0 | (code >> 6) as u8, 0x80 | (code & 0x3F) as u8]),
        0x800..0x10000 => {
            out.extend([
                0xE0 | (code >> 12) as u8,
                0x80 | (code >> 6 & 0x3F) as u8,
                0x80 | (code & 0x3F) as u8,
            ]);
        }
        _ => out.extend([
            0xF0 | (code >> 18) as u8,
            0x80 | (code >> 12 & 0x3F) as u8,
            0x80 | (code >> 6 & 0x3F) as u8,
            0x80 | (code & 0x3F) as u8,
        ]),
    }
}

/// The code points of well-formed bytes.
#[derive(Clone, Debug)]
pub struct CodePoints<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> CodePoints<'a> {
    /// From the start.
    pub fn new(bytes: &'a [u8]) -> Self {
        CodePoints { bytes, at: 0 }
    }

    /// Byte offset of the next code point.
    pub fn offset(&self) -> usize {
        self.at
    }
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let (code, width) = decode(self.bytes, self.at);
        self.at += width;
        Some(code)
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    fn next_back(&mut self) -> Option<u32> {
        let mut start = self.bytes.len();
        if start <= self.at {
            return None;
        }
        start -= 1;
        while is_continuation(self.bytes[start]) {
            start -= 1;
        }
        let (code, _) = decode(self.bytes, start);
        self.bytes = &self.bytes[..start];
        Some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        let codes = [0, 0x7F, 0x80, 0x7FF, 0x800, 0xD800, 0xDFFF, 0xFFFF, 0x10000, 0x10FFFF];
        let mut bytes = Vec::new();
        codes.iter().for_each(|&code| push(&mut bytes, code));
        assert_eq!(count(&bytes), codes.len());
        assert!(CodePoints::new(&bytes).eq(codes));
        assert!(CodePoints::new(&bytes).rev().eq(codes.iter().rev().copied()));
    }
}
