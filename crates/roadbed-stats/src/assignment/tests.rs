use proptest::prelude::*;

use super::*;

/// Computed by an independent implementation in Python.
#[test]
fn fractions_are_the_same_everywhere() {
    for (salt, key, hash, fraction) in [
        ("", "", 0x813f_0174_a236_7c13_u64, 0.5048676404714686),
        ("rollout-1", "user-1", 0xc838_6c5b_ac2b_0c4c, 0.7821109508333103),
        ("rollout-1", "user-2", 0xfbe9_4953_ec2a_fa82, 0.9840284185303679),
        ("rollout-2", "user-1", 0x295a_0f31_7218_2e2f, 0.1615304465977664),
        ("rollout-1", "", 0xe935_b3bd_e82f_9c76, 0.9109756792678908),
        ("résumé", "日本", 0x3646_009d_71a1_aa3d, 0.21200565189213327),
    ] {
        let assignment = Assignment::new(salt.as_bytes());
        assert_eq!(assignment.hash(key.as_bytes()), hash, "{salt} {key}");
        assert_eq!(assignment.fraction(key.as_bytes()), fraction, "{salt} {key}");
    }
}

/// Published test values: FNV-1a 64 of "foobar", and the first two outputs of SplitMix64 from seed 0.
#[test]
fn the_parts_are_the_published_functions() {
    assert_eq!(fnv1a(FNV_OFFSET_BASIS, b"foobar"), 0x8594_4171_f739_67e8);
    assert_eq!(mix(0x9e37_79b9_7f4a_7c15), 0xe220_a839_7b1d_cdaf);
    assert_eq!(mix(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(2)), 0x6e78_9e6a_a1b9_65f4);
}

#[test]
fn salt_and_key_do_not_run_together() {
    assert_ne!(Assignment::new(b"ab").hash(b"c"), Assignment::new(b"a").hash(b"bc"));
}

/// Pearson's chi-square over equal cells. With 99 degrees of freedom, 148.2 is exceeded by chance once in 1,000.
fn chi_square(cells: &[u64]) -> f64 {
    let expected = cells.iter().sum::<u64>() as f64 / cells.len() as f64;
    cells.iter().map(|cell| (*cell as f64 - expected).powi(2) / expected).sum()
}

fn cell_of(fraction: f64, cells: usize) -> usize {
    (0..cells).rev().find(|cell| fraction >= *cell as f64 / cells as f64).unwrap()
}

#[test]
fn keys_of_every_shape_spread_evenly() {
    let shapes: [fn(u64) -> Vec<u8>; 4] = [
        |number| format!("user-{number}").into_bytes(),
        |number| number.to_string().into_bytes(),
        |number| number.to_le_bytes().to_vec(),
        |number| format!("{:08x}-0000-7000-8000-{:012x}", number / 7, number).into_bytes(),
    ];
    let assignment = Assignment::new(b"rollout-1");
    for (shape, key) in shapes.iter().enumerate() {
        let mut cells = [0; 100];
        for number in 0..100_000 {
            cells[cell_of(assignment.fraction(&key(number)), 100)] += 1;
        }
        let statistic = chi_square(&cells);
        assert!(statistic < 148.2, "shape {shape}: {statistic}");
    }
}

#[test]
fn two_salts_split_independently() {
    for (one, other) in [("rollout-1", "rollout-2"), ("a", "b"), ("", "x")] {
        let (one, other) = (Assignment::new(one.as_bytes()), Assignment::new(other.as_bytes()));
        let mut cells = [0; 100];
        for number in 0..100_000_u64 {
            let key = number.to_string();
            let row = cell_of(one.fraction(key.as_bytes()), 10);
            cells[row * 10 + cell_of(other.fraction(key.as_bytes()), 10)] += 1;
        }
        let statistic = chi_square(&cells);
        assert!(statistic < 148.2, "{statistic}");
    }
}

#[test]
fn the_canary_gets_its_weight() {
    let assignment = Assignment::new(b"rollout-1");
    for weight in [0.0001, 0.01, 0.1, 0.5, 0.9] {
        let on_canary = (0..200_000_u64).filter(|key| assignment.is_canary(&key.to_le_bytes(), weight)).count();
        let spread = (200_000.0 * weight * (1.0 - weight)).sqrt();
        assert!((on_canary as f64 - 200_000.0 * weight).abs() < 4.0 * spread, "{weight}: {on_canary}");
    }
}

proptest! {
    #[test]
    fn once_on_the_canary_always_on_the_canary(
        salt: Vec<u8>,
        key: Vec<u8>,
        weight in 0.0_f64..=1.0,
        more in 0.0_f64..=1.0,
    ) {
        let assignment = Assignment::new(&salt);
        let higher = weight.max(more);
        let lower = weight.min(more);
        prop_assert!(!assignment.is_canary(&key, lower) || assignment.is_canary(&key, higher));
        prop_assert!(!assignment.is_canary(&key, 0.0));
        prop_assert!(assignment.is_canary(&key, 1.0));
        prop_assert_eq!(assignment.fraction(&key), Assignment::new(&salt).fraction(&key));
    }
}
