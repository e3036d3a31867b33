//! Is a server ready? One GET over a plain socket: the launcher has no async runtime and no HTTP client.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_millis(500);

/// True when `GET /readyz` answers 200 within half a second.
pub(crate) fn is_ready(url: &str) -> bool {
    answer(url).is_some_and(|head| head.starts_with("HTTP/1.1 200"))
}

fn answer(url: &str) -> Option<String> {
    let authority = url.strip_prefix("http://")?;
    let mut address: SocketAddr = authority.parse().ok()?;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").ok()?;
    let mut head = [0_u8; 32];
    stream.read_exact(&mut head).ok()?;
    Some(String::from_utf8_lossy(&head).into_owned())
}
