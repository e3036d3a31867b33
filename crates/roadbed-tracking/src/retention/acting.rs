//! Who deletes and purges, and how far.

use crate::mlflow::MlflowError;
use roadbed_contracts::events::EventHeader;
use roadbed_store::{Lease, Transaction};

/// Who does it, and how far.
#[derive(Clone)]
pub(super) struct Acting {
    pub header: EventHeader,
    pub lease: Option<Lease>,
    pub dry_run: bool,
}

impl Acting {
    pub(super) fn check(&self, tx: &mut Transaction<'_>) -> Result<(), MlflowError> {
        if let Some(lease) = &self.lease {
            tx.check_lease(lease)?;
        }
        Ok(())
    }
}
