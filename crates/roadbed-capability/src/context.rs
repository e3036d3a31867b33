//! What every capability is built with.

use crate::caller::{Authenticator, Authorizer};
use crate::problem::Problem;
use crate::records::Records;
use crate::wake::WakeUps;
use roadbed_blobs::Blobs;
use roadbed_contracts::gate::{Finding, Gate, Intent, Severity};
use roadbed_core::{Clock, IdSource};
use roadbed_seal::Seals;
use roadbed_store::{Store, StoreError, Transaction};
use std::sync::Arc;

/// Shared by all capabilities of one control process. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    pub store: Store,
    pub blobs: Blobs,
    pub records: Records,
    pub seals: Seals,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn IdSource>,
    pub authenticator: Arc<dyn Authenticator>,
    pub authorizer: Arc<dyn Authorizer>,
    pub gates: Arc<Vec<Arc<dyn Gate>>>,
    pub wake_ups: WakeUps,
}

/// Why a write ended without its effect: refused, or only rehearsed.
enum Ending<T> {
    Rehearsed(T),
    Refused(Box<Problem>),
}

impl<T> From<StoreError> for Ending<T> {
    fn from(error: StoreError) -> Self {
        Self::Refused(Box::new(error.into()))
    }
}

impl Context {
    /// Runs a mutation; with `dry_run` everything is checked and rolled back, and the answer is what it would have been.
    ///
    /// # Errors
    /// What `work` refuses, or the store's failure.
    pub async fn mutate<T, F>(&self, dry_run: bool, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: Fn(&mut Transaction<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let ending = self
            .store
            .write(move |tx| match work(tx) {
                Ok(value) if dry_run => Err(Ending::Rehearsed(value)),
                Ok(value) => Ok(value),
                Err(problem) => Err(Ending::Refused(Box::new(problem))),
            })
            .await;
        match ending {
            Ok(value) | Err(Ending::Rehearsed(value)) => Ok(value),
            Err(Ending::Refused(problem)) => Err(*problem),
        }
    }

    /// Asks every gate about an intent. Never call it inside a transaction.
    ///
    /// # Errors
    /// A 422 problem with all refusals; notes and warnings come back as findings.
    pub async fn ask_gates(&self, intent: &Intent) -> Result<Vec<Finding>, Problem> {
        let mut findings = Vec::new();
        for gate in self.gates.iter() {
            findings.extend(gate.check(intent).await);
        }
        let (refusals, rest): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| finding.severity == Severity::Refused);
        if refusals.is_empty() { Ok(rest) } else { Err(Problem::refused(&refusals)) }
    }
}
