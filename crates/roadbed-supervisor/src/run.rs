//! One workload from start to end.

use crate::arguments::Arguments;
use crate::control_group::ControlGroups;
use crate::error::{NotStarted, SupervisorError};
use crate::folder::Folder;
use crate::isolation::Isolation;
use crate::lifeline::Lifelines;
use crate::log::Log;
use crate::prepare::{Prepared, forget_temporary, prepare};
use crate::redact::Redactor;
use crate::report::Reporter;
use crate::session::Session;
use crate::signals::Signals;
use crate::spawn::{Plan, spawn};
use crate::variables::{self, Inherited, Places};
use crate::watch::{Work, watch};
use crate::{environment, outputs, program, tree, verdict};
use roadbed_contracts::workload::folder::{self, Identity, Launch};
use roadbed_contracts::workload::{ExitKind, ExitReport, WorkloadPhase, WorkloadSpec};
use roadbed_core::{Clock, Secret, SystemClock};
use std::time::Duration;

pub(crate) fn run(arguments: &Arguments) -> Result<(), SupervisorError> {
    // First of all: a number that is taken cannot be given to the worker any more.
    let lifelines = Lifelines::take(arguments.pass_fd)?;
    let folder = Folder::open(&arguments.directory)?;
    detach()?;
    let signals = Signals::install()?;
    write_identity(&folder, &ControlGroups::default())?;
    let read = folder.spec().and_then(|spec| Ok((spec, folder.launch()?)));
    let (spec, launch) = match read {
        Ok(read) => read,
        Err(error) => {
            let report = verdict::not_started(error.into(), None, SystemClock.now());
            return report.map_or(Ok(()), |report| folder.write_exit(&report));
        }
    };
    let mut session = open_session(folder, signals, spec, launch, arguments)?;
    let result = supervise(&mut session, lifelines);
    forget_temporary(&session);
    let report = match result {
        Ok(report) => report,
        Err(reason) => {
            let stop_reason = session.folder.stop().map(|stop| stop.reason);
            let Some(mut report) = verdict::not_started(reason, stop_reason, SystemClock.now()) else { return Ok(()) };
            session.log.note(&report.message);
            report.log_bytes = session.log.finish();
            Some(report)
        }
    };
    if let Some(report) = report {
        write_exit(&session, &report)?;
        session.reporter.tell(WorkloadPhase::Exited(report));
        session.reporter.finish();
    }
    Ok(())
}

/// Leaves the session of whoever started us, and becomes the parent of every orphan below.
fn detach() -> Result<(), SupervisorError> {
    // Fails only for the leader of a process group, who is then alone in charge of it already.
    let _already = rustix::process::setsid();
    let own = Some(rustix::process::getpid());
    rustix::process::set_child_subreaper(own).map_err(SupervisorError::system("becoming the parent of orphans"))
}

fn write_identity(folder: &Folder, groups: &ControlGroups) -> Result<(), SupervisorError> {
    let pid = std::process::id();
    let unknown =
        || SupervisorError::System { what: "reading our start time", source: std::io::ErrorKind::NotFound.into() };
    let start_ticks = tree::start_ticks(pid).ok_or_else(unknown)?;
    folder.write_identity(&Identity { pid, start_ticks, control_groups: groups.paths() })
}

/// A full disk passes: without the report an end would be taken for a loss.
fn write_exit(session: &Session, report: &ExitReport) -> Result<(), SupervisorError> {
    const TRIES: u32 = 60;
    for _ in 1..TRIES {
        if !session.folder.is_there() || session.folder.write_exit(report).is_ok() {
            return Ok(());
        }
        session.signals.wait(Duration::from_secs(1));
    }
    session.folder.write_exit(report)
}

fn open_session(
    folder: Folder,
    signals: Signals,
    spec: WorkloadSpec,
    mut launch: Launch,
    arguments: &Arguments,
) -> Result<Session, SupervisorError> {
    if let Some(cache) = &arguments.cache {
        launch.cache_directory.clone_from(cache);
    }
    let secrets = spec.secret_variables.values().chain([&spec.control.token]).map(Secret::expose);
    let log = Log::open(&folder.file(folder::LOG), Redactor::new(secrets))?;
    let reporter = Reporter::start(spec.id, &spec.control);
    Ok(Session { folder, spec, launch, log, signals, reporter })
}

/// Prepares, starts and follows user code; `None` when its folder vanished.
fn supervise(session: &mut Session, lifelines: Lifelines) -> Result<Option<ExitReport>, NotStarted> {
    let prepared = prepare(session)?;
    let mut groups = ControlGroups::make(session.spec.id, &session.spec.resources);
    let result = follow(session, &prepared, &mut groups, lifelines);
    groups.remove();
    result
}

fn follow(
    session: &mut Session,
    prepared: &Prepared,
    groups: &mut ControlGroups,
    lifelines: Lifelines,
) -> Result<Option<ExitReport>, NotStarted> {
    write_identity(&session.folder, groups)?;
    let plan = plan(session, prepared, groups, &lifelines)?;
    session.check()?;
    let (pid, output) = spawn(plan)?;
    let started_at = SystemClock.now();
    if !groups.verify_member(pid) {
        session.log.note("limits: the job could not be put into its control groups; nothing is limited");
    }
    if let Err(error) = session.enter(WorkloadPhase::Running { started_at, pid }) {
        // The work runs; not being able to say so is no reason to end it.
        session.log.note(&error.to_string());
    }
    let work = Work { pid, started_at, output, groups, lifelines: lifelines.into_descriptors() };
    let outcome = watch(work, session);
    if !session.folder.is_there() {
        return Ok(None);
    }
    let (exit, mut message) = verdict::judge(&outcome, groups, &session.spec);
    let found = outputs::find(&prepared.work, &session.spec.outputs);
    if let Err(error) = session.folder.write_outputs(&found.outputs) {
        message = format!("{message}; {error}");
    }
    for note in &found.notes {
        session.log.note(note);
    }
    let mut total = outcome.usage.total;
    if exit == ExitKind::OutOfMemory {
        // The kill came between two samples.
        total.memory_peak_bytes = total.memory_peak_bytes.max(groups.memory_peak_bytes());
    }
    let log_bytes = session.log.finish();
    if let Some(loss) = session.log.loss() {
        message = format!("{message}; {loss}");
    }
    Ok(Some(ExitReport {
        exit,
        message,
        started_at: Some(started_at),
        ended_at: SystemClock.now().max(started_at),
        cpu_micros: total.cpu_micros,
        memory_kib_millis: total.memory_kib_millis,
        memory_peak_bytes: total.memory_peak_bytes,
        log_bytes,
    }))
}

fn plan<'a>(
    session: &mut Session,
    prepared: &'a Prepared,
    groups: &ControlGroups,
    lifelines: &Lifelines,
) -> Result<Plan<'a>, NotStarted> {
    if let Some(missing) = groups.missing() {
        session.log.note(&format!("limits: this host does not let us limit {missing}; see 'roadbed doctor'"));
    }
    let rules = isolation(session, prepared).rules();
    if let Err(reason) = &rules {
        session.log.note(&format!("isolation: {reason}; this code can read the platform's data directory"));
    }
    let places = Places {
        home: prepared.home.clone(),
        temporary: prepared.temporary.clone(),
        environment: prepared.environment.clone(),
        gpus: session.launch.gpus.clone(),
        is_worker: lifelines.has_worker_socket(),
    };
    let variables = variables::build(&session.spec, &places, &Inherited::read());
    let program = program::find(&session.spec.argv, &prepared.work, &variables)?;
    Ok(Plan {
        program,
        arguments: session.spec.argv.iter().skip(1).cloned().collect(),
        folder: &prepared.work,
        variables,
        doors: groups.doors(),
        rules: rules.ok(),
        passes_fd: places.is_worker,
    })
}

fn isolation(session: &Session, prepared: &Prepared) -> Isolation {
    let launch = &session.launch;
    let mut readable = environment::read_only_folders(&launch.cache_directory);
    let mut closed = vec![launch.data_directory.clone(), launch.cache_directory.clone()];
    // Writing there would change the environments of others: they hold links to the same files.
    closed.append(&mut readable.clone());
    readable.extend(prepared.environment.clone());
    readable.extend(launch.readable.iter().cloned());
    let mut writable = vec![prepared.work.clone(), prepared.home.clone(), prepared.temporary.clone()];
    writable.extend(session.spec.checkpoint_directory.as_ref().map(std::path::PathBuf::from));
    Isolation { closed, readable, writable }
}
