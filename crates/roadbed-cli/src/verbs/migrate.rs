//! `migrate` and `export`: tracking data in and out.

use crate::failure::{Code, Failure};
use crate::grammar::{ExportArguments, ExportFormat, MigrateArguments, MigrateFrom};
use crate::session::Session;
use crate::transfer::{Sender, Tally, carry};
use roadbed_contracts::transfer::ExperimentLine;
use roadbed_transfer::{
    ArchiveWriter, FolderWriter, LeftOut, Note, Options, ServerSource, Source, TransferError, open,
};
use serde_json::json;
use std::time::Instant;

/// Of a server that asks for one, as MLflow clients name it.
const TOKEN_VARIABLE: &str = "MLFLOW_TRACKING_TOKEN";

pub(super) fn migrate(session: &mut Session<'_>, arguments: &MigrateArguments) -> Result<Code, Failure> {
    let (from, team, dry_run, options) = match &arguments.from {
        MigrateFrom::Mlflow(mlflow) => {
            let options = Options {
                workspace: mlflow.workspace.clone(),
                artifacts: mlflow.artifacts.clone(),
                token: session.variable(TOKEN_VARIABLE),
                folder: session.folder.clone(),
            };
            (mlflow.from.clone(), &mlflow.team, mlflow.dry_run, options)
        }
        MigrateFrom::Roadbed(archive) => {
            let options = Options { folder: session.folder.clone(), ..Options::default() };
            (archive.from.display().to_string(), &archive.team, archive.dry_run, options)
        }
    };
    let mut source = open(&from, &options)?;
    bring(session, source.as_mut(), (team.clone(), dry_run))
}

fn bring(
    session: &mut Session<'_>,
    source: &mut dyn Source,
    (team, dry_run): (Option<String>, bool),
) -> Result<Code, Failure> {
    let began = Instant::now();
    let client = session.client()?;
    let mut sender = Sender::new(&client, team.clone(), dry_run);
    let mut tally = Tally::default();
    let carried = carry(source, &mut sender, &mut tally, &mut session.terminal);
    session.terminal.erase_progress();
    if let Err(failure) = carried {
        session.terminal.say("what arrived stays: run the same command again and it goes on from there");
        return Err(failure);
    }
    let about = json!({
        "source": source.name(), "team": team, "dry_run": dry_run, "complete": tally.is_complete(),
        "seconds": (began.elapsed().as_secs_f64() * 10.0).round() / 10.0,
    });
    tally.show(session, &about)?;
    Ok(if tally.is_complete() { Code::Done } else { Code::Failed })
}

pub(super) fn export(session: &mut Session<'_>, arguments: &ExportArguments) -> Result<Code, Failure> {
    let connection = session.connection()?;
    let token = connection.token.as_ref().map(roadbed_core::Secret::expose);
    let mut source = ServerSource::new(&connection.url, token, arguments.team.as_deref());
    let mut experiments = source.experiments()?;
    let unknown = arguments.experiments.iter().find(|wanted| !experiments.iter().any(|one| is_named(one, wanted)));
    if let Some(unknown) = unknown {
        return Err(Failure::NotFound(format!("there is no experiment {unknown}")));
    }
    let all = arguments.experiments.is_empty();
    experiments.retain(|one| all || arguments.experiments.iter().any(|wanted| is_named(one, wanted)));
    let folder = session.folder.join(&arguments.folder);
    let mut tally = Tally::default();
    let mut note = |kind: &'static str, count: u64, reason: &str| {
        if reason.is_empty() {
            tally.of(kind).found += count;
            tally.of(kind).made += count;
        } else {
            tally.refuse(kind, "", reason);
        }
    };
    let written = match arguments.format {
        _ if arguments.dry_run => count(&mut source, (&experiments, all), &mut note),
        ExportFormat::Roadbed => ArchiveWriter::new(&folder)?.write(&mut source, (&experiments, all), &mut note),
        ExportFormat::Mlruns => FolderWriter::new(&folder)?.write(&mut source, (&experiments, all), &mut note),
    };
    if let Err(error) = written {
        session.terminal.say("what is complete stays: run the same command again and it goes on from there");
        return Err(error.into());
    }
    tally.leave_out(vec![LeftOut {
        what: "deleted logged models that no run names".to_owned(),
        count: None,
        reason: "the server shows them in no list".to_owned(),
    }]);
    let about = json!({
        "source": connection.url, "folder": folder, "team": arguments.team, "dry_run": arguments.dry_run,
        "complete": tally.is_complete(),
    });
    tally.show(session, &about)?;
    Ok(if tally.is_complete() { Code::Done } else { Code::Failed })
}

fn is_named(experiment: &ExperimentLine, wanted: &str) -> bool {
    experiment.name == wanted || experiment.id.to_string() == wanted
}

/// What would be written, without files and points, which only reading them tells.
fn count(
    source: &mut ServerSource,
    (experiments, with_models): (&[ExperimentLine], bool),
    note: Note<'_>,
) -> Result<(), TransferError> {
    note("experiment", experiments.len() as u64, "");
    for experiment in experiments {
        let mut after: Option<String> = None;
        loop {
            let page = source.runs(experiment.id, after.as_deref())?;
            note("run", page.items.len() as u64, "");
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        note("logged model", source.logged_models(experiment.id)?.len() as u64, "");
    }
    if with_models {
        let models = source.models()?;
        note("model", models.len() as u64, "");
        for model in models {
            note("version", source.versions(&model.name)?.len() as u64, "");
        }
    }
    Ok(())
}
