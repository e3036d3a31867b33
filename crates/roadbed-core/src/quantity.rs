//! Quantities with units as people write them in manifests: `4GiB`, `2.5` CPUs, `1h`, `5%`.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// Why a text is not a quantity, and what would be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not {expected}")]
pub struct InvalidQuantity {
    pub value: String,
    pub expected: &'static str,
}

fn invalid(value: &str, expected: &'static str) -> InvalidQuantity {
    InvalidQuantity { value: value.chars().take(64).collect(), expected }
}

/// Splits `12.5GiB` into whole thousandths (12500) and the unit; at most three decimals.
fn thousandths_and_unit(text: &str) -> Option<(u64, &str)> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || fraction.len() > 3 || (number.contains('.') && fraction.is_empty()) {
        return None;
    }
    let fraction: u64 = format!("{fraction:0<3}").parse().ok()?;
    Some((whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(fraction)?, unit.trim_start()))
}

macro_rules! quantity {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = InvalidQuantity;
            fn try_from(text: String) -> Result<Self, InvalidQuantity> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(quantity: $name) -> String {
                quantity.to_string()
            }
        }
    };
}

/// Bytes of memory or storage. Text: a number with `B`, `KiB`, `MiB`, `GiB`, `TiB`, `kB`, `MB`, `GB` or `TB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ByteSize(pub u64);
quantity!(ByteSize);

const BYTE_UNITS: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1000),
    ("B", 1),
];

impl std::str::FromStr for ByteSize {
    type Err = InvalidQuantity;
    fn from_str(text: &str) -> Result<Self, InvalidQuantity> {
        let error = || invalid(text, "a size: write a number and a unit, such as 512MiB or 4GiB");
        let (thousandths, unit) = thousandths_and_unit(text).ok_or_else(error)?;
        let (_, factor) = BYTE_UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(error)?;
        let bytes = u128::from(thousandths) * u128::from(*factor) / 1000;
        u64::try_from(bytes).map(Self).map_err(|_| error())
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let binary = &BYTE_UNITS[..4];
        match binary.iter().find(|(_, factor)| self.0 >= *factor && self.0.is_multiple_of(*factor)) {
            Some((unit, factor)) => write!(f, "{}{unit}", self.0 / factor),
            None => write!(f, "{}B", self.0),
        }
    }
}

/// Thousandths of one CPU. Text: `2`, `0.5` or `500m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CpuMillis(pub u32);
quantity!(CpuMillis);

impl std::str::FromStr for CpuMillis {
    type Err = InvalidQuantity;
    fn from_str(text: &str) -> Result<Self, InvalidQuantity> {
        let error = || invalid(text, "a number of CPUs: write 2, 0.5 or 500m");
        let (thousandths, unit) = thousandths_and_unit(text).ok_or_else(error)?;
        let millis = match unit {
            "" => thousandths,
            "m" if thousandths % 1000 == 0 => thousandths / 1000,
            _ => return Err(error()),
        };
        u32::try_from(millis).ok().filter(|&millis| millis > 0).map(Self).ok_or_else(error)
    }
}

impl fmt::Display for CpuMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(1000) { write!(f, "{}", self.0 / 1000) } else { write!(f, "{}m", self.0) }
    }
}

/// A length of time. Text: a number with `us`, `ms`, `s`, `m`, `h` or `d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(pub Duration);
quantity!(Span);

const SPAN_UNITS: [(&str, u64); 6] =
    [("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000), ("us", 1)];

impl std::str::FromStr for Span {
    type Err = InvalidQuantity;
    fn from_str(text: &str) -> Result<Self, InvalidQuantity> {
        let error = || invalid(text, "a length of time: write a number and a unit, such as 50ms, 30s, 10m, 1h or 2d");
        let (thousandths, unit) = thousandths_and_unit(text).ok_or_else(error)?;
        let (_, factor) = SPAN_UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(error)?;
        let micros = u128::from(thousandths) * u128::from(*factor) / 1000;
        u64::try_from(micros).map(|micros| Self(Duration::from_micros(micros))).map_err(|_| error())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.as_micros();
        match SPAN_UNITS
            .iter()
            .find(|(_, factor)| micros >= u128::from(*factor) && micros.is_multiple_of(u128::from(*factor)))
        {
            Some((unit, factor)) => write!(f, "{}{unit}", micros / u128::from(*factor)),
            None => f.write_str("0s"),
        }
    }
}

/// A share of traffic in hundredths of a percent (0..=10 000). Text: `5%`, `0.25%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(u16);
quantity!(Percent);

impl Percent {
    pub const ZERO: Self = Self(0);
    pub const WHOLE: Self = Self(10_000);

    /// Hundredths of a percent; `None` above 10 000.
    #[must_use]
    pub const fn from_basis_points(points: u16) -> Option<Self> {
        if points <= 10_000 { Some(Self(points)) } else { None }
    }

    #[must_use]
    pub const fn basis_points(self) -> u16 {
        self.0
    }

    /// As a fraction in 0..=1.
    #[must_use]
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }
}

impl std::str::FromStr for Percent {
    type Err = InvalidQuantity;
    fn from_str(text: &str) -> Result<Self, InvalidQuantity> {
        let error = || invalid(text, "a percentage: write a number from 0 to 100 and '%', such as 5% or 0.25%");
        let (thousandths, unit) = thousandths_and_unit(text).ok_or_else(error)?;
        if unit != "%" || thousandths % 10 != 0 || thousandths > 100_000 {
            return Err(error());
        }
        u16::try_from(thousandths / 10).map(Self).map_err(|_| error())
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match rest {
            0 => write!(f, "{whole}%"),
            _ => write!(f, "{}%", format!("{whole}.{rest:02}").trim_end_matches('0')),
        }
    }
}
