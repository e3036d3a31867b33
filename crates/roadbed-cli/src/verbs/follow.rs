//! Staying with a job until it has ended, with or without its log.

use crate::failure::{Code, Failure};
use crate::http::{Call, Client, segment};
use crate::output::cell;
use crate::session::Session;
use crate::terminal::Style;
use crate::waiting::{Seen, wait_for};
use roadbed_core::Span;
use serde_json::Value;

const FINAL_STATES: [&str; 4] = ["succeeded", "failed", "cancelled", "lost"];

pub(super) fn is_final(job: &Value) -> bool {
    job["state"].as_str().is_some_and(|state| FINAL_STATES.contains(&state))
}

pub(super) fn job_path(id: &str) -> String {
    format!("/api/v1/jobs/{}", segment(id))
}

/// Id of the newest job of a name.
pub(super) fn newest_job(session: &mut Session<'_>, client: &Client, name: &str) -> Result<String, Failure> {
    let answer = client.send(&Call::get("/api/v1/jobs").query("name", name).query("limit", "1"))?;
    if let Some(job) = answer["items"].get(0) {
        let id = cell(&job["id"]);
        session.terminal.say(&format!("the newest job {name} is {id}"));
        return Ok(id);
    }
    // A service answers inside the gateway and has no log of its own.
    match client.get(&format!("/api/v1/services/{}", segment(name))) {
        Ok(_) => Err(Failure::failed(
            format!("{name} is a service; logs of services are not in this version"),
            format!("see what happened to it with: roadbed explain {name}"),
        )),
        Err(failure) if failure.code() == Code::NotFound => {
            Err(Failure::NotFound(format!("there is no job named {name:?}")))
        }
        Err(failure) => Err(failure),
    }
}

/// The job once it has ended.
pub(super) fn wait_to_end(
    session: &mut Session<'_>,
    client: &Client,
    id: &str,
    timeout: Option<Span>,
) -> Result<Value, Failure> {
    let how = format!("see it with: roadbed logs {id} --follow");
    wait_for(session, timeout, (&format!("the job {id}"), &how), |session| {
        let job = client.get(&job_path(id))?;
        if is_final(&job) {
            return Ok(Seen::End(job));
        }
        session.terminal.progress(&what_happens(&job));
        Ok(Seen::Still)
    })
}

/// The job once it has ended; its log is shown meanwhile.
pub(super) fn follow_to_end(
    session: &mut Session<'_>,
    client: &Client,
    id: &str,
    timeout: Option<Span>,
) -> Result<Value, Failure> {
    let how = format!("see it with: roadbed logs {id} --follow");
    let mut log = Log::new(id);
    wait_for(session, timeout, (&format!("the job {id}"), &how), |session| {
        // The job is asked first: what it wrote before it ended is in the log read after.
        let job = client.get(&job_path(id))?;
        let wrote = log.show_new(session, client)?;
        if is_final(&job) && !wrote {
            return Ok(Seen::End(job));
        }
        if !wrote {
            session.terminal.progress(&what_happens(&job));
        }
        Ok(if wrote { Seen::Moving } else { Seen::Still })
    })
}

/// A log read piece by piece.
pub(super) struct Log {
    path: String,
    offset: u64,
}

impl Log {
    pub(super) fn new(id: &str) -> Self {
        Self { path: format!("{}/logs", job_path(id)), offset: 0 }
    }

    /// Shows what is new; whether there was anything. With `-o` standard output is for data and the log goes beside it.
    pub(super) fn show_new(&mut self, session: &mut Session<'_>, client: &Client) -> Result<bool, Failure> {
        const PIECE_LIMIT_BYTES: u64 = 16 << 20;
        let response = client.stream(&Call::get(&self.path).query("offset", self.offset.to_string()))?;
        let read = response.into_body().with_config().limit(PIECE_LIMIT_BYTES).read_to_vec();
        let bytes = read.map_err(|error| client.unreachable(&error))?;
        if session.format().is_for_people() {
            session.terminal.data_bytes(&bytes)?;
        } else {
            session.terminal.word_bytes(&bytes);
        }
        self.offset += bytes.len() as u64;
        Ok(!bytes.is_empty())
    }
}

/// The state in a sentence, as far as the server knows it.
pub(super) fn what_happens(job: &Value) -> String {
    let state = cell(&job["state"]);
    let more = match (&job["waiting"], &job["message"]) {
        (Value::Object(waiting), _) => {
            let place = waiting.get("position").map(cell).unwrap_or_default();
            format!(": number {place} in the queue, {}", waiting.get("reason").map(cell).unwrap_or_default())
        }
        (_, Value::String(message)) if !message.is_empty() => format!(": {}", crate::output::printable(message)),
        _ => String::new(),
    };
    format!("{} is {state}{more}", cell(&job["name"]))
}

/// How the job ended, in words, and what that means for scripts.
pub(super) fn show_end(session: &mut Session<'_>, job: &Value) -> Code {
    let succeeded = job["state"] == "succeeded";
    let style = if succeeded { Style::Good } else { Style::Error };
    let state = session.terminal.on_stderr(style, &cell(&job["state"]));
    let message =
        job["message"].as_str().map(|text| format!(": {}", crate::output::printable(text))).unwrap_or_default();
    let cost = if job["cost"].is_object() { format!("; cost {}", cell(&job["cost"])) } else { String::new() };
    session.terminal.say(&format!("{} {state}{message}{cost}", cell(&job["name"])));
    let runs = job["run_ids"].as_array().filter(|runs| !runs.is_empty());
    if let Some(runs) = runs {
        session.terminal.say(&format!("runs: {}", runs.iter().map(cell).collect::<Vec<_>>().join(" ")));
    }
    if succeeded { Code::Done } else { Code::Failed }
}
