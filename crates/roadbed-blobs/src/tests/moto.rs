//! An S3 server for tests: moto from PyPI, in a virtual environment that is made once per machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A running server; killed and waited for when dropped.
pub(super) struct Moto {
    process: Child,
    pub(super) address: String,
}

impl Moto {
    /// Starts a server on a free port; `Err` says what is missing on this machine.
    pub(super) fn start() -> Result<Self, String> {
        let program = install()?;
        let mut process = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", "0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("moto_server does not start: {error}"))?;
        let mut lines = BufReader::new(process.stderr.take().expect("piped")).lines();
        let address = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, address) = line.split_once("Running on http://")?;
            Some(address.trim().to_owned())
        });
        // The server logs every request: someone has to read that, or it stops when the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        match address {
            Some(address) => Ok(Self { process, address }),
            None => {
                let _ = process.kill();
                let _ = process.wait();
                Err("moto_server said no address".to_owned())
            }
        }
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn create_bucket(&self, name: &str) {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        let request = format!("PUT /{name} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Path of the server program, installing it with uv when it is not there yet.
fn install() -> Result<PathBuf, String> {
    #[expect(clippy::disallowed_methods, reason = "where caches lie on the test machine")]
    let home = std::env::var("HOME").map_err(|_| "HOME is not set".to_owned())?;
    let environment = PathBuf::from(home).join(".cache/roadbed/venvs/moto");
    let program = environment.join("bin/moto_server");
    if program.exists() {
        return Ok(program);
    }
    let uv = |arguments: &[&str]| -> Result<(), String> {
        let output = Command::new("uv")
            .args(arguments)
            .env("VIRTUAL_ENV", &environment)
            .output()
            .map_err(|error| format!("uv does not start: {error}"))?;
        let complaint = || format!("uv {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        output.status.success().then_some(()).ok_or_else(complaint)
    };
    let path = environment.to_str().ok_or("the home folder's name is not text")?;
    uv(&["venv", "--allow-existing", path])?;
    uv(&["pip", "install", "moto[server,s3]"])?;
    Ok(program)
}
