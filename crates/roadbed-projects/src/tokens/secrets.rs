use super::model::{Kind, Token, TokenIssued, TokenRevoked, TokensError, hash_of, random_secret};
use super::operations::Tokens;
use super::store;
use async_trait::async_trait;
use roadbed_contracts::events::{Actor, EventHeader, Subject};
use roadbed_contracts::ports::{IssuedToken, PortError, Secrets, WorkloadGrant};
use roadbed_core::{TokenId, WorkloadId};

fn failed(error: &TokensError) -> PortError {
    PortError::Failed(error.to_string())
}

#[async_trait]
impl Secrets for Tokens {
    async fn issue(&self, grant: &WorkloadGrant) -> Result<IssuedToken, PortError> {
        let secret = random_secret("rb_").map_err(|error| failed(&error))?;
        let token = Token {
            id: TokenId::from_u128(self.context.ids.next()),
            name: format!("workload {}", grant.workload),
            kind: Kind::Workload,
            user: None,
            team: None,
            instance: Some(grant.instance),
            actions: None,
            workload: Some(grant.workload),
            job: grant.job,
            created_at: self.context.clock.now(),
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
        };
        let (id, hash) = (token.id, hash_of(secret.expose()));
        let written = self.context.store.write(move |tx| -> Result<(), TokensError> {
            store::insert(tx, &token, &hash)?;
            let cause = match token.job {
                Some(job) => tx.last_event_about(&Subject::new("job", job))?,
                None => None,
            };
            let header = EventHeader::new(Subject::new("token", id), Actor::system()).with_cause(cause);
            tx.emit(&header, &TokenIssued { token: id, name: token.name.clone(), kind: token.kind.as_str().into() })?;
            Ok(())
        });
        written.await.map_err(|error| failed(&error))?;
        Ok(IssuedToken { id, token: secret })
    }

    async fn revoke(&self, workload: WorkloadId) -> Result<(), PortError> {
        let written = self.context.store.write(move |tx| -> Result<(), TokensError> {
            for token in store::live_of_workload(tx, workload)? {
                store::revoke(tx, token.id)?;
                let header = EventHeader::new(Subject::new("token", token.id), Actor::system());
                tx.emit(&header, &TokenRevoked { token: token.id })?;
            }
            Ok(())
        });
        written.await.map_err(|error| failed(&error))
    }
}
