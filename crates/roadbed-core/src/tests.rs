use crate::*;

#[test]
fn names_are_dns_labels_and_say_the_nearest_valid_one() {
    assert_eq!("churn-2".parse::<Name>().unwrap().as_str(), "churn-2");
    let error = "My Model".parse::<Name>().unwrap_err().to_string();
    assert!(error.contains("\"my-model\" would do"), "{error}");
    for bad in ["", "-a", "a-", "1a", "ä", "a_b", &"a".repeat(64)] {
        assert!(bad.parse::<Name>().is_err(), "{bad:?}");
    }
}

#[test]
fn model_names_refuse_separators() {
    assert!("Churn model (v2)".parse::<ModelName>().is_ok());
    for bad in ["", "a/b", "a:b", "a\0b", &"a".repeat(257)] {
        assert!(bad.parse::<ModelName>().is_err(), "{bad:?}");
    }
}

#[test]
fn quantities_read_and_print_the_same() {
    for text in ["4GiB", "512MiB", "1TiB", "7B"] {
        assert_eq!(text.parse::<ByteSize>().unwrap().to_string(), text);
    }
    assert_eq!("1.5GiB".parse::<ByteSize>().unwrap().0, 3 << 29);
    assert_eq!("1GB".parse::<ByteSize>().unwrap().0, 1_000_000_000);
    assert_eq!("0.5".parse::<CpuMillis>().unwrap(), CpuMillis(500));
    assert_eq!("500m".parse::<CpuMillis>().unwrap().to_string(), "500m");
    assert_eq!("2".parse::<CpuMillis>().unwrap().to_string(), "2");
    for text in ["50ms", "30s", "10m", "1h", "2d", "7us", "0s"] {
        assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
    }
    for text in ["5%", "0.25%", "100%", "12.5%", "0%"] {
        assert_eq!(text.parse::<Percent>().unwrap().to_string(), text);
    }
}

#[test]
fn quantities_refuse_nonsense_with_the_fix() {
    for bad in ["", "4", "4gib", "-1GiB", "1.2345GiB", "4 G", "1.GiB"] {
        assert!(bad.parse::<ByteSize>().unwrap_err().to_string().contains("512MiB"), "{bad:?}");
    }
    for bad in ["0", "m", "1.5m", "2x", "99999999999"] {
        assert!(bad.parse::<CpuMillis>().is_err(), "{bad:?}");
    }
    for bad in ["101%", "5", "0.001%", "%"] {
        assert!(bad.parse::<Percent>().is_err(), "{bad:?}");
    }
    assert!("1y".parse::<Span>().is_err());
}

#[test]
fn times_are_rfc_3339_to_the_microsecond() {
    let at: Timestamp = "2026-11-22T08:30:00.000001Z".parse().unwrap();
    assert_eq!(at.as_micros(), 1_795_336_200_000_001);
    assert_eq!(at.to_string(), "2026-11-22T08:30:00.000001Z");
    assert_eq!("2026-11-22T09:30:00.000001+01:00".parse::<Timestamp>().unwrap(), at);
    assert!("yesterday".parse::<Timestamp>().is_err());
}

#[test]
fn ids_keep_their_kind_and_text() {
    let id = JobId::from_u128(0x0189_0a5d_ac96_774b_bcce_b302_099a_8057);
    assert_eq!(id.to_string(), "01890a5d-ac96-774b-bcce-b302099a8057");
    assert_eq!(id.to_string().parse::<JobId>().unwrap(), id);
    assert!("01890a5dac96774bbcceb302099a8057".parse::<JobId>().is_err());
    assert!("nonsense".parse::<JobId>().unwrap_err().to_string().contains("job id"));
}

#[test]
fn digests_are_64_lower_case_hex_digits() {
    let digest = Digest::from_bytes([0xab; 32]);
    assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
    assert!("AB".repeat(32).parse::<Digest>().is_err());
    assert!("ab".parse::<Digest>().is_err());
}

#[test]
fn parts_add_up_to_the_whole() {
    assert_eq!(apportion(100, &[1, 1, 1]), [34, 33, 33]);
    assert_eq!(apportion(7, &[0, 5, 0]), [0, 7, 0]);
    assert_eq!(apportion(7, &[0, 0]), [0, 0]);
    for total in 0..200 {
        assert_eq!(apportion(total, &[3, 7, 11, 0, 1]).iter().sum::<i64>(), total);
    }
}

#[test]
fn prices_round_once_and_away_from_zero_at_the_half() {
    assert_eq!(Micros::from_pico_rounded(1_499_999), Micros(1));
    assert_eq!(Micros::from_pico_rounded(1_500_000), Micros(2));
    assert_eq!(Micros::from_pico_rounded(-1_500_000), Micros(-2));
    assert_eq!(PicoPrice(10).times(i64::MAX), 10 * i128::from(i64::MAX));
}

#[test]
fn secrets_do_not_print() {
    let secret = Secret::new("rb_hidden".into());
    assert_eq!(format!("{secret} {secret:?}"), "[secret] [secret]");
    assert_eq!(secret.expose(), "rb_hidden");
}
