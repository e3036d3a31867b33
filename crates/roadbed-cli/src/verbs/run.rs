//! `run JOB`: pack the folder, upload it when the server does not have it, submit, follow.

use super::check::{read, valid};
use super::follow::{follow_to_end, job_path, show_end, wait_to_end};
use super::submission::{Submission, given_parameters, submission};
use crate::failure::{Code, Failure};
use crate::grammar::RunArguments;
use crate::http::{Call, Client};
use crate::nouns::noun;
use crate::output::cell;
use crate::session::Session;
use roadbed_core::{Digest, IdSource as _, SystemIds};
use roadbed_snapshot::Limits;
use serde_json::{Map, Value, json};
use std::io::{BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

pub(super) fn run(session: &mut Session<'_>, arguments: &RunArguments) -> Result<Code, Failure> {
    if let Some(id) = &arguments.again {
        return again(session, arguments, id);
    }
    if arguments.cpu.is_some() || arguments.memory.is_some() || arguments.gpu.is_some() {
        let detail = "--cpu, --memory and --gpu change a job that runs again";
        return Err(Failure::usage(
            detail,
            "write resources into roadbed.yaml, or run a job again with --again JOB_ID",
        ));
    }
    let job = arguments.job.as_deref().unwrap_or_default();
    let manifest = read(session, &arguments.file)?;
    let Some(valid) = valid(session, &manifest) else { return Ok(Code::Failed) };
    let folder = folder_of(session, &arguments.file);
    let mut submission = submission(&valid, &folder, job, &arguments.parameters)?;
    let client = session.client()?;
    if !ensure_project(session, &client, &submission, arguments.dry_run)? {
        return Ok(Code::Done);
    }
    let packed = PackedFolder::pack(&folder, &submission.inputs)?;
    if packed.ensure_uploaded(session, &client, &submission, arguments.dry_run)? {
        submission.body.insert("snapshot".to_owned(), packed.digest.to_string().into());
    }
    let call = Call::post("/api/v1/jobs", Value::Object(submission.body)).dry_run(arguments.dry_run);
    let accepted = client.send(&call.header("idempotency-key", format!("{:032x}", SystemIds.next())))?;
    for warning in accepted["warnings"].as_array().into_iter().flatten() {
        session.terminal.warn(&cell(warning));
    }
    if arguments.dry_run {
        session.terminal.say(&format!("would run {job} of {}", submission.project));
        return Ok(Code::Done);
    }
    stay(session, &client, arguments, &accepted)
}

/// The same code, environment and command as an earlier job, with other values.
fn again(session: &mut Session<'_>, arguments: &RunArguments, id: &str) -> Result<Code, Failure> {
    let client = session.client()?;
    let before = client.get(&job_path(id))?;
    let values = before["parameters"].as_object().cloned().unwrap_or_default();
    let changed = given_parameters(&values, &arguments.parameters)?;
    let mut body = Map::from_iter([("parameters".to_owned(), Value::Object(changed))]);
    let mut resources = Map::new();
    resources.extend(arguments.cpu.as_ref().map(|cpu| ("cpu".to_owned(), Value::from(cpu.as_str()))));
    resources.extend(arguments.memory.as_ref().map(|memory| ("memory".to_owned(), Value::from(memory.as_str()))));
    resources.extend(arguments.gpu.map(|gpus| ("gpu".to_owned(), Value::from(gpus))));
    if !resources.is_empty() {
        body.insert("resources".to_owned(), Value::Object(resources));
    }
    let call = Call::post(format!("{}/rerun", job_path(id)), Value::Object(body)).dry_run(arguments.dry_run);
    let accepted = client.send(&call.header("idempotency-key", format!("{:032x}", SystemIds.next())))?;
    if arguments.dry_run {
        session.terminal.say(&format!("would run {} of {} again", cell(&before["name"]), cell(&before["project"])));
        return Ok(Code::Done);
    }
    stay(session, &client, arguments, &accepted)
}

/// Stays with an accepted job as long as the command line asks to.
fn stay(
    session: &mut Session<'_>,
    client: &Client,
    arguments: &RunArguments,
    accepted: &Value,
) -> Result<Code, Failure> {
    let (id, job) = (cell(&accepted["id"]), cell(&accepted["name"]));
    if arguments.wait.no_wait {
        session.terminal.say(&format!("job {job} is accepted; follow it with: roadbed logs {id} --follow"));
        show(session, accepted)?;
        return Ok(Code::Done);
    }
    let only_wait = arguments.wait.wait && !arguments.follow;
    session.terminal.say(&format!("job {job} is {id}; it goes on when this command ends"));
    let ended = if only_wait {
        wait_to_end(session, client, &id, arguments.wait.timeout)?
    } else {
        follow_to_end(session, client, &id, arguments.wait.timeout)?
    };
    let code = show_end(session, &ended);
    if !session.format().is_for_people() {
        show(session, &ended)?;
    }
    Ok(code)
}

fn show(session: &mut Session<'_>, job: &Value) -> Result<(), Failure> {
    noun("job").map_or(Ok(()), |noun| session.show_item(&noun.shape, job))
}

/// The folder the manifest lies in is the project.
fn folder_of(session: &Session<'_>, file: &Path) -> PathBuf {
    let path = session.folder.join(file);
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// A first run makes the project, and says so. False when there is nothing left to check without it.
fn ensure_project(
    session: &mut Session<'_>,
    client: &Client,
    submission: &Submission,
    dry_run: bool,
) -> Result<bool, Failure> {
    let project = &submission.project;
    let mut find = Call::get(format!("/api/v1/projects/{}", crate::http::segment(project)));
    if let Some(team) = &submission.team {
        find = find.query("team", team);
    }
    match client.send(&find) {
        Ok(_) => return Ok(true),
        Err(failure) if failure.code() == Code::NotFound => {}
        Err(failure) => return Err(failure),
    }
    let mut body = json!({ "name": project });
    if let Some(team) = &submission.team {
        body["team"] = team.clone().into();
    }
    client.send(&Call::post("/api/v1/projects", body).dry_run(dry_run))?;
    if dry_run {
        session
            .terminal
            .say(&format!("would make the project {project} and run {} in it", cell(&submission.body["name"])));
        return Ok(false);
    }
    session.terminal.say(&format!("made the project {project}"));
    Ok(true)
}

/// The folder's files as one file that goes when this does.
struct PackedFolder {
    file: std::fs::File,
    digest: Digest,
    bytes: u64,
    entries: u64,
}

impl PackedFolder {
    fn pack(folder: &Path, inputs: &[String]) -> Result<Self, Failure> {
        let place = std::env::temp_dir();
        let file = tempfile::tempfile().map_err(Failure::file(&place, "written"))?;
        let mut writer = BufWriter::new(file);
        let packed = roadbed_snapshot::pack(folder, inputs, &Limits::default(), &mut writer)?;
        writer.flush().map_err(Failure::file(&place, "written"))?;
        let file = writer.into_inner().map_err(|error| Failure::file(&place, "written")(error.into_error()))?;
        Ok(Self { file, digest: packed.digest, bytes: packed.bytes, entries: packed.entries })
    }

    /// Whether the server has it now. A dry run uploads nothing.
    fn ensure_uploaded(
        &self,
        session: &mut Session<'_>,
        client: &Client,
        submission: &Submission,
        dry_run: bool,
    ) -> Result<bool, Failure> {
        if client.exists(&format!("/api/v1/snapshots/{}", self.digest))? {
            return Ok(true);
        }
        if dry_run {
            session.terminal.say(&format!("would upload {} files, {} bytes packed", self.entries, self.bytes));
            return Ok(false);
        }
        session.terminal.progress(&format!("uploading {} files, {} bytes packed", self.entries, self.bytes));
        let mut call = Call::new(ureq::http::Method::PUT, "/api/v1/snapshots").query("project", &submission.project);
        if let Some(team) = &submission.team {
            call = call.query("team", team);
        }
        let place = std::env::temp_dir();
        let mut content = self.file.try_clone().map_err(Failure::file(&place, "read"))?;
        content.seek(SeekFrom::Start(0)).map_err(Failure::file(&place, "read"))?;
        let stored = client.upload(&call, content, self.bytes)?;
        if stored["digest"].as_str() == Some(self.digest.to_string().as_str()) {
            return Ok(true);
        }
        let detail = format!(
            "the server received other bytes than were sent: {} instead of {}",
            cell(&stored["digest"]),
            self.digest
        );
        Err(Failure::failed(detail, "try again; something between here and the server changes what is sent"))
    }
}
