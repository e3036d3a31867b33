//! Python workers: a socket passed through, and a life no longer than its owner's.

use crate::fixture::{Workload, data};
use roadbed_contracts::workload::ExitKind;
use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::Child;

const ECHO: &str = "import os, socket, sys\n\
    s = socket.socket(fileno=int(os.environ['ROADBED_WORKER_FD']))\n\
    while True:\n    data = s.recv(100)\n    if not data: break\n    s.sendall(data.upper())\n\
    import time\nwhile True: time.sleep(1)";

/// Starts the workload with one side of a socket pair; answers the other.
fn start(workload: &Workload) -> (Child, UnixStream) {
    workload.write();
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut command = workload.command();
    let inherited = theirs.as_raw_fd();
    command.args(["--pass-fd", &inherited.to_string()]);
    // Only in the child, which alone may inherit it: other tests start processes meanwhile.
    // SAFETY: fcntl is a plain system call on numbers.
    #[expect(unsafe_code, reason = "the test passes a descriptor by number, as serving does")]
    unsafe {
        command.pre_exec(move || {
            if libc::fcntl(inherited, libc::F_SETFD, 0) < 0 {
                return Err(std::io::Error::last_os_error());
            }
            Ok(())
        });
    }
    (command.spawn().unwrap(), ours)
}

#[test]
fn a_worker_answers_on_its_socket_and_ends_with_it() {
    let data = data();
    let mut workload = data.python(ECHO);
    workload.spec.grace = "200ms".parse().unwrap();
    let (mut supervisor, mut socket) = start(&workload);
    socket.write_all(b"hello").unwrap();
    let mut answer = [0; 5];
    socket.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HELLO");
    drop(socket);
    assert!(supervisor.wait().unwrap().success());
    assert_eq!(workload.report().exit, ExitKind::Cancelled);
    assert_eq!(workload.processes(), [] as [i32; 0]);
}

#[test]
fn the_owner_sees_the_end_of_a_worker() {
    let data = data();
    let workload = data.python("raise SystemExit(4)");
    let (mut supervisor, mut socket) = start(&workload);
    let mut rest = Vec::new();
    socket.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty());
    assert!(supervisor.wait().unwrap().success());
    assert_eq!(workload.report().exit, ExitKind::Code(4));
}
