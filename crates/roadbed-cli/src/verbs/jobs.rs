//! `logs` and `cancel`.

use super::follow::{Log, follow_to_end, is_final, job_path, newest_job, show_end};
use crate::failure::{Code, Failure};
use crate::grammar::{LogsArguments, TargetArguments};
use crate::http::Call;
use crate::nouns::{is_id, noun};
use crate::output::cell;
use crate::session::Session;
use serde_json::json;

pub(super) fn logs(session: &mut Session<'_>, arguments: &LogsArguments) -> Result<Code, Failure> {
    let client = session.client()?;
    let id = if is_id(&arguments.target) {
        arguments.target.clone()
    } else {
        newest_job(session, &client, &arguments.target)?
    };
    if arguments.follow {
        let ended = follow_to_end(session, &client, &id, None)?;
        return Ok(show_end(session, &ended));
    }
    let mut log = Log::new(&id);
    while log.show_new(session, &client)? {}
    let job = client.get(&job_path(&id))?;
    if !is_final(&job) {
        session.terminal.say(&format!("{}; more with --follow", super::follow::what_happens(&job)));
    }
    Ok(Code::Done)
}

pub(super) fn cancel(session: &mut Session<'_>, arguments: &TargetArguments) -> Result<Code, Failure> {
    let id = match &arguments.target[..] {
        [id] => id,
        [word, id] if word == "job" => id,
        words => {
            return Err(Failure::usage(
                format!("{} cannot be cancelled", words.join(" ")),
                "write: roadbed cancel JOB_ID",
            ));
        }
    };
    let client = session.client()?;
    let body = arguments.reason.as_ref().map_or_else(|| json!({}), |reason| json!({ "reason": reason }));
    let job = client.send(&Call::post(format!("{}/cancel", job_path(id)), body).dry_run(arguments.dry_run))?;
    let name = cell(&job["name"]);
    session.terminal.say(&match (arguments.dry_run, is_final(&job)) {
        (true, _) => format!("would ask {name} to end"),
        (_, true) => format!("{name} is {}", cell(&job["state"])),
        _ => format!("{name} is asked to end; see: roadbed status {id}"),
    });
    if let Some(noun) = noun("job").filter(|_| !session.format().is_for_people()) {
        session.show_item(&noun.shape, &job)?;
    }
    Ok(Code::Done)
}
