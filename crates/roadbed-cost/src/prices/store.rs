use super::model::{PriceBook, Resource};
use roadbed_core::PicoPrice;
use roadbed_store::{Execute, Query, StoreError, Transaction, params};

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

pub(super) fn put(tx: &mut Transaction<'_>, resource: Resource, price: PicoPrice) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "INSERT INTO prices_prices (resource, pico_price, set_at) VALUES (?1, ?2, ?3)
               ON CONFLICT (resource) DO UPDATE SET pico_price = excluded.pico_price, set_at = excluded.set_at";
    tx.execute(sql, params![resource.as_str(), price.0, now])?;
    Ok(())
}
