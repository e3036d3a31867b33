//! Money as integers. Amounts are micro-units of a currency, prices are pico-units per unit of a resource;
//! rounding happens once per ledger line, and lines that must add up are split by largest remainder.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An ISO 4217 code, three upper-case letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// A text that is no currency code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a currency: expected an ISO 4217 code such as USD")]
pub struct InvalidCurrency(pub String);

impl Currency {
    pub const USD: Self = Self(*b"USD");

    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for Currency {
    type Error = InvalidCurrency;
    fn try_from(text: String) -> Result<Self, InvalidCurrency> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(InvalidCurrency(text)),
        }
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.as_str().to_owned()
    }
}

/// Millionths of one unit of the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Micros(pub i64);

/// 10⁻¹² of one unit of the currency, per unit of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct PicoPrice(pub i64);

impl PicoPrice {
    /// `quantity` units at this price, in pico-units, without rounding.
    #[must_use]
    pub fn times(self, quantity: i64) -> i128 {
        i128::from(self.0) * i128::from(quantity)
    }
}

impl Micros {
    /// Rounds pico-units half away from zero.
    #[must_use]
    pub fn from_pico_rounded(pico: i128) -> Self {
        const PICO_PER_MICRO: i128 = 1_000_000;
        let half = if pico < 0 { -PICO_PER_MICRO / 2 } else { PICO_PER_MICRO / 2 };
        Self(i64::try_from((pico + half) / PICO_PER_MICRO).unwrap_or(i64::MAX))
    }
}

/// Splits `total` over `weights` in integers so that the parts add up to `total` exactly (largest remainder;
/// ties go to the earlier weight). All weights zero or none: nothing is given out and the result is all zeros.
#[must_use]
pub fn apportion(total: i64, weights: &[u64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let exact = |weight: u64| i128::from(total) * i128::from(weight);
    let mut parts: Vec<i64> =
        weights.iter().map(|&weight| i64::try_from(exact(weight).div_euclid(sum)).unwrap_or(i64::MAX)).collect();
    let missing = total - parts.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(exact(weights[index]).rem_euclid(sum)), index));
    for &index in order.iter().take(usize::try_from(missing).unwrap_or(0)) {
        parts[index] += 1;
    }
    parts
}
