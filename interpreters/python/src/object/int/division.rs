//! Division of large integers in place, where quotient or divisor is short; the library's way pays for long ones only.
//!
//! Reference: Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D; a digit of the quotient is found with the
//! divisor's reciprocal (Möller and Granlund, "Improved division by invariant integers", algorithm 4).
//! Neighbours: `limbs` (signs, results), `arith`.

/// Digits of a quotient or divisor beyond which the library's division is better.
const SHORT: usize = 64;

/// Quotient and remainder of magnitudes, digits of 64 bits from the lowest on; leading zeros are possible.
pub(super) struct Divided {
    pub quotient: Vec<u64>,
    pub remainder: Vec<u64>,
}

/// A divisor's highest digit, its top bit set, and `(2^128 - 1) / digit - 2^64`.
#[derive(Clone, Copy)]
struct Reciprocal {
    digit: u64,
    inverse: u64,
}

impl Reciprocal {
    fn new(digit: u64) -> Reciprocal {
        Reciprocal { digit, inverse: (u128::MAX / u128::from(digit)) as u64 }
    }
    /// Quotient and remainder of `high * 2^64 + low`; `high` is less than the digit.
    #[inline(always)]
    fn divide(self, high: u64, low: u64) -> (u64, u64) {
        let guess = u128::from(self.inverse) * u128::from(high) + (u128::from(high) << 64 | u128::from(low));
        let mut quotient = ((guess >> 64) as u64).wrapping_add(1);
        let mut rest = low.wrapping_sub(quotient.wrapping_mul(self.digit));
        if rest > guess as u64 {
            quotient = quotient.wrapping_sub(1);
            rest = rest.wrapping_add(self.digit);
        }
        if rest >= self.digit {
            quotient = quotient.wrapping_add(1);
            rest -= self.digit;
        }
        (quotient, rest)
    }
}

/// `a / b`, both without leading zeros and `b` not zero; `None` if the library does it better.
pub(super) fn divide(a: &[i64], b: &[i64]) -> Option<Divided> {
    if a.len() < b.len() {
        return Some(Divided {
            quotient: Vec::new(),
            remainder: a.iter().map(|&digit| digit as u64).collect(),
        });
    }
    if b.len() > SHORT && a.len() - b.len() > SHORT {
        return None;
    }
    let &top = b.last()?;
    let shift = (top as u64).leading_zeros();
    let divisor = shifted_left(b, shift);
    let mut rest = shifted_left(a, shift);
    rest.push((a.last().copied().unwrap_or(0) as u64).checked_shr(64 - shift).unwrap_or(0));
    let reciprocal = Reciprocal::new(*divisor.last()?);
    let quotient = match divisor.len() {
        1 => by_one_digit(&mut rest, reciprocal),
        _ => by_many_digits(&mut rest, &divisor, reciprocal),
    };
    rest.truncate(divisor.len());
    shift_right(&mut rest, shift);
    Some(Divided { quotient, remainder: rest })
}

/// The digits times `2^shift`, as many as there were.
fn shifted_left(digits: &[i64], shift: u32) -> Vec<u64> {
    let mut below = 0;
    let shifted = |&digit: &i64| {
        let digit = digit as u64;
        let out = digit << shift | below;
        below = digit.checked_shr(64 - shift).unwrap_or(0);
        out
    };
    // Room for one digit more.
    let mut out = Vec::with_capacity(digits.len() + 1);
    out.extend(digits.iter().map(shifted));
    out
}

fn shift_right(digits: &mut [u64], shift: u32) {
    let mut above: u64 = 0;
    for digit in digits.iter_mut().rev() {
        let out = *digit >> shift | above.checked_shl(64 - shift).unwrap_or(0);
        above = *digit;
        *digit = out;
    }
}

fn by_one_digit(rest: &mut [u64], divisor: Reciprocal) -> Vec<u64> {
    let mut quotient = vec![0; rest.len() - 1];
    let mut high = rest[rest.len() - 1];
    for (slot, &low) in quotient.iter_mut().zip(rest.iter()).rev() {
        (*slot, high) = divisor.divide(high, low);
    }
    rest[0] = high;
    quotient
}

/// `rest` has a digit more than what is divided, and keeps the remainder.
fn by_many_digits(rest: &mut [u64], divisor: &[u64], reciprocal: Reciprocal) -> Vec<u64> {
    let n = divisor.len();
    let mut quotient = vec![0; rest.len() - n];
    for at in (0..quotient.len()).rev() {
        let window = &mut rest[at..=at + n];
        let mut digit = guess(window, divisor, reciprocal);
        if subtract_multiple(window, divisor, digit) {
            // One too many, which is rare.
            digit -= 1;
            add_back(window, divisor);
        }
        quotient[at] = digit;
    }
    quotient
}

/// A digit of the quotient, or one more, from the three highest digits of the window and the divisor's two.
#[inline(always)]
fn guess(window: &[u64], divisor: &[u64], reciprocal: Reciprocal) -> u64 {
    let n = divisor.len();
    let (high, middle, low) = (window[n], window[n - 1], window[n - 2]);
    if high >= reciprocal.digit {
        return u64::MAX;
    }
    let (mut digit, mut rest) = reciprocal.divide(high, middle);
    while u128::from(digit) * u128::from(divisor[n - 2]) > (u128::from(rest) << 64 | u128::from(low)) {
        digit -= 1;
        let (sum, over) = rest.overflowing_add(reciprocal.digit);
        if over {
            break;
        }
        rest = sum;
    }
    digit
}

/// Takes the divisor's multiple away; whether that was too much.
#[inline(always)]
fn subtract_multiple(window: &mut [u64], divisor: &[u64], by: u64) -> bool {
    let (low, high) = window.split_at_mut(divisor.len());
    let mut carry: u64 = 0;
    for (slot, &digit) in low.iter_mut().zip(divisor) {
        let product = u128::from(digit) * u128::from(by) + u128::from(carry);
        let (difference, under) = slot.overflowing_sub(product as u64);
        carry = (product >> 64) as u64 + u64::from(under);
        *slot = difference;
    }
    let (difference, under) = high[0].overflowing_sub(carry);
    high[0] = difference;
    under
}

fn add_back(window: &mut [u64], divisor: &[u64]) {
    let (low, high) = window.split_at_mut(divisor.len());
    let mut carry = false;
    for (slot, &digit) in low.iter_mut().zip(divisor) {
        let (sum, over) = slot.overflowing_add(digit);
        let (sum, again) = sum.overflowing_add(u64::from(carry));
        carry = over | again;
        *slot = sum;
    }
    high[0] = high[0].wrapping_add(u64::from(carry));
}

#[cfg(test)]
mod tests {
    use super::{Divided, divide};
    use num_bigint::BigUint;
    use num_integer::Integer;

    fn big(digits: impl Iterator<Item = u64>) -> BigUint {
        digits.fold((BigUint::ZERO, 0), |(sum, at), digit| (sum + (BigUint::from(digit) << at), at + 64)).0
    }

    /// Digits at which carries and guesses go wrong if they can.
    const EDGES: [u64; 6] = [0, 1, u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) - 1];

    #[test]
    fn agrees_with_the_library() {
        let mut state: u64 = 7;
        let mut random = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 20
        };
        for round in 0..20_000 {
            let mut digits = |most: u64| -> Vec<i64> {
                let mut digits: Vec<i64> = (0..1 + random() % most)
                    .map(|_| match random() % 3 {
                        0 => (random() << 22 ^ random()) as i64,
                        _ => EDGES[random() as usize % EDGES.len()] as i64,
                    })
                    .collect();
                if digits.last() == Some(&0) {
                    digits.push(1 + (random() & 3) as i64);
                }
                digits
            };
            let (a, b) = (digits(1 + round % 9), digits(1 + round % 4));
            let Some(Divided { quotient, remainder }) = divide(&a, &b) else { panic!("short numbers") };
            let unsigned = |digits: &[i64]| big(digits.iter().map(|&digit| digit as u64));
            let expected = unsigned(&a).div_rem(&unsigned(&b));
            assert_eq!((big(quotient.into_iter()), big(remainder.into_iter())), expected, "{a:x?} / {b:x?}");
        }
    }
}
