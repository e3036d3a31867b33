//! Where the code snapshot comes from: a local copy, else `GET <control url>/internal/v1/blobs/<digest>`. Either is checked by the caller.

use crate::error::NotStarted;
use crate::session::Session;
use roadbed_contracts::workload::CodeSnapshot;
use std::fs::File;
use std::io::{BufReader, Read};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const FETCH_TIMEOUT: Duration = Duration::from_secs(15 * 60);
/// Control may be restarting: a try after each of these.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(10),
    Duration::from_secs(20),
];

pub(super) fn open(code: &CodeSnapshot, session: &mut Session) -> Result<Box<dyn Read>, NotStarted> {
    if let Some(path) = &session.launch.code_file
        && let Ok(file) = File::open(path)
    {
        return Ok(Box::new(BufReader::new(file)));
    }
    let mut pauses = PAUSES.into_iter();
    loop {
        let error = match request(code, session) {
            Ok(reader) => return Ok(reader),
            Err(error) => error,
        };
        // An answer is final; silence is not.
        let is_final = matches!(error, ureq::Error::StatusCode(status) if status < 500);
        let Some(pause) = pauses.next().filter(|_| !is_final) else {
            return Err(NotStarted::Refused(format!("the code {} could not be fetched: {error}", code.digest.short())));
        };
        session.step(&format!("fetching the code: {error}; trying again"))?;
        session.signals.wait(pause);
        session.check()?;
    }
}

fn request(code: &CodeSnapshot, session: &Session) -> Result<Box<dyn Read>, ureq::Error> {
    let control = &session.spec.control;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_global(Some(FETCH_TIMEOUT))
        .build()
        .into();
    let url = format!("{}/internal/v1/blobs/{}", control.url.trim_end_matches('/'), code.digest);
    let answer = agent.get(&url).header("authorization", format!("Bearer {}", control.token.expose())).call()?;
    Ok(Box::new(answer.into_body().into_reader().take(code.bytes.saturating_add(1))))
}
