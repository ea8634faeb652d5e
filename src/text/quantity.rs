//! `resource.Quantity`: numbers with a decimal or binary suffix, such as `500m`, `1024M` or `2Gi`.

use std::fmt;

/// A quantity in thousandths of its base unit: milli-CPU for CPU, milli-bytes for memory.
///
/// Finer fractions are rounded up, as apimachinery does when it reads a quantity. Sums and comparisons are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity {
    milli: i128,
}

/// The text is not a quantity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
pub struct NotAQuantity;

const KIBI: i128 = 1024;
const SUFFIXES: [(&str, i128, u32); 14] = [
    ("Ki", KIBI, 1),
    ("Mi", KIBI, 2),
    ("Gi", KIBI, 3),
    ("Ti", KIBI, 4),
    ("Pi", KIBI, 5),
    ("Ei", KIBI, 6),
    ("m", 0, 0),
    ("k", 1000, 1),
    ("M", 1000, 2),
    ("G", 1000, 3),
    ("T", 1000, 4),
    ("P", 1000, 5),
    ("E", 1000, 6),
    ("", 1, 0),
];

impl Quantity {
    /// So many thousandths of the base unit.
    pub const fn from_milli(milli: i128) -> Self {
        Self { milli }
    }

    /// In thousandths of the base unit (milli-CPU for CPU).
    pub const fn milli(self) -> i128 {
        self.milli
    }

    /// In whole base units (CPUs, bytes), rounded up.
    pub const fn value(self) -> i128 {
        self.milli.div_euclid(1000) + if self.milli.rem_euclid(1000) == 0 { 0 } else { 1 }
    }

    /// Reads a quantity.
    ///
    /// # Errors
    /// [`NotAQuantity`] when the text is not one, or is too large to keep.
    pub fn parse(text: &str) -> Result<Self, NotAQuantity> {
        let (negative, rest) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let end = rest.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, suffix) = rest.split_at(end);
        let (mantissa, decimals) = mantissa(digits)?;
        let (multiplier, divisor) = scale(suffix)?;
        let numerator = mantissa.checked_mul(multiplier).ok_or(NotAQuantity)?;
        let denominator = 10i128.checked_pow(decimals).and_then(|d| d.checked_mul(divisor)).ok_or(NotAQuantity)?;
        let rounded = numerator / denominator + i128::from(numerator % denominator != 0);
        Ok(Self { milli: if negative { -rounded } else { rounded } })
    }
}

/// The digits without their point, and how many of them stood behind it.
fn mantissa(digits: &str) -> Result<(i128, u32), NotAQuantity> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    let decimals = u32::try_from(fraction.len()).map_err(|_| NotAQuantity)?;
    Ok((all.parse().map_err(|_| NotAQuantity)?, decimals))
}

/// What the mantissa is multiplied with and divided by to become thousandths.
fn scale(suffix: &str) -> Result<(i128, i128), NotAQuantity> {
    match suffix {
        "n" => return Ok((1, 1_000_000)),
        "u" => return Ok((1, 1_000)),
        "m" => return Ok((1, 1)),
        _ => {}
    }
    if let Some(&(_, base, power)) = SUFFIXES.iter().find(|(name, ..)| *name == suffix) {
        return Ok((1000 * base.pow(power), 1));
    }
    let exponent: i32 = match suffix.strip_prefix(['e', 'E']) {
        Some(number) => number.parse().map_err(|_| NotAQuantity)?,
        None => return Err(NotAQuantity),
    };
    let power = 10i128.checked_pow(exponent.unsigned_abs()).ok_or(NotAQuantity)?;
    if exponent < 0 { Ok((1000, power)) } else { Ok((1000i128.checked_mul(power).ok_or(NotAQuantity)?, 1)) }
}

impl fmt::Display for Quantity {
    /// Whole units where possible, else thousandths with an `m`. (A quantity that is only passed on keeps the text
    /// that its author wrote; this form is for sums.)
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.milli % 1000 == 0 { write!(f, "{}", self.milli / 1000) } else { write!(f, "{}m", self.milli) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_suffix() {
        let cases = [
            ("0", 0),
            ("1", 1000),
            ("100m", 100),
            ("1.5", 1500),
            (".5", 500),
            ("1k", 1_000_000),
            ("1024M", 1_024_000_000_000),
            ("2Gi", 2 * 1024 * 1024 * 1024 * 1000),
            ("1e3", 1_000_000),
            ("1E3", 1_000_000),
            ("12e-1", 1200),
            ("-3", -3000),
            ("1n", 1),
            ("1500u", 2),
        ];
        for (text, milli) in cases {
            assert_eq!(Quantity::parse(text).map(Quantity::milli), Ok(milli), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_one() {
        for text in ["", "a", "1x", "1.2.3", "--1", "1Mi2", "1e", "e3", " 1", "99999999999999999999999999999999999999E"]
        {
            assert_eq!(Quantity::parse(text), Err(NotAQuantity), "{text}");
        }
    }

    #[test]
    fn whole_values_are_rounded_up() {
        assert_eq!(Quantity::from_milli(1001).value(), 2);
        assert_eq!(Quantity::from_milli(1000).value(), 1);
        assert_eq!(Quantity::from_milli(1500).to_string(), "1500m");
    }
}
