//! The keys that the runs of an experiment have (records lane).

use roadbed_store::{Case, Filter, Query, Reader, StoreError, Value, escape_like};

/// What a key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::runs) enum KeyKind {
    Metrics,
    Params,
    Tags,
}

impl KeyKind {
    pub(in crate::runs) const ALL: [Self; 3] = [Self::Metrics, Self::Params, Self::Tags];

    const fn table(self) -> &'static str {
        match self {
            Self::Metrics => "runs_latest_metrics",
            Self::Params => "runs_params",
            Self::Tags => "runs_tags",
        }
    }
}

/// The first `limit` keys of a kind in an experiment that hold `part` (in any case), each with how many runs have it.
pub(in crate::runs) fn keys(
    reader: &mut Reader<'_>,
    experiment: i64,
    (kind, part): (KeyKind, &str),
    limit: usize,
) -> Result<Vec<(String, usize)>, StoreError> {
    let filter = Filter::new().and("experiment = ?", experiment);
    let filter = match part {
        "" => filter,
        part => filter.like("key", &format!("%{}%", escape_like(part)), Case::Insensitive),
    };
    let sql = format!(
        "SELECT key, COUNT(*) AS runs FROM {} WHERE {} GROUP BY key ORDER BY key LIMIT ?{}",
        kind.table(),
        filter.sql(0),
        filter.values().len() + 1
    );
    let values = [filter.values(), &[Value::from(limit)]].concat();
    reader.query(&sql, &values, |row| {
        let runs: i64 = row.get("runs")?;
        Ok((row.get("key")?, usize::try_from(runs).unwrap_or(0)))
    })
}
