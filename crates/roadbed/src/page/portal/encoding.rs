//! Which form of a file a client takes, by `Accept-Encoding` (RFC 9110, section 12.5.3).

use axum::http::{HeaderMap, header};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
    Plain,
}

impl Encoding {
    pub(crate) const fn token(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Plain => "identity",
        }
    }
}

/// The most wanted of the forms that are there; of equally wanted ones the first. Plain when the client wants none of them: an answer it
/// did not ask for is better than none.
pub(crate) fn choose(headers: &HeaderMap, available: &[Encoding]) -> Encoding {
    let asked: Vec<&str> =
        headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).collect();
    if asked.is_empty() {
        return Encoding::Plain;
    }
    let wishes = wishes(&asked.join(","));
    let mut best = (Encoding::Plain, 0.0);
    for encoding in available.iter().copied().chain([Encoding::Plain]) {
        let wanted = weight(&wishes, encoding);
        if wanted > best.1 {
            best = (encoding, wanted);
        }
    }
    best.0
}

/// Token and weight of each part, such as `gzip;q=0.5`.
fn wishes(text: &str) -> Vec<(String, f64)> {
    let wish = |part: &str| {
        let mut words = part.split(';').map(str::trim);
        let token = words.next().filter(|token| !token.is_empty())?.to_ascii_lowercase();
        let weight = words.find_map(|word| word.strip_prefix("q=").or_else(|| word.strip_prefix("Q=")));
        let weight = weight.map_or(Some(1.0), |text| text.trim().parse().ok());
        Some((token, weight.filter(|weight| (0.0..=1.0).contains(weight))?))
    };
    text.split(',').filter_map(wish).collect()
}

fn weight(wishes: &[(String, f64)], encoding: Encoding) -> f64 {
    let of = |token: &str| wishes.iter().find(|(name, _)| name == token).map(|(_, weight)| *weight);
    let unnamed = match encoding {
        // Plain is always acceptable unless it is refused; what is wished for explicitly goes before it.
        Encoding::Plain => of("*").unwrap_or(0.001),
        _ => of("*").unwrap_or(0.0),
    };
    let gzip_by_its_old_name = || of("x-gzip").filter(|_| encoding == Encoding::Gzip);
    of(encoding.token()).or_else(gzip_by_its_old_name).unwrap_or(unnamed)
}

#[cfg(test)]
mod tests {
    use super::{Encoding, choose};
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn the_most_wanted_form_is_chosen() {
        use Encoding::{Brotli, Gzip, Plain};
        let both = &[Brotli, Gzip][..];
        let cases = [
            ("gzip, deflate, br, zstd", both, Brotli),
            ("gzip", both, Gzip),
            ("br;q=0.5, gzip;q=0.8", both, Gzip),
            ("br;q=0, gzip;q=0", both, Plain),
            ("br;q=0, *", both, Gzip),
            ("*", both, Brotli),
            ("*;q=0", both, Plain),
            ("identity, br;q=0.1", both, Plain),
            ("br", &[Gzip], Plain),
            ("GZIP ; q=1.0", both, Gzip),
            ("br;q=x", both, Plain),
            ("br;q=7", both, Plain),
            ("", both, Plain),
            ("deflate", both, Plain),
            ("br", &[], Plain),
        ];
        for (text, available, expected) in cases {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(text))]);
            assert_eq!(choose(&headers, available), expected, "{text:?}");
        }
        assert_eq!(choose(&HeaderMap::new(), both), Plain, "clients that say nothing may not know any encoding");
    }
}
