//! Sums of floats without the rounding errors of adding one after the other.
//!
//! Sources: Shewchuk, "Adaptive precision floating-point arithmetic" (1997) for [`Exact`]; Ogita, Rump, Oishi, "Accurate sum and dot product" (2005)
//! for [`Triple`]. Neighbours: `math` (`fsum`, `hypot`, `dist`, `sumprod`).

/// `a + b` and what rounding took from it.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    (sum, (a - (sum - b_part)) + (b - b_part))
}

/// `a * b` and what rounding took from it.
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    (product, a.mul_add(b, -product))
}

/// An exact sum: floats that do not overlap, smallest first.
#[derive(Default, Debug)]
pub struct Exact {
    partials: Vec<f64>,
    special: f64,
    infinities: f64,
}

/// Why an exact sum has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SumError {
    /// An intermediate sum is too large for a float.
    Overflow,
    /// Infinities of both signs.
    Infinities,
}

impl Exact {
    /// Adds a term.
    ///
    /// # Errors
    /// Overflow of an intermediate sum.
    pub fn add(&mut self, term: f64) -> Result<(), SumError> {
        let mut x = term;
        let mut kept = 0;
        for i in 0..self.partials.len() {
            let mut y = self.partials[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.partials.truncate(kept);
        if x == 0.0 {
            return Ok(());
        }
        if x.is_finite() {
            self.partials.push(x);
            return Ok(());
        }
        if term.is_finite() {
            return Err(SumError::Overflow);
        }
        if term.is_infinite() {
            self.infinities += term;
        }
        self.special += term;
        self.partials.clear();
        Ok(())
    }

    /// The sum, correctly rounded.
    ///
    /// # Errors
    /// Infinities of both signs.
    pub fn value(&self) -> Result<f64, SumError> {
        if self.special != 0.0 {
            return if self.infinities.is_nan() { Err(SumError::Infinities) } else { Ok(self.special) };
        }
        let mut rest = self.partials.iter().rev();
        let Some(&first) = rest.next() else { return Ok(0.0) };
        let (mut high, mut low) = (first, 0.0);
        for &y in rest.by_ref() {
            let x = high;
            high = x + y;
            low = y - (high - x);
            if low != 0.0 {
                break;
            }
        }
        // A tie was rounded to even although what follows decides it.
        if let Some(&next) = rest.next()
            && (low < 0.0 && next < 0.0 || low > 0.0 && next > 0.0)
        {
            let y = low * 2.0;
            let x = high + y;
            if y == x - high {
                high = x;
            }
        }
        Ok(high)
    }
}

/// A sum of products in three times the working precision.
#[derive(Clone, Copy, Default, Debug)]
pub struct Triple {
    high: f64,
    middle: f64,
    low: f64,
}

impl Triple {
    /// Adds `a * b`.
    pub fn add_product(self, a: f64, b: f64) -> Triple {
        let (product, product_rest) = two_product(a, b);
        let (high, high_rest) = two_sum(self.high, product);
        let (middle, product_rest) = two_sum(self.middle, product_rest);
        let (middle, middle_rest) = two_sum(middle, high_rest);
        Triple { high, middle, low: self.low + (product_rest + middle_rest) }
    }

    /// The sum as a float.
    pub fn value(self) -> f64 {
        let (last, _) = two_sum(self.low, self.middle);
        let rest = self.low - (last - self.middle);
        let (total, total_rest) = two_sum(self.high, last);
        total + (total_rest + rest)
    }
}

/// The Euclidean length of a vector.
pub fn norm(coordinates: &[f64]) -> f64 {
    let largest = coordinates.iter().fold(0.0f64, |m, x| if x.is_nan() { m } else { m.max(x.abs()) });
    if largest.is_infinite() {
        return f64::INFINITY;
    }
    if coordinates.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || coordinates.len() <= 1 {
        return largest;
    }
    let (_, exponent) = super::frexp(largest);
    if exponent < -1023 {
        // Subnormal: first make the numbers large enough for a scale that is itself a normal number.
        let scaled: Vec<f64> = coordinates.iter().map(|x| x / f64::MIN_POSITIVE).collect();
        return f64::MIN_POSITIVE * norm(&scaled);
    }
    let scale = super::ldexp(1.0, -exponent);
    let mut sum = Triple::default();
    for x in coordinates {
        let x = x.abs() * scale;
        sum = sum.add_product(x, x);
    }
    let root = sum.value().sqrt();
    // One Newton step with the exact residue gives the correctly rounded root.
    let residue = sum.add_product(-root, root).value();
    (root + residue / (2.0 * root)) / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(terms: &[f64], expect: Result<f64, SumError>) {
        let mut sum = Exact::default();
        let added = terms.iter().try_for_each(|&t| sum.add(t));
        assert_eq!(added.and_then(|()| sum.value()), expect, "{terms:?}");
    }

    #[test]
    fn exact_sums() {
        check(&[], Ok(0.0));
        check(&[0.1; 10], Ok(1.0));
        check(&[1e100, 1.0, -1e100], Ok(1.0));
        check(&[1e308, 1e308, -1e308], Err(SumError::Overflow));
        check(&[f64::INFINITY, 1.0], Ok(f64::INFINITY));
        check(&[f64::INFINITY, f64::NEG_INFINITY], Err(SumError::Infinities));
        check(&[1.0, 1e-16, 1e-16], Ok(1.0000000000000002));
    }

    #[test]
    fn norms() {
        assert_eq!(norm(&[3.0, 4.0]), 5.0);
        assert_eq!(norm(&[1e200, 1e200]), 1.414213562373095e200);
        assert_eq!(norm(&[5e-324, 5e-324]), 5e-324);
        assert_eq!(norm(&[f64::NAN, f64::INFINITY]), f64::INFINITY);
    }
}
