//! `sign`.

use crate::failure::{Code, Failure};
use crate::grammar::SignArguments;
use crate::http::{Call, segment};
use crate::nouns::noun;
use crate::session::Session;
use serde_json::json;
use std::path::Path;

pub(super) fn sign(session: &mut Session<'_>, arguments: &SignArguments) -> Result<Code, Failure> {
    let unreadable = || Failure::usage(format!("{:?} names no version", arguments.version), "write MODEL/VERSION");
    let (model, version) = arguments.version.rsplit_once('/').ok_or_else(unreadable)?;
    let path = format!("/api/v1/models/{}/versions/{}/signature", segment(model), segment(version));
    let of_team = |call: Call| match &arguments.team {
        Some(team) => call.header("x-roadbed-team", team),
        None => call,
    };
    let client = session.client()?;
    let signed = client.send(&of_team(Call::post(&path, json!({})).dry_run(arguments.dry_run)))?;
    if arguments.dry_run {
        session.terminal.say(&format!("would sign {}", arguments.version));
        return Ok(Code::Done);
    }
    session.terminal.say(&format!("signed {}", arguments.version));
    let key = format!("/api/v1/signing-keys/{}/pem", segment(signed["key"].as_str().unwrap_or_default()));
    for (file, from) in [(&arguments.to, format!("{path}/bundle")), (&arguments.key_to, key)] {
        let Some(file) = file else { continue };
        let text = client.text(&of_team(Call::get(from)))?;
        write(session, file, &text)?;
    }
    if let Some(noun) = noun("signature") {
        session.show_item(&noun.shape, &signed)?;
    }
    Ok(Code::Done)
}

fn write(session: &mut Session<'_>, file: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error| Failure::usage(format!("{} cannot be written: {error}", file.display()), "name another file");
    std::fs::write(session.folder.join(file), text).map_err(failed)?;
    session.terminal.say(&format!("wrote {}", file.display()));
    Ok(())
}
