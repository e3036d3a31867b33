//! `plan` and `apply`: the server says what a manifest changes, and makes it so.

use super::check::{ManifestText, read, valid};
use crate::failure::{Code, Failure};
use crate::grammar::{ApplyArguments, PlanArguments};
use crate::http::{Call, Client};
use crate::output::{Shape, at, cell, printable};
use crate::session::Session;
use crate::terminal::Style;
use serde_json::{Value, json};

const SHAPE: Shape = Shape { name: "project", columns: &[] };

pub(super) fn plan(session: &mut Session<'_>, arguments: &PlanArguments) -> Result<Code, Failure> {
    let manifest = read(session, &arguments.file)?;
    if valid(session, &manifest).is_none() {
        return Ok(Code::Failed);
    }
    let answer = call(&session.client()?, "plan", &manifest, false)?;
    show(session, &answer, "would change")?;
    let differs = changed(&answer) > 0 || answer["new_project"] == true;
    Ok(if arguments.exit_code && differs { Code::Failed } else { Code::Done })
}

pub(super) fn apply(session: &mut Session<'_>, arguments: &ApplyArguments) -> Result<Code, Failure> {
    let manifest = read(session, &arguments.file)?;
    if valid(session, &manifest).is_none() {
        return Ok(Code::Failed);
    }
    let client = session.client()?;
    if arguments.dry_run {
        let answer = call(&client, "apply", &manifest, true)?;
        show(session, &answer, "would change")?;
        return Ok(Code::Done);
    }
    if !arguments.yes && session.terminal.can_ask() {
        let planned = call(&client, "plan", &manifest, false)?;
        describe(session, &planned, "would change", false)?;
        let nothing_new = changed(&planned) == 0 && planned["new_project"] != true;
        if !nothing_new && !session.terminal.ask("Apply?") {
            session.terminal.say("nothing was changed");
            return Ok(Code::Failed);
        }
    }
    let answer = call(&client, "apply", &manifest, false)?;
    show(session, &answer, "changed")?;
    Ok(Code::Done)
}

fn call(client: &Client, verb: &str, manifest: &ManifestText, dry_run: bool) -> Result<Value, Failure> {
    let body = json!({ "file": manifest.file, "text": manifest.text });
    client.send(&Call::post(format!("/api/v1/manifests/{verb}"), body).dry_run(dry_run))
}

fn changed(answer: &Value) -> u64 {
    answer["changed"].as_u64().unwrap_or(0)
}

fn show(session: &mut Session<'_>, answer: &Value, word: &str) -> Result<(), Failure> {
    if session.format().is_for_people() {
        describe(session, answer, word, true)
    } else {
        session.show_item(&SHAPE, answer)
    }
}

/// The changes as data or as words, and how many they are in words.
fn describe(session: &mut Session<'_>, answer: &Value, word: &str, as_data: bool) -> Result<(), Failure> {
    let mut text = String::new();
    for change in answer["changes"].as_array().into_iter().flatten() {
        let Some((mark, style)) = mark(change) else { continue };
        let mark =
            if as_data { session.terminal.on_stdout(style, mark) } else { session.terminal.on_stderr(style, mark) };
        text.push_str(&format!("{mark} {}\n", cell(&change["object"])));
        for field in change["fields"].as_array().into_iter().flatten() {
            text.push_str(&format!("    {}\n", field_line(field)));
        }
        for finding in change["findings"].as_array().into_iter().flatten() {
            text.push_str(&format!("    ! {}\n", cell(finding)));
        }
        if let Some(note) = change["note"].as_str() {
            text.push_str(&format!("    ({})\n", printable(note)));
        }
    }
    if as_data {
        session.terminal.data(&text)?;
    } else {
        session.terminal.words(&text);
    }
    let (project, count) = (cell(&answer["project"]), changed(answer));
    let new = if answer["new_project"] == true { " (new)" } else { "" };
    let plural = if count == 1 { "" } else { "s" };
    session.terminal.say(&match count {
        0 if new.is_empty() => format!("project {project}: nothing to change"),
        _ => format!("project {project}{new}: {word} {count} object{plural}"),
    });
    Ok(())
}

fn mark(change: &Value) -> Option<(&'static str, Style)> {
    match change["action"].as_str()? {
        "create" => Some(("+", Style::Good)),
        "update" => Some(("~", Style::Warning)),
        "delete" => Some(("-", Style::Error)),
        _ => None,
    }
}

fn field_line(field: &Value) -> String {
    let path = field["path"].as_str().filter(|path| !path.is_empty()).unwrap_or("value");
    let (before, after) = (at(field, "before"), at(field, "after"));
    let drifted = if field["drifted"] == true {
        "   (somebody changed it on the server; the file's value is put back)"
    } else {
        ""
    };
    let line = match (before.is_null(), after.is_null()) {
        (true, _) => format!("{path}: {}", cell(after)),
        (_, true) => format!("{path}: {} removed", cell(before)),
        _ => format!("{path}: {} → {}", cell(before), cell(after)),
    };
    format!("{line}{drifted}")
}
