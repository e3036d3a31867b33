//! Accepts connections and serves them until told to stop, then lets requests in flight finish.

use crate::http::answer::AnswerBody;
use crate::http::stall::StallGuard;
use crate::settings::GatewaySettings;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Largest head of a request.
const HEAD_LIMIT_BYTES: usize = 64 << 10;
/// Wait after an accept that failed for lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How connections are treated.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    max: usize,
    header_timeout: Duration,
    write_timeout: Duration,
    drain_timeout: Duration,
}

impl Connections {
    pub(crate) fn new(settings: &GatewaySettings) -> Self {
        Self {
            max: settings.max_connections.max(1),
            header_timeout: settings.header_timeout,
            write_timeout: settings.write_timeout,
            drain_timeout: settings.drain_timeout,
        }
    }
}

/// Serves `answer` on the listener until `stop` ends; then accepts nothing more, finishes what is in flight within the drain time and
/// closes idle connections at once.
pub(crate) async fn serve_listener<A, F>(
    listener: TcpListener,
    connections: Connections,
    answer: A,
    stop: impl Future<Output = ()>,
) where
    A: Fn(SocketAddr, Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<AnswerBody>> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(connections.max.min(Semaphore::MAX_PERMITS)));
    let (draining, _) = watch::channel(false);
    let mut tasks: JoinSet<()> = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            biased;
            () = &mut stop => break,
            Some(_) = tasks.join_next() => {}
            Ok(place) = Arc::clone(&places).acquire_owned() => {
                let accepted = tokio::select! {
                    biased;
                    () = &mut stop => break,
                    accepted = listener.accept() => accepted,
                };
                match accepted {
                    Ok((stream, peer)) => {
                        let connection =
                            serve_connection(stream, peer, connections.clone(), answer.clone(), draining.subscribe());
                        tasks.spawn(async move {
                            connection.await;
                            drop(place);
                        });
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                }
            }
        }
    }
    drop(listener);
    draining.send_replace(true);
    let finished = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(connections.drain_timeout, finished).await.is_err() {
        tracing::warn!(connections = tasks.len(), "requests did not finish in the drain time and are cut");
        tasks.shutdown().await;
    }
}

async fn serve_connection<A, F>(
    stream: TcpStream,
    peer: SocketAddr,
    connections: Connections,
    answer: A,
    mut draining: watch::Receiver<bool>,
) where
    A: Fn(SocketAddr, Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<AnswerBody>> + Send + 'static,
{
    stream.set_nodelay(true).ok();
    let service = service_fn(move |request| {
        let answered = answer(peer, request);
        async move { Ok::<_, Infallible>(answered.await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(connections.header_timeout)
        .max_buf_size(HEAD_LIMIT_BYTES)
        .pipeline_flush(true)
        .serve_connection(StallGuard::new(TokioIo::new(stream), connections.write_timeout), service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        // A client that goes away is no event worth a line.
        _ = connection.as_mut() => return,
        _ = draining.wait_for(|draining| *draining) => {}
    }
    connection.as_mut().graceful_shutdown();
    connection.await.ok();
}
