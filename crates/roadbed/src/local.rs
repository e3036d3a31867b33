//! What the command line asks of the program itself.

use crate::control;
use crate::gateway_role::{self, GatewayRequest};
use crate::launcher::{self, UpOptions};
use crate::request::ControlRequest;
use crate::settings::{Asked, Settings};
use crate::{backup, doctor};
use anyhow::{Context as _, bail};
use roadbed_capability::manifest::{Diagnostic, DiagnosticSeverity, Manifest};
use roadbed_cli::{
    BackupRequest, CheckFinding, CheckSeverity, CheckedManifest, DoctorFinding, Local, LocalManifest, RestoreRequest,
    Role, ServerRequest, UpRequest,
};
use std::io::Write as _;
use std::net::TcpListener;
use std::os::fd::{FromRawFd as _, OwnedFd};
use std::path::Path;
use std::process::ExitCode;

/// The binary's side of the command line.
pub(crate) struct Program;

impl Local for Program {
    fn up(&self, request: UpRequest) -> ExitCode {
        start_log();
        let options = UpOptions { stop_jobs: request.stop_jobs, quiet: request.quiet };
        let asked = Asked {
            data: request.data,
            listen: request.listen,
            gateway_listen: request.gateway_listen,
            hosts: request.hosts,
            behind_proxy: request.behind_proxy,
            insecure_local: request.insecure_local,
            database: request.database,
            uv: request.uv,
            onnxruntime: request.onnxruntime,
            ..Asked::default()
        };
        said(Settings::load(asked).and_then(|settings| launcher::run(&settings, options)))
    }

    fn server(&self, request: ServerRequest) -> ExitCode {
        start_log();
        said(run_role(request))
    }

    fn check(&self, file: &str, text: &str) -> CheckedManifest {
        let checked = Manifest::check(file, text, &crate::wiring::manifest_syntax());
        let manifest = checked.manifest.map(|manifest| LocalManifest {
            project: manifest.project.to_string(),
            team: manifest.team.as_ref().map(ToString::to_string),
            document: manifest.to_json(),
        });
        CheckedManifest {
            findings: checked.diagnostics.into_iter().map(|found| finding(file, found)).collect(),
            manifest,
        }
    }

    fn doctor(&self, data: Option<&Path>) -> Vec<DoctorFinding> {
        doctor::examine(data)
    }

    fn backup(&self, request: BackupRequest) -> ExitCode {
        said(backup::backup(request))
    }

    fn restore(&self, request: RestoreRequest) -> ExitCode {
        said(backup::restore(request))
    }
}

fn finding(file: &str, found: Diagnostic) -> CheckFinding {
    CheckFinding {
        severity: match found.severity {
            DiagnosticSeverity::Error => CheckSeverity::Error,
            DiagnosticSeverity::Warning => CheckSeverity::Warning,
        },
        file: file.to_owned(),
        line: found.line,
        column: found.column,
        key: found.key,
        value: found.value,
        message: found.message,
        fix: found.fix,
    }
}

/// Logs go to standard error; `ROADBED_LOG` chooses what, as `info,roadbed_serving=debug`.
fn start_log() {
    let filter = crate::settings::variable("ROADBED_LOG").unwrap_or_else(|| "warn".to_owned());
    let filter =
        tracing_subscriber::EnvFilter::try_new(filter).unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// Says why something did not work, and gives the exit code.
fn said(outcome: anyhow::Result<ExitCode>) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr(), "error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run_role(request: ServerRequest) -> anyhow::Result<ExitCode> {
    let launched = request.listener_fd.is_some();
    if launched {
        end_with_parent()?;
    }
    let settings = Settings::load(Asked {
        data: request.data,
        listen: request.listen.clone().filter(|_| request.role == Role::Control),
        gateway_listen: request.listen.filter(|_| request.role == Role::Gateway),
        hosts: request.hosts,
        behind_proxy: request.behind_proxy || launched,
        insecure_local: request.insecure_local,
        database: request.database,
        uv: request.uv,
        onnxruntime: request.onnxruntime,
        ..Asked::default()
    })?;
    let address = match request.role {
        Role::Control => settings.listen,
        Role::Gateway => settings.gateway_listen,
    };
    let listener = match request.listener_fd {
        Some(descriptor) => inherited(descriptor)?,
        None => TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?,
    };
    let own_url = format!("http://{}", listener.local_addr()?);
    match request.role {
        Role::Control => {
            let request = ControlRequest {
                url: request.url.unwrap_or(own_url),
                gateway_url: request.gateway_url.unwrap_or_else(|| format!("http://{}", settings.gateway_listen)),
                hosts: settings.allowed_hosts(),
                data: settings.data,
                insecure_local: settings.insecure_local,
                database: settings.database,
                uv: settings.uv,
                seal_key: settings.seal_key,
                private_webhooks: settings.private_webhooks,
                s3: settings.s3,
                ui_dir: settings.ui_dir,
                stop_jobs: request.stop_jobs,
                launched,
            };
            control::run(&request, listener)
        }
        Role::Gateway => {
            let request = GatewayRequest {
                control_url: request.url,
                hosts: settings.allowed_hosts(),
                data: settings.data,
                insecure_local: settings.insecure_local,
                uv: settings.uv,
                onnxruntime: settings.onnxruntime,
            };
            gateway_role::run(&request, listener)
        }
    }
}

/// A role without its launcher would hold sockets nobody finds.
fn end_with_parent() -> anyhow::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::TERM))?;
    match rustix::process::getppid() {
        Some(parent) if parent.as_raw_pid() != 1 => Ok(()),
        _ => bail!("the launcher has ended"),
    }
}

#[expect(unsafe_code, reason = "the launcher hands the listening socket over as an open descriptor")]
fn inherited(descriptor: i32) -> anyhow::Result<TcpListener> {
    if descriptor < 3 {
        bail!("--listener-fd {descriptor} is not an inherited descriptor");
    }
    // SAFETY: the launcher opened this descriptor for us alone, and nothing else in this process knows its number.
    let owned = unsafe { OwnedFd::from_raw_fd(descriptor) };
    // What this process starts, above all user code, must not answer in its place.
    rustix::io::fcntl_setfd(&owned, rustix::io::FdFlags::CLOEXEC)
        .context("the listening socket cannot be kept from others")?;
    let listener = TcpListener::from(owned);
    listener.local_addr().with_context(|| format!("descriptor {descriptor} is no listening socket"))?;
    Ok(listener)
}
