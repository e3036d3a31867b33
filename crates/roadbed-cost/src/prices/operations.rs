use super::model::{PriceBook, PriceSet, PricesError, Resource};
use super::store;
use roadbed_capability::{Caller, Context, Grantee, Permission, Problem, Resource as Acted};
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_core::PicoPrice;
use roadbed_store::StoreError;

pub const PRICE_READ: Permission = Permission::new("price:read", Grantee::Viewer);
pub const PRICE_WRITE: Permission = Permission::new("price:write", Grantee::PlatformAdmin);

/// 1 million of the currency, in pico-units.
const HIGHEST_PRICE: i64 = 1_000_000_000_000_000_000;

/// Use cases of the price book.
#[derive(Clone)]
pub struct PriceBooks {
    context: Context,
}

impl PriceBooks {
    #[must_use]
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone() }
    }

    /// The prices in force.
    ///
    /// # Errors
    /// The store fails.
    pub async fn book(&self) -> Result<PriceBook, StoreError> {
        self.context.store.read(|r| store::book(r)).await
    }

    pub(super) async fn set(
        &self,
        caller: &Caller,
        resource: &str,
        pico: i64,
        dry_run: bool,
    ) -> Result<PriceBook, Problem> {
        caller.require(PRICE_WRITE, Acted::Platform)?;
        let resource: Resource = resource.parse()?;
        if !(0..=HIGHEST_PRICE).contains(&pico) {
            return Err(PricesError::OutOfRange.into());
        }
        let actor = caller.actor();
        self.context
            .mutate(dry_run, move |tx| {
                store::put(tx, resource, PicoPrice(pico))?;
                let header = EventHeader::new(Subject::new("price", resource.as_str()), actor.clone());
                tx.emit(&header, &PriceSet { resource: resource.as_str().to_owned(), pico_price: pico })?;
                Ok(store::book(tx)?)
            })
            .await
    }
}
