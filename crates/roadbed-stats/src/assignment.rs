//! Which units go to the canary: a salted hash of the unit's key, cut at the weight.
//!
//! **Hash.** 64-bit FNV-1a (offset basis `cbf29ce484222325`, prime `100000001b3`) over the salt's length as 8 bytes little
//! endian, the salt, and the key; then the finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
//! number generators", 2014), because FNV-1a alone leaves the high bits of short keys uneven:
//! `z ^= z >> 30; z *= bf58476d1ce4e5b9; z ^= z >> 27; z *= 94d049bb133111eb; z ^= z >> 31`.
//! The upper 53 bits divided by 2^53 are the fraction in [0, 1).
//!
//! **What follows.** The canary's share is its weight, to 2^-53. A unit that is on the canary at a weight stays there at
//! every higher one. Every gateway agrees, today and after a restart, without talking. Two rollouts have two salts and
//! split the same keys independently. The hash is no secret: someone who may choose their own key may choose their arm.

#[cfg(test)]
mod tests;

const FNV_OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;
/// 2^-53, the distance of two neighbouring fractions.
const FRACTION_UNIT: f64 = 1.0 / (1_u64 << 53) as f64;

/// The split of one rollout (or traffic experiment): its salt, hashed once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    salted: u64,
}

impl Assignment {
    /// The split with this salt; use the rollout's id.
    #[must_use]
    pub fn new(salt: &[u8]) -> Self {
        let length = (salt.len() as u64).to_le_bytes();
        Self { salted: fnv1a(fnv1a(FNV_OFFSET_BASIS, &length), salt) }
    }

    /// The 64-bit hash of a key under this salt.
    #[must_use]
    pub fn hash(&self, key: &[u8]) -> u64 {
        mix(fnv1a(self.salted, key))
    }

    /// Where the key lies in [0, 1).
    #[must_use]
    pub fn fraction(&self, key: &[u8]) -> f64 {
        (self.hash(key) >> 11) as f64 * FRACTION_UNIT
    }

    /// Whether the key goes to the canary at this weight (0 to 1).
    #[must_use]
    pub fn is_canary(&self, key: &[u8], canary_weight: f64) -> bool {
        self.fraction(key) < canary_weight
    }
}

fn fnv1a(state: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(state, |state, byte| (state ^ u64::from(*byte)).wrapping_mul(FNV_PRIME))
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
