use super::login::told_gateway;
use crate::failure::{Code, Failure};
use crate::output::Shape;
use crate::session::Session;
use serde_json::{Map, Value};

const SHAPE: Shape = Shape { name: "ROADBED_URL", columns: &[] };

/// Variables that lead shells and MLflow clients to the server. Without `-o` as lines a shell takes in.
pub(super) fn env(session: &mut Session<'_>) -> Result<Code, Failure> {
    let found = session.connection()?;
    let gateway_url = match found.gateway_url.clone() {
        Some(url) => Some(url),
        None => told_gateway(&found.client())?,
    };
    let token = found.token.as_ref().map(|token| token.expose().to_owned());
    let pairs = [
        ("ROADBED_URL", Some(found.url.clone())),
        ("ROADBED_GATEWAY_URL", gateway_url),
        ("ROADBED_TOKEN", token.clone()),
        ("MLFLOW_TRACKING_URI", Some(found.url)),
        ("MLFLOW_TRACKING_TOKEN", token),
    ];
    for (name, value) in &pairs {
        if value.is_none() && !name.starts_with("MLFLOW") {
            let how = if *name == "ROADBED_TOKEN" {
                "log in with: roadbed login URL"
            } else {
                "log in again with --gateway-url URL"
            };
            session.terminal.warn(&format!("{name} is not known here; {how}"));
        }
    }
    let known = pairs.into_iter().filter_map(|(name, value)| Some((name, value?)));
    if session.global.output.is_some_and(|format| !format.is_for_people()) {
        let object: Map<String, Value> = known.map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
        session.show_item(&SHAPE, &Value::Object(object))?;
    } else {
        let lines: String = known.map(|(name, value)| format!("export {name}={}\n", quoted(&value))).collect();
        session.terminal.data(&lines)?;
    }
    Ok(Code::Done)
}

/// One word for every POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
