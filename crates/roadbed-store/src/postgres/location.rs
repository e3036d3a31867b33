//! Where the database is, and connecting to it.

use super::errors::{convert, unreachable_database};
use crate::config::Durability;
use crate::error::StoreError;
use postgres::{Client, Config, NoTls};
use roadbed_core::Secret;
use std::time::Duration;

const CONNECT_TIMEOUT_SECONDS: u64 = 10;
/// A server that does not acknowledge packets for this long is gone.
const SILENCE_TIMEOUT_SECONDS: u64 = 30;

/// A database and a schema in it.
#[derive(Debug, Clone)]
pub(crate) struct PostgresLocation {
    url: Secret,
    schema: Option<String>,
    durability: Durability,
}

impl PostgresLocation {
    pub(crate) fn new(url: Secret, schema: Option<String>, durability: Durability) -> Result<Self, StoreError> {
        let plain = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
                && name.len() <= 63
        };
        match &schema {
            Some(name) if !plain(name) => Err(StoreError::Open {
                detail: format!("{name:?} is no schema name: use lower-case letters, digits and '_', at most 63"),
            }),
            _ => Ok(Self { url, schema, durability }),
        }
    }

    /// A connection with the settings every one of them has.
    pub(super) fn connect(&self) -> Result<Client, StoreError> {
        let mut config: Config = self.url.expose().parse().map_err(|error: postgres::Error| StoreError::Open {
            detail: format!("the database URL does not parse: {error}; write postgres://user:password@host:5432/name"),
        })?;
        config.application_name("roadbed");
        config.connect_timeout(Duration::from_secs(CONNECT_TIMEOUT_SECONDS));
        config.tcp_user_timeout(Duration::from_secs(SILENCE_TIMEOUT_SECONDS));
        let mut client = config.connect(NoTls).map_err(|error| unreachable_database(&error))?;
        let mut settings = String::from(
            "SET client_min_messages = warning; SET idle_in_transaction_session_timeout = '2s'; SET lock_timeout = '30s'; \
             SET default_transaction_isolation = 'read committed'; SET standard_conforming_strings = on;",
        );
        settings.push_str(match self.durability {
            Durability::Full => "SET synchronous_commit = on;",
            Durability::Off => "SET synchronous_commit = off;",
        });
        if let Some(schema) = &self.schema {
            settings.push_str(&format!("SET search_path = \"{schema}\";"));
        }
        client.batch_execute(&settings).map_err(|error| convert(&error, &settings))?;
        Ok(client)
    }

    /// Makes the schema when it is missing.
    pub(super) fn create_schema(&self, client: &mut Client) -> Result<(), StoreError> {
        let Some(schema) = &self.schema else { return Ok(()) };
        let sql = format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\"");
        client.batch_execute(&sql).map_err(|error| convert(&error, &sql))
    }

    /// A number that stands for this schema, for advisory locks and channel names.
    pub(super) fn number(&self) -> i32 {
        let hash = blake3::hash(self.schema.as_deref().unwrap_or("public").as_bytes());
        let [first, second, third, fourth, ..] = *hash.as_bytes();
        i32::from_le_bytes([first, second, third, fourth])
    }

    pub(super) fn channel(&self) -> String {
        format!("roadbed_head_{}", self.number().unsigned_abs())
    }
}
