use super::model::{PriceBook, PriceChange, Resource};
use roadbed_core::PicoPrice;
use roadbed_store::{Execute, Query, Row, StoreError, Transaction, params};

/// The built-in prices with those set over them.
pub(super) fn book(r: &mut impl Query) -> Result<PriceBook, StoreError> {
    let mut book = PriceBook::default();
    let set = r.query("SELECT resource, pico_price FROM prices_prices", params![], |row| {
        Ok((row.parse::<Resource>("resource")?, PicoPrice(row.get("pico_price")?)))
    })?;
    for (resource, price) in set {
        match resource {
            Resource::CpuHour => book.cpu_hour = price,
            Resource::MemoryGibHour => book.memory_gib_hour = price,
        }
    }
    Ok(book)
}

/// The last change of each resource that has one.
pub(super) fn current(r: &mut impl Query) -> Result<Vec<PriceChange>, StoreError> {
    let sql = format!(
        "{CHANGE} c WHERE c.version = (SELECT MAX(o.version) FROM prices_changes o WHERE o.resource = c.resource)"
    );
    r.query(&sql, params![], change)
}

/// Changes of one resource before a version, newest first.
pub(super) fn changes(
    r: &mut impl Query,
    resource: Resource,
    before: i64,
    limit: u32,
) -> Result<Vec<PriceChange>, StoreError> {
    let sql = format!("{CHANGE} c WHERE c.resource = ?1 AND c.version < ?2 ORDER BY c.version DESC LIMIT {limit}");
    r.query(&sql, params![resource.as_str(), before], change)
}

const CHANGE: &str = "SELECT c.resource, c.version, c.pico_price, c.set_at, c.actor, c.actor_name FROM prices_changes";

fn change(row: &Row) -> Result<PriceChange, StoreError> {
    Ok(PriceChange {
        resource: row.parse("resource")?,
        version: row.get("version")?,
        price: PicoPrice(row.get("pico_price")?),
        set_at: row.get("set_at")?,
        actor: row.get("actor")?,
        actor_name: row.get("actor_name")?,
    })
}

/// Writes the price in force and the change that led to it.
pub(super) fn put(tx: &mut Transaction<'_>, change: &PriceChange) -> Result<(), StoreError> {
    let (resource, price) = (change.resource.as_str(), change.price.0);
    let sql = "INSERT INTO prices_prices (resource, pico_price, set_at) VALUES (?1, ?2, ?3)
               ON CONFLICT (resource) DO UPDATE SET pico_price = excluded.pico_price, set_at = excluded.set_at";
    tx.execute(sql, params![resource, price, change.set_at])?;
    let sql = "INSERT INTO prices_changes (resource, version, pico_price, set_at, actor, actor_name)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (actor, name) = (change.actor.as_str(), change.actor_name.as_str());
    tx.execute(sql, params![resource, change.version, price, change.set_at, actor, name])?;
    Ok(())
}
