use crate::json::{MixedValues, NotNumbers, Number, Scanner, Shape, read_nested, write_flat, write_nested};
use roadbed_contracts::tensor::{Datatype, TensorData};

fn number(text: &str) -> Option<Number> {
    let mut scanner = Scanner::new(text.as_bytes());
    let number = scanner.number().ok()?;
    scanner.finish().ok().map(|()| number)
}

#[test]
fn numbers_are_the_nearest_ones_to_the_last_bit() {
    // A fixed sequence of decimal texts of many lengths (Knuth's MMIX generator).
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 11
    };
    for _ in 0..200_000 {
        let digits = next() % 10_u64.pow(u32::try_from(next() % 19).unwrap());
        let places = usize::try_from(next() % 24).unwrap();
        let mut text = format!("{}.{:0>places$}", digits / 1000, next() % 1_000_000);
        if next() % 4 == 0 {
            text.push_str(&format!("e{}", i64::try_from(next() % 600).unwrap() - 300));
        }
        let Some(Number::Float(value)) = number(&text) else { panic!("{text}") };
        assert_eq!(value.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
    }
    assert_eq!(number("-9223372036854775808"), Some(Number::Integer(i64::MIN)));
    assert_eq!(number("18446744073709551615"), Some(Number::Unsigned(u64::MAX)));
    assert_eq!(number("18446744073709551616"), Some(Number::Float(18_446_744_073_709_551_616.0)));
    assert_eq!(number("-0.0").map(|n| n.as_f64().to_bits()), Some((-0.0_f64).to_bits()));
    assert_eq!(number(" -Infinity "), Some(Number::Float(f64::NEG_INFINITY)));
}

#[test]
fn what_is_no_number_is_refused() {
    for bad in [
        "", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x1", "1_000", "1.2.3", "-NaN", "nan", "inf", "Infinit",
        "--1",
    ] {
        assert_eq!(number(bad), None, "{bad}");
    }
}

#[test]
fn any_value_can_be_stepped_over() {
    for text in ["{\"a\": [1, {\"]\": \"}\\\"\"}], \"b\": null}", "\"a\\\\\"", "-1.5e3", "true", "[]", "[[[[1]]]]"] {
        let mut scanner = Scanner::new(text.as_bytes());
        assert_eq!(scanner.skip_value().unwrap(), text.as_bytes());
        scanner.finish().unwrap();
    }
    for bad in ["[1, 2", "{\"a\": 1", "\"abc", "", "]", ","] {
        assert!(Scanner::new(bad.as_bytes()).skip_value().is_err(), "{bad}");
    }
    let deep = "[".repeat(100_000);
    assert!(Scanner::new(deep.as_bytes()).skip_value().is_err());
}

fn nested(text: &str) -> Result<(Vec<usize>, MixedValues), String> {
    let (mut scanner, mut shape, mut values) =
        (Scanner::new(text.as_bytes()), Shape::default(), MixedValues::default());
    read_nested(&mut scanner, 0, &mut shape, &mut |scanner| values.take(scanner)).map_err(|error| error.to_string())?;
    let shape = shape.finish(&scanner).map_err(|error| error.to_string())?;
    Ok((shape, values))
}

#[test]
fn arrays_have_one_shape_or_none() {
    assert_eq!(nested("[[1, 2], [3, 4]]").unwrap(), (vec![2, 2], MixedValues::Integer(vec![1, 2, 3, 4])));
    assert_eq!(nested("[]").unwrap().0, [0]);
    assert_eq!(nested("[[], []]").unwrap().0, [2, 0]);
    assert_eq!(nested("7").unwrap(), (vec![], MixedValues::Integer(vec![7])));
    assert_eq!(nested("[1, 2.5]").unwrap().1, MixedValues::Float(vec![1.0, 2.5]));
    for bad in ["[[1], [2, 3]]", "[1, [2]]", "[[1], 2]", "[1, []]", "[[[1]], [2]]", "[1,]", "[,1]", "[1 2]"] {
        assert!(nested(bad).is_err(), "{bad}");
    }
    assert!(nested(&"[".repeat(100_000)).is_err());
}

#[test]
fn columns_get_the_type_the_model_wants_where_nothing_is_lost() {
    let integers = || MixedValues::Integer(vec![1, -300]);
    assert_eq!(integers().into_data(None), TensorData::Int64(vec![1, -300]));
    assert_eq!(integers().into_data(Some(Datatype::Fp32)), TensorData::Fp32(vec![1.0, -300.0]));
    assert_eq!(integers().into_data(Some(Datatype::Int16)), TensorData::Int16(vec![1, -300]));
    assert_eq!(integers().into_data(Some(Datatype::Int8)), TensorData::Int64(vec![1, -300]));
    assert_eq!(MixedValues::Float(vec![1.0]).into_data(Some(Datatype::Int64)), TensorData::Fp64(vec![1.0]));
}

#[test]
fn numbers_without_a_json_form_are_written_for_their_reader() {
    let data = TensorData::Fp64(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.1]);
    let write = |style| {
        let mut out = Vec::new();
        write_flat(&mut out, &data, style);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(write(NotNumbers::Python), "[NaN,Infinity,-Infinity,0.1]");
    assert_eq!(write(NotNumbers::Valid), "[null,1e999,-1e999,0.1]");
    let mut python = Vec::new();
    write_nested(&mut python, &[1, 1], &TensorData::Fp32(vec![0.1]), NotNumbers::Python);
    assert_eq!(python, b"[[0.10000000149011612]]");
    let mut shortest = Vec::new();
    write_flat(&mut shortest, &TensorData::Fp32(vec![0.1]), NotNumbers::Valid);
    assert_eq!(shortest, b"[0.1]");
    let mut halves = Vec::new();
    write_flat(&mut halves, &TensorData::Fp16(vec![0x3c00, 0xc000, 0x0001, 0x7c00, 0x3555]), NotNumbers::Python);
    assert_eq!(halves, b"[1.0,-2.0,5.960464477539063e-8,Infinity,0.333251953125]");
}
