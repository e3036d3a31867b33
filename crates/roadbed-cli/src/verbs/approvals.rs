//! `approve`.

use crate::failure::{Code, Failure};
use crate::grammar::ApproveArguments;
use crate::http::{Call, segment};
use crate::nouns::noun;
use crate::session::Session;
use serde_json::json;

pub(super) fn approve(session: &mut Session<'_>, arguments: &ApproveArguments) -> Result<Code, Failure> {
    let unreadable = || Failure::usage(format!("{:?} names no version", arguments.version), "write MODEL/VERSION");
    let (model, version) = arguments.version.rsplit_once('/').ok_or_else(unreadable)?;
    let path = format!("/api/v1/models/{}/versions/{}/approvals", segment(model), segment(version));
    let body = json!({"alias": arguments.alias, "comment": arguments.comment});
    let call = Call::post(path, body).dry_run(arguments.dry_run);
    let call = match &arguments.team {
        Some(team) => call.header("x-roadbed-team", team),
        None => call,
    };
    let given = session.client()?.send(&call)?;
    let verb = if arguments.dry_run { "would approve" } else { "approved" };
    session.terminal.say(&format!("{verb} {} as {}", arguments.version, arguments.alias));
    if let Some(noun) = noun("approval") {
        session.show_item(&noun.shape, &given)?;
    }
    Ok(Code::Done)
}
