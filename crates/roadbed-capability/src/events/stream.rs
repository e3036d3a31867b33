//! The live stream.

use super::query::{BATCH, EVENT_READ, EventQuery};
use super::view::EventView;
use crate::caller::{Caller, Credential, Scope};
use crate::context::Context;
use axum::response::sse::Event as SentEvent;
use futures_util::Stream;
use roadbed_core::EventSeq;
use serde_json::json;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Polling is the net under the head's notification.
const POLL: Duration = Duration::from_secs(1);

/// How often a stream speaks and looks around.
#[derive(Debug, Clone, Copy)]
pub struct Rhythm {
    /// Longest silence.
    pub heartbeat: Duration,
    /// How often the listener must still be who they were; together with a heartbeat this stays below a minute.
    pub recheck: Duration,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self { heartbeat: Duration::from_secs(10), recheck: Duration::from_secs(30) }
    }
}

/// Who listens, for asking again whether they still may.
pub(super) struct Listener {
    pub(super) context: Context,
    pub(super) credential: Credential,
    pub(super) scope: Scope,
    pub(super) rhythm: Rhythm,
}

struct Following {
    listener: Listener,
    head: watch::Receiver<EventSeq>,
    query: EventQuery,
    after: EventSeq,
    ready: VecDeque<EventView>,
    has_greeted: bool,
    checked_at: Instant,
    spoke_at: Instant,
}

/// Events after a place as they come, with a greeting before and heartbeats between.
pub(super) fn stream(
    listener: Listener,
    query: EventQuery,
    after: EventSeq,
) -> impl Stream<Item = Result<SentEvent, Infallible>> {
    let (head, now) = (listener.context.store.head(), Instant::now());
    let ready = VecDeque::new();
    let following =
        Following { listener, head, query, after, ready, has_greeted: false, checked_at: now, spoke_at: now };
    futures_util::stream::unfold(following, |mut following| async move {
        let sent = following.next().await?;
        following.spoke_at = Instant::now();
        Some((Ok(sent), following))
    })
}

impl Following {
    /// What is said next; `None` ends the stream.
    async fn next(&mut self) -> Option<SentEvent> {
        if !self.has_greeted {
            self.has_greeted = true;
            // Its id is the place this stream starts from, so that a browser that reconnects misses nothing.
            return Some(self.news("hello").id(self.after.0.to_string()));
        }
        loop {
            if self.checked_at.elapsed() >= self.listener.rhythm.recheck && !self.may_still_listen().await {
                return None;
            }
            if let Some(view) = self.ready.pop_front() {
                let sent = SentEvent::default().id(view.seq.to_string()).event(view.kind.clone());
                return Some(sent.json_data(&view).unwrap_or_default());
            }
            // Also while many events that nobody asked for are passed over.
            if self.spoke_at.elapsed() >= self.listener.rhythm.heartbeat {
                return Some(self.news("heartbeat"));
            }
            self.read_on().await?;
        }
    }

    /// An event about the stream itself, with the newest number.
    fn news(&self, name: &str) -> SentEvent {
        let head = self.head.borrow().0;
        SentEvent::default().event(name).json_data(json!({ "head": head })).unwrap_or_default()
    }

    /// The next rows, or a wait for some.
    async fn read_on(&mut self) -> Option<()> {
        let batch = match self.listener.context.store.events_after(self.after, BATCH).await {
            Ok(batch) => batch,
            Err(error) => {
                tracing::warn!(%error, "an event stream ends: {error}");
                return None;
            }
        };
        if let Some(last) = batch.last() {
            self.after = last.seq;
            let wanted = batch.iter().filter(|event| self.query.wants(event, &self.listener.scope));
            self.ready.extend(wanted.map(EventView::from));
        } else {
            let _ = tokio::time::timeout(POLL.min(self.listener.rhythm.heartbeat), self.head.changed()).await;
        }
        Some(())
    }

    /// Asks again who listens: tokens and sessions end, and roles change.
    async fn may_still_listen(&mut self) -> bool {
        self.checked_at = Instant::now();
        let context = &self.listener.context;
        let Ok(principal) = context.authenticator.authenticate(&self.listener.credential).await else { return false };
        let caller = Caller::new(principal, context.authorizer.clone());
        self.listener.scope = caller.scope(EVENT_READ);
        caller.holds(EVENT_READ)
    }
}
