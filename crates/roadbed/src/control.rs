//! The control role: the API, the store and the controllers in one process.

use crate::http;
use crate::launcher::FINAL_EXIT;
use crate::request::ControlRequest;
use crate::server_file::write_private;
use crate::wiring::{self, House};
use anyhow::Context as _;
use roadbed_compute::{Engine as _, LocalEngine, Selection};
use roadbed_contracts::entries::GatewayIdentity;
use roadbed_contracts::workload::WorkloadPhase;
use roadbed_core::{IdSource as _, Secret};
use roadbed_projects::tokens::ADMIN_USER;
use roadbed_store::StoreError;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Jobs that are asked to end get their grace time, and no more than this.
const JOBS_PATIENCE: Duration = Duration::from_secs(40);

/// Runs control until it is asked to end.
///
/// # Errors
/// Something it needs cannot be opened.
pub(crate) fn run(request: &ControlRequest, listener: std::net::TcpListener) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let house = {
        let _entered = runtime.enter();
        match wiring::build(request) {
            Ok(house) => house,
            Err(error) => return Ok(refused(&error)),
        }
    };
    let outcome = runtime.block_on(serve(request, house, listener));
    runtime.shutdown_timeout(Duration::from_secs(2));
    outcome.map(|()| ExitCode::SUCCESS)
}

/// A start that fails the same way each time is not tried again by the launcher.
fn refused(error: &anyhow::Error) -> ExitCode {
    tracing::error!("control cannot start: {error:#}");
    let is_final = error.downcast_ref::<StoreError>().is_some_and(|error| {
        matches!(error, StoreError::Locked { .. } | StoreError::NewerStore { .. } | StoreError::MigrationChanged { .. })
    });
    if is_final { ExitCode::from(u8::try_from(FINAL_EXIT).unwrap_or(1)) } else { ExitCode::FAILURE }
}

async fn serve(request: &ControlRequest, house: House, listener: std::net::TcpListener) -> anyhow::Result<()> {
    let House { context, tokens, engine, driver, server } = house;
    let first = tokens.first_start().await.context("the first team cannot be made")?;
    ensure_local_token(&request.data, &tokens).await?;
    ensure_gateway_identity(request, &tokens).await?;
    if first.created {
        let link = tokens.login_link(ADMIN_USER.to_owned()).await?;
        write_private(&request.data.join("login-link"), format!("/login#{}", link.secret.expose()).as_bytes())?;
    }
    let stop = CancellationToken::new();
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let serving = http::serve(listener, server.router, stop.clone());
    tokio::pin!(serving);
    tokio::select! {
        () = &mut serving => {}
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    stop.cancel();
    serving.await;
    driver.stop().await;
    if request.stop_jobs {
        stop_jobs(&engine).await?;
    }
    let store = context.store.clone();
    tokio::task::spawn_blocking(move || store.close()).await?;
    Ok(())
}

/// Ends what still runs and waits until it has ended.
async fn stop_jobs(engine: &LocalEngine) -> anyhow::Result<()> {
    let mut changes = engine.changes();
    let until = tokio::time::Instant::now() + JOBS_PATIENCE;
    loop {
        let observed = engine.observe(Selection::All).await?;
        let ended = |phase: &WorkloadPhase| matches!(phase, WorkloadPhase::Exited(_) | WorkloadPhase::Lost);
        let running: Vec<_> = observed.into_iter().filter(|workload| !ended(&workload.phase)).collect();
        if running.is_empty() || tokio::time::Instant::now() > until {
            return Ok(());
        }
        for workload in &running {
            engine.stop(workload.id, "the server was asked to end its jobs").await?;
        }
        let _ = tokio::time::timeout(Duration::from_millis(200), changes.changed()).await;
    }
}

/// `<data>/token` (0600): the local command line's token; made anew when it is missing or no longer good.
async fn ensure_local_token(data: &Path, tokens: &roadbed_projects::tokens::Tokens) -> anyhow::Result<()> {
    let path = data.join("token");
    if let Ok(text) = std::fs::read_to_string(&path)
        && tokens.is_live(&Secret::new(text.trim().to_owned())).await?
    {
        return Ok(());
    }
    let token = tokens.issue_local().await?;
    write_private(&path, token.expose().as_bytes()).context("the local token cannot be written")
}

/// The gateway's own folder with what it needs to find control.
async fn ensure_gateway_identity(
    request: &ControlRequest,
    tokens: &roadbed_projects::tokens::Tokens,
) -> anyhow::Result<()> {
    let folder = request.data.join("gateway");
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    let path = folder.join("identity.json");
    let found: Option<GatewayIdentity> =
        std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let live = match &found {
        Some(identity) => tokens.is_live(&identity.token).await?,
        None => false,
    };
    let identity = match found.filter(|_| live) {
        Some(identity) if identity.control_url == request.url => return Ok(()),
        Some(identity) => GatewayIdentity { control_url: request.url.clone(), ..identity },
        None => {
            let name = format!("gateway-{:012x}", roadbed_core::SystemIds.next() >> 80);
            let token = tokens.issue_gateway(&name).await?;
            GatewayIdentity { gateway: name, control_url: request.url.clone(), token }
        }
    };
    write_private(&path, &serde_json::to_vec_pretty(&identity)?).context("the gateway's identity cannot be written")
}
