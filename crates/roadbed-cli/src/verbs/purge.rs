//! `purge`.

use crate::failure::{Code, Failure};
use crate::grammar::PurgeArguments;
use crate::http::Call;
use crate::output::{Shape, Shown};
use crate::session::Session;
use serde_json::{Value, json};

const TOLL: Shape = Shape {
    name: "runs",
    columns: &[
        Shown::new("RUNS", "runs"),
        Shown::new("LOGGED MODELS", "logged_models"),
        Shown::new("TRACES", "traces"),
        Shown::new("FILES", "files"),
        Shown::new("BYTES", "bytes"),
        Shown::new("FREED", "bytes_freed"),
        Shown::new("KEPT", "kept"),
    ],
};

pub(super) fn purge(session: &mut Session<'_>, arguments: &PurgeArguments) -> Result<Code, Failure> {
    let client = session.client()?;
    let body = arguments.experiment.as_ref().map_or_else(|| json!({}), |id| json!({ "experiment": id }));
    let call = Call::post("/api/v1/purge", body);
    let call = match &arguments.team {
        Some(team) => call.header("x-roadbed-team", team),
        None => call,
    };
    let foreseen = client.send(&call.clone().dry_run(true))?;
    if arguments.dry_run {
        session.terminal.say(&format!("would purge {}", words(&foreseen)));
        session.show_item(&TOLL, &foreseen)?;
        return Ok(Code::Done);
    }
    let must_ask = !arguments.yes && session.terminal.can_ask();
    if must_ask && !session.terminal.ask(&format!("Purge {}? This cannot be undone.", words(&foreseen))) {
        session.terminal.say("nothing was purged");
        return Ok(Code::Failed);
    }
    let done = client.send(&call)?;
    session.terminal.say(&format!("purged {}; the disk has the bytes back a day later", words(&done)));
    if done["more"] == Value::Bool(true) {
        session.terminal.say("there are more: call it again");
    }
    session.show_item(&TOLL, &done)?;
    Ok(Code::Done)
}

fn words(toll: &Value) -> String {
    let traces = toll["traces"].as_u64().filter(|count| *count > 0);
    let traces = traces.map(|count| format!("{count} traces and ")).unwrap_or_default();
    format!("{} runs with {traces}{} files of {} bytes", toll["runs"], toll["files"], toll["bytes"])
}
