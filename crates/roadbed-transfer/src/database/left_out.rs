//! What lies in MLflow's tables and is not carried.

use super::engine::Engine;
use super::store::count;
use crate::error::TransferError;
use crate::source::LeftOut;

/// Name, table, column it needs, condition, reason.
const KINDS: &[(&str, &str, Option<&str>, &str, &str)] = &[
    ("traces", "trace_info", None, "1 = 1", "Roadbed keeps no traces"),
    ("assessments", "assessments", None, "1 = 1", "they belong to traces"),
    ("evaluation datasets", "evaluation_datasets", None, "1 = 1", "Roadbed has no such thing"),
    ("scorers", "scorers", None, "1 = 1", "Roadbed has no such thing"),
    ("issues", "issues", None, "1 = 1", "Roadbed has no such thing"),
    (
        "webhooks",
        "webhooks",
        None,
        "1 = 1",
        "their secrets are encrypted for MLflow; Roadbed's events take their place",
    ),
    ("gateway endpoints", "endpoints", None, "1 = 1", "routes to models are made in Roadbed anew"),
    ("gateway secrets", "secrets", None, "1 = 1", "they are encrypted for MLflow"),
    (
        "links of prompts",
        "entity_associations",
        None,
        "1 = 1",
        "links of prompts to traces and datasets have nothing to lead to",
    ),
    (
        "times of deletion",
        "runs",
        Some("deleted_time"),
        "deleted_time IS NOT NULL",
        "deleted runs are carried, not when they were deleted",
    ),
    (
        "users of versions",
        "model_versions",
        Some("user_id"),
        "user_id IS NOT NULL AND user_id <> ''",
        "Roadbed's audit log says who registers",
    ),
];

pub(super) fn left_out(engine: &mut Engine, workspace: &str) -> Result<Vec<LeftOut>, TransferError> {
    let mut found = Vec::new();
    for (what, table, needs, condition, reason) in KINDS {
        let rows = count(engine, table, *needs, condition)?;
        if rows > 0 {
            found.push(LeftOut { what: (*what).to_owned(), count: Some(rows), reason: (*reason).to_owned() });
        }
    }
    let quoted = workspace.replace('\'', "''");
    let elsewhere = count(engine, "experiments", Some("workspace"), &format!("workspace <> '{quoted}'"))?;
    if elsewhere > 0 {
        found.push(LeftOut {
            what: "experiments of other workspaces".to_owned(),
            count: Some(elsewhere),
            reason: format!("only {workspace} is carried: run it again with --workspace and --team"),
        });
    }
    Ok(found)
}
