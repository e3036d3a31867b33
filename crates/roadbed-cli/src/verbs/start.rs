//! `up`, `demo`, `server`, `backup`, `restore`: handed to the program.

use crate::failure::Failure;
use crate::grammar::{BackupArguments, DemoArguments, RestoreArguments, RoleWord, ServerArguments, UpArguments};
use crate::local::{BackupRequest, DemoRequest, RestoreRequest, Role, ServerRequest, UpRequest};
use crate::session::Session;
use std::process::ExitCode;

pub(super) fn up(session: &Session<'_>, arguments: UpArguments) -> ExitCode {
    session.local.up(UpRequest {
        data: arguments.data,
        listen: arguments.listen,
        gateway_listen: arguments.gateway_listen,
        hosts: arguments.hosts,
        behind_proxy: arguments.behind_proxy,
        insecure_local: arguments.insecure_local,
        database: arguments.database,
        uv: arguments.uv,
        onnxruntime: arguments.onnxruntime,
        stop_jobs: arguments.stop_jobs,
        quiet: arguments.quiet,
    })
}

pub(super) fn demo(session: &Session<'_>, arguments: DemoArguments) -> Result<ExitCode, Failure> {
    let missing =
        || Failure::failed("this program was built without the demo", "clone the repository and run: make demo");
    let demo = session.local.demo().ok_or_else(missing)?;
    Ok(demo.play(DemoRequest { once: arguments.once, data: arguments.data }))
}

pub(super) fn server(session: &Session<'_>, arguments: ServerArguments) -> Result<ExitCode, Failure> {
    let role = match arguments.role {
        RoleWord::Control => Role::Control,
        RoleWord::Gateway => Role::Gateway,
        RoleWord::Worker => return Err(Failure::NotInThisVersion("--role worker".to_owned())),
        RoleWord::Replica => return Err(Failure::NotInThisVersion("--role replica".to_owned())),
    };
    Ok(session.local.server(ServerRequest {
        role,
        listener_fd: arguments.listener_fd,
        listen: arguments.listen,
        data: arguments.data,
        url: session.global.url.clone(),
        gateway_url: arguments.gateway_url,
        hosts: arguments.hosts,
        behind_proxy: arguments.behind_proxy,
        insecure_local: arguments.insecure_local,
        database: arguments.database,
        uv: arguments.uv,
        onnxruntime: arguments.onnxruntime,
        stop_jobs: arguments.stop_jobs,
    }))
}

pub(super) fn backup(session: &Session<'_>, arguments: BackupArguments) -> ExitCode {
    session.local.backup(BackupRequest { data: arguments.data, file: arguments.file })
}

pub(super) fn restore(session: &Session<'_>, arguments: RestoreArguments) -> ExitCode {
    session.local.restore(RestoreRequest { data: arguments.data, file: arguments.file })
}
