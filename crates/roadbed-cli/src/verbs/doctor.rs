use crate::connection::data_directory;
use crate::failure::{Code, Failure};
use crate::local::{DoctorFinding, DoctorLevel};
use crate::output::{Shape, Shown, printable};
use crate::session::Session;
use crate::terminal::Style;
use serde_json::{Value, json};
use std::path::PathBuf;

const SHAPE: Shape = Shape {
    name: "check",
    columns: &[
        Shown::new("CHECK", "check"),
        Shown::new("LEVEL", "level"),
        Shown::new("DETAIL", "detail"),
        Shown::new("FIX", "fix"),
    ],
};

pub(super) fn doctor(session: &mut Session<'_>, data: Option<PathBuf>) -> Result<Code, Failure> {
    let data = data.or_else(|| data_directory(session.environment));
    let mut findings = session.local.doctor(data.as_deref());
    findings.extend(of_server(session));
    if session.format().is_for_people() {
        let lines: Vec<String> = findings.iter().map(|finding| line(session, finding)).collect();
        session.terminal.data(&lines.concat())?;
    } else {
        let items: Vec<Value> = findings.iter().map(|finding| json!(finding)).collect();
        session.show_list(&SHAPE, &items)?;
    }
    let failed = findings.iter().any(|finding| finding.level == DoctorLevel::Failed);
    Ok(if failed { Code::Failed } else { Code::Done })
}

fn line(session: &Session<'_>, finding: &DoctorFinding) -> String {
    let (style, word) = match finding.level {
        DoctorLevel::Ok => (Style::Good, "ok     "),
        DoctorLevel::Warning => (Style::Warning, "warning"),
        DoctorLevel::Failed => (Style::Error, "failed "),
    };
    let word = session.terminal.on_stdout(style, word);
    let fix = finding.fix.as_ref().map(|fix| format!("          fix: {}\n", printable(fix))).unwrap_or_default();
    format!("{word}  {}: {}\n{fix}", finding.check, printable(&finding.detail))
}

/// What the server says about itself. That there is none is a finding, and not a failed one: a client needs no server here.
fn of_server(session: &Session<'_>) -> Vec<DoctorFinding> {
    let finding = |level, failure: &Failure| {
        vec![DoctorFinding { check: "server".to_owned(), level, detail: failure.to_string(), fix: failure.fix() }]
    };
    let client = match session.client() {
        Ok(client) => client,
        Err(failure) => return finding(DoctorLevel::Warning, &failure),
    };
    let answer = match client.get("/api/v1/doctor") {
        Ok(answer) => answer,
        Err(failure) => return finding(DoctorLevel::Failed, &failure),
    };
    let reached = DoctorFinding {
        check: "server".to_owned(),
        level: DoctorLevel::Ok,
        detail: format!("{} answers and knows you", client.base()),
        fix: None,
    };
    let told = serde_json::from_value::<Vec<DoctorFinding>>(answer["findings"].clone()).unwrap_or_else(|error| {
        let detail = format!("its answer is not understood: {error}");
        let fix = Some("use the same version of roadbed here and there".to_owned());
        vec![DoctorFinding { check: "server".to_owned(), level: DoctorLevel::Warning, detail, fix }]
    });
    std::iter::once(reached).chain(told).collect()
}
