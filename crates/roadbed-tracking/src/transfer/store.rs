//! Rows of `transfer_whole` (records lane).

use roadbed_contracts::transfer::WholeLine;
use roadbed_core::TeamId;
use roadbed_store::{Appender, Execute, Query, Reader, StoreError, params};

pub(super) fn note(append: &mut Appender<'_>, team: TeamId, lines: &[WholeLine]) -> Result<(), StoreError> {
    let mut values = Vec::with_capacity(lines.len() * 3);
    for WholeLine { item, mark } in lines {
        values.extend_from_slice(params![team, item, mark]);
    }
    let sql = "INSERT INTO transfer_whole (team_id, item, mark) VALUES {rows} \
               ON CONFLICT (team_id, item) DO UPDATE SET mark = excluded.mark";
    append.execute_rows(sql, 3, &[0, 1], &values)?;
    Ok(())
}

/// By item, `limit` of them behind `after`.
pub(super) fn whole(
    reader: &mut Reader<'_>,
    team: TeamId,
    after: &str,
    limit: usize,
) -> Result<Vec<WholeLine>, StoreError> {
    let sql = "SELECT item, mark FROM transfer_whole WHERE team_id = ?1 AND item > ?2 ORDER BY item LIMIT ?3";
    reader
        .query(sql, params![team, after, limit], |row| Ok(WholeLine { item: row.get("item")?, mark: row.get("mark")? }))
}
