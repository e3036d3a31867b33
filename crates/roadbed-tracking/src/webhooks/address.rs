//! Where webhooks may lead. A server that calls addresses people give it must not become their way into its own network: by default only
//! `https` to addresses of the public internet, checked after the name was looked up and before a connection is made to exactly what was
//! checked.

use super::model::AddressError;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// As long as MLflow's store keeps one.
const LENGTH: usize = 500;

/// # Errors
/// The text is no address that may be called; a name is looked up only when it is called.
pub(super) fn check(text: &str, private: bool) -> Result<Url, AddressError> {
    if text.len() > LENGTH {
        return Err(AddressError::TooLong(LENGTH));
    }
    let no_form = || AddressError::Form(text.chars().take(100).collect());
    // The parser takes the first part of the path for a host that is not there.
    let (_, after_scheme) = text.split_once("://").ok_or_else(no_form)?;
    let url = Url::parse(text.trim()).map_err(|_| no_form())?;
    if url.scheme() != "https" && !(private && url.scheme() == "http") {
        return Err(AddressError::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::Password);
    }
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    if host.is_empty() || after_scheme.starts_with(['/', '\\']) {
        return Err(no_form());
    }
    // The parser has read forms such as 0x7f.1 and 2130706433 by now.
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
    let is_local_name = host == "localhost" || host.ends_with(".localhost");
    if !private && (is_local_name || literal.is_some_and(|ip| !is_public(ip))) {
        return Err(AddressError::Private(host.to_owned()));
    }
    Ok(url)
}

/// Is it an address of the public internet? After IANA's registries of special-purpose addresses.
pub(super) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

/// Addresses that carry one of the old internet count as that one.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    let old = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => old(high, low),
        [0x2002, high, low, ..] => old(high, low),
        // Protocol assignments, among them Teredo, which hides an address behind another; documentation.
        [0x2001, second, ..] if second < 0x200 || second == 0xdb8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// Looks names up and gives only addresses that may be called; a name with a single one that may not is refused as a whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct CheckedNames {
    pub private: bool,
}

impl CheckedNames {
    async fn look_up(self, host: &str) -> Result<Vec<SocketAddr>, AddressError> {
        let none = || AddressError::NoAddress(host.to_owned());
        let found: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await.map_err(|_| none())?.collect();
        if let Some(inside) = found.iter().find(|found| !self.private && !is_public(found.ip())) {
            return Err(AddressError::Private(format!("{host} ({})", inside.ip())));
        }
        if found.is_empty() { Err(none()) } else { Ok(found) }
    }
}

impl Resolve for CheckedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let names = *self;
        Box::pin(async move {
            let found = names.look_up(name.as_str()).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_called() {
        for inside in [
            "127.0.0.1",
            "127.8.8.8",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
            "2002:a00:1::",
            "3fff::1",
            "100::1",
            "5f00::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "198.20.0.1",
            "2606:4700::1111",
            "64:ff9b::808:808",
            "2002:808:808::",
        ] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn an_address_is_https_without_password_and_outside() {
        for fine in ["https://example.com/hook", "https://8.8.8.8:8443/x?y=1", " https://xn--bcher-kva.example/ "] {
            check(fine, false).unwrap();
        }
        for private in [
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://[::1]:8443/",
            "https://[::ffff:10.0.0.1]/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://a.localhost/",
            "https://169.254.169.254/latest/meta-data",
        ] {
            assert!(matches!(check(private, false), Err(AddressError::Private(_))), "{private}");
            check(private, true).unwrap();
        }
        for scheme in ["http://example.com/", "ftp://example.com/", "file:///etc/passwd"] {
            assert!(matches!(check(scheme, false), Err(AddressError::Scheme(_))), "{scheme}");
        }
        check("http://127.0.0.1:9/", true).unwrap();
        assert!(matches!(check("file:///etc/passwd", true), Err(AddressError::Scheme(_))));
        assert_eq!(check("https://me:pw@example.com/", false).unwrap_err(), AddressError::Password);
        for form in ["example.com", "https:example.com", "https://", "https:///x", "https://\\x", ""] {
            assert!(matches!(check(form, false), Err(AddressError::Form(_))), "{form}");
        }
        assert!(matches!(
            check(&format!("https://example.com/{}", "x".repeat(500)), false),
            Err(AddressError::TooLong(_))
        ));
    }

    #[tokio::test]
    async fn what_a_name_leads_to_is_checked_when_it_is_called() {
        let found = CheckedNames { private: true }.look_up("localhost").await.unwrap();
        assert!(found.iter().all(|found| found.ip().is_loopback()));
        let refused = CheckedNames { private: false }.look_up("localhost").await.unwrap_err();
        assert!(matches!(refused, AddressError::Private(_)), "{refused}");
    }
}
