//! `test webhook`.

use crate::failure::{Code, Failure};
use crate::grammar::TestArguments;
use crate::http::{Call, segment};
use crate::output::{Shape, Shown};
use crate::session::Session;
use serde_json::{Value, json};

const RESULT: Shape = Shape {
    name: "delivered",
    columns: &[
        Shown::new("DELIVERED", "delivered"),
        Shown::new("STATUS", "status"),
        Shown::new("ERROR", "error"),
        Shown::new("ANSWER", "answer"),
    ],
};

/// Ends with 1 when the example did not arrive.
pub(super) fn test(session: &mut Session<'_>, arguments: &TestArguments) -> Result<Code, Failure> {
    let body = arguments.event.as_ref().map_or_else(|| json!({}), |event| json!({ "event": event }));
    let call = Call::post(format!("/api/v1/webhooks/{}/test", segment(&arguments.name)), body);
    let call = match &arguments.team {
        Some(team) => call.header("x-roadbed-team", team),
        None => call,
    };
    let result = session.client()?.send(&call)?;
    session.show_item(&RESULT, &result)?;
    Ok(if result["delivered"] == Value::Bool(true) { Code::Done } else { Code::Failed })
}
