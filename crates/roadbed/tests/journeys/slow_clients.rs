//! Clients that send their request a byte at a time hold no place for long.

use crate::client::Client;
use crate::platform::Place;
use std::io::{ErrorKind, Read as _, Write as _};
use std::time::{Duration, Instant};

/// The server gives a head ten seconds; far more than that is a hang.
const PATIENCE: Duration = Duration::from_secs(45);

/// Sends a head that never ends, a byte every quarter of a second, until the server has enough.
fn trickle(server: &Client) {
    let mut stream = server.socket();
    // Waiting for an answer is what paces the bytes.
    stream.set_read_timeout(Some(Duration::from_millis(250))).unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow: ").unwrap();
    let began = Instant::now();
    let mut piece = [0_u8; 1024];
    loop {
        assert!(began.elapsed() < PATIENCE, "{} keeps a head that never ends", server.url);
        match stream.read(&mut piece) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return,
        }
        if stream.write_all(b"a").is_err() {
            return;
        }
    }
}

#[test]
fn a_head_that_never_ends_is_cut_and_others_are_served_meanwhile() {
    let place = Place::new();
    let platform = place.start(&[]);
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| trickle(&platform.api));
        }
        platform.api.get("/api/v1/projects").with_status(200);
    });
    platform.stop();
}
