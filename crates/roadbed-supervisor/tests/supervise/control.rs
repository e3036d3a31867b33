//! What is said to control and fetched from it, with a listener in its place.

use crate::fixture::{PATIENCE, data};
use roadbed_contracts::workload::{ExitKind, WorkloadPhase, WorkloadReport};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

/// Answers code requests with `code`, and hands out the reports it gets with their authorization.
fn control(code: Vec<u8>) -> (String, Receiver<(String, WorkloadReport)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (sender, code) = (sender.clone(), code.clone());
            std::thread::spawn(move || serve(&stream.unwrap(), &code, &sender));
        }
    });
    (url, receiver)
}

fn serve(stream: &TcpStream, code: &[u8], sender: &Sender<(String, WorkloadReport)>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let (mut request, mut line) = (String::new(), String::new());
        reader.read_line(&mut request).ok().filter(|read| *read > 0)?;
        let (mut length, mut authorization) = (0, String::new());
        while reader.read_line(&mut line).ok()? > 2 {
            let (name, value) = line.trim_end().split_once(": ").unwrap();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap(),
                "authorization" => value.clone_into(&mut authorization),
                _ => {}
            }
            line.clear();
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let mut stream = stream;
        if request.starts_with("GET /internal/v1/blobs/") && authorization.starts_with("Bearer rb_") {
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", code.len()).ok()?;
            stream.write_all(code).ok()?;
        } else {
            let report: WorkloadReport = serde_json::from_slice(&body).unwrap();
            assert!(request.starts_with(&format!("POST /internal/v1/workloads/{}/report ", report.workload)));
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").ok()?;
            sender.send((authorization, report)).ok()?;
        }
    }
}

#[test]
fn code_is_fetched_with_the_token_and_the_end_is_reported() {
    let data = data();
    let mut workload = data.shell("cat data/input.txt");
    workload.code(&[("data/input.txt", "from the snapshot")]);
    let file = workload.launch.code_file.take().unwrap();
    let (url, reports) = control(fs::read(file).unwrap());
    workload.spec.control.url = url;
    assert_eq!(workload.run().exit, ExitKind::Code(0));
    assert!(workload.log().ends_with("from the snapshot"), "{}", workload.log());
    loop {
        let (authorization, report) = reports.recv_timeout(PATIENCE).unwrap();
        assert_eq!(authorization, "Bearer rb_0123456789abcdef0123456789");
        assert_eq!(report.workload, workload.spec.id);
        if let WorkloadPhase::Exited(report) = report.phase {
            assert_eq!(report, workload.report());
            break;
        }
    }
}

#[test]
fn work_goes_on_without_control() {
    let data = data();
    let mut workload = data.shell("echo alone");
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    workload.spec.control.url = format!("http://{unused}");
    assert_eq!(workload.run().exit, ExitKind::Code(0));
}
