//! Which characters a set or a category has, and case for `re.IGNORECASE`.

use super::codes::op;
use crate::object::str::classify;
use std::cell::{Cell, RefCell};

/// Lower case of one character, the character itself where that would be several.
pub fn lower(code: u32) -> u32 {
    if code < 128 {
        return u32::from((code as u8).to_ascii_lowercase());
    }
    let Some(c) = char::from_u32(code) else { return code };
    let mut lower = c.to_lowercase();
    // Only U+0130 has two characters here; the first is its simple lower case.
    lower.next().map_or(code, u32::from)
}

fn upper(code: u32) -> u32 {
    let Some(c) = char::from_u32(code) else { return code };
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one.into(),
        _ => code,
    }
}

/// Lower case of an ASCII letter.
pub fn lower_ascii(code: u32) -> u32 {
    if code < 128 { u32::from((code as u8).to_ascii_lowercase()) } else { code }
}

/// Whether a character has another case, for patterns on str.
pub fn is_cased(code: u32) -> bool {
    lower(code) != code || upper(code) != code
}

pub fn is_ascii_word(code: u32) -> bool {
    code < 128 && ((code as u8).is_ascii_alphanumeric() || code == u32::from(b'_'))
}

pub fn is_word(code: u32) -> bool {
    if code < 128 {
        return is_ascii_word(code);
    }
    classify::is_alpha(code)
        || classify::decimal_digit(code).is_some()
        || classify::is_digit(code)
        || classify::is_numeric(code)
}

fn is_ascii_space(code: u32) -> bool {
    matches!(code, 9..=13 | 32)
}

/// Whether a character is of a category, numbered as `re._constants` does.
pub fn category(category: u32, code: u32) -> bool {
    let holds = match category & !1 {
        0 => matches!(code, 48..=57),
        2 => is_ascii_space(code),
        // Locale-dependent words are those of the C locale.
        4 | 8 => is_ascii_word(code),
        6 => code == 10,
        10 => classify::decimal_digit(code).is_some(),
        12 => classify::is_space(code),
        14 => is_word(code),
        _ => matches!(code, 10..=13 | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029),
    };
    holds != (category & 1 == 1)
}

/// The sets of a pattern as bitmaps of the first 256 characters, each made when it is first used.
#[derive(Debug, Default)]
pub struct Sets {
    bitmaps: RefCell<Vec<[u64; 4]>>,
    /// By position in the codes: the number of the bitmap plus one, 0 where there is none yet.
    places: Vec<Cell<u32>>,
}

impl Sets {
    /// Room for the sets of so many codes.
    pub fn new(codes: usize) -> Sets {
        Sets { bitmaps: RefCell::default(), places: (0..codes).map(|_| Cell::new(0)).collect() }
    }

    /// The set whose first instruction stands at `pc`.
    #[inline]
    pub fn at<'a>(&self, codes: &'a [u32], pc: usize) -> Set<'a> {
        let number = match self.places[pc].get() {
            0 => self.make(codes, pc),
            number => number,
        };
        Set { bitmap: self.bitmaps.borrow()[number as usize - 1], codes: &codes[pc..] }
    }

    #[cold]
    fn make(&self, codes: &[u32], pc: usize) -> u32 {
        let mut bitmap = [0; 4];
        for code in (0..256u32).filter(|&code| contains(&codes[pc..], code)) {
            bitmap[code as usize / 64] |= 1 << (code % 64);
        }
        let mut bitmaps = self.bitmaps.borrow_mut();
        bitmaps.push(bitmap);
        self.places[pc].set(bitmaps.len() as u32);
        bitmaps.len() as u32
    }
}

/// A set of characters.
pub struct Set<'a> {
    /// Which of the first 256 it has.
    bitmap: [u64; 4],
    codes: &'a [u32],
}

impl Set<'_> {
    /// Whether it has a character.
    #[inline(always)]
    pub fn has(&self, code: u32) -> bool {
        if code < 256 {
            self.bitmap[code as usize / 64] >> (code % 64) & 1 == 1
        } else {
            contains(self.codes, code)
        }
    }
}

/// Whether a set, given from its first instruction on, has a character.
pub fn contains(mut set: &[u32], code: u32) -> bool {
    let mut found = true;
    loop {
        let (holds, len) = match set[0] {
            op::FAILURE => return !found,
            op::LITERAL => (set[1] == code, 2),
            op::RANGE => ((set[1]..=set[2]).contains(&code), 3),
            op::RANGE_UNI_IGNORE => {
                let range = set[1]..=set[2];
                (range.contains(&code) || range.contains(&upper(code)), 3)
            }
            op::CATEGORY => (category(set[1], code), 2),
            op::CHARSET => (code < 256 && has_bit(&set[1..], code as usize), 9),
            op::BIGCHARSET => {
                let blocks = &set[1 + 1 + 64..];
                let holds = code < 0x1_0000 && {
                    let high = code as usize >> 8;
                    let block = set[2 + high / 4].to_ne_bytes()[high % 4];
                    has_bit(blocks, usize::from(block) * 256 + (code as usize & 255))
                };
                (holds, 2 + 64 + 8 * set[1] as usize)
            }
            op::NEGATE => {
                found = !found;
                (false, 1)
            }
            // The compiler makes no others.
            _ => return false,
        };
        if holds {
            return found;
        }
        set = &set[len..];
    }
}

fn has_bit(bits: &[u32], index: usize) -> bool {
    bits[index / 32] >> (index % 32) & 1 == 1
}
