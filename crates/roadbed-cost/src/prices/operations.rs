use super::model::{PriceBook, PriceChange, PriceSet, PricesError, Resource};
use super::store;
use roadbed_capability::extract::IfMatch;
use roadbed_capability::{Caller, Context, Grantee, Permission, Problem, Resource as Acted};
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_core::PicoPrice;
use roadbed_store::{Execute as _, Query, StoreError};

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

    /// The book with who set what.
    pub(super) async fn shown(&self) -> Result<ShownBook, StoreError> {
        self.context.store.read(|r| shown(r)).await
    }

    /// Changes of one resource before a version, newest first.
    pub(super) async fn changes(
        &self,
        resource: &str,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<PriceChange>, Problem> {
        let resource: Resource = resource.parse()?;
        let before = before.unwrap_or(i64::MAX);
        Ok(self.context.store.read(move |r| store::changes(r, resource, before, limit)).await?)
    }

    pub(super) async fn set(
        &self,
        caller: &Caller,
        resource: &str,
        pico: i64,
        seen: IfMatch,
        dry_run: bool,
    ) -> Result<ShownBook, Problem> {
        caller.require(PRICE_WRITE, Acted::Platform)?;
        let resource: Resource = resource.parse()?;
        if !(0..=HIGHEST_PRICE).contains(&pico) {
            return Err(PricesError::OutOfRange.into());
        }
        let (actor, actor_name) = (caller.actor(), caller.principal().name.clone());
        self.context
            .mutate(dry_run, move |tx| {
                let version = store::changes(tx, resource, i64::MAX, 1)?.first().map_or(0, |last| last.version);
                seen.check(version)?;
                let change = PriceChange {
                    resource,
                    version: version + 1,
                    price: PicoPrice(pico),
                    set_at: tx.now(),
                    actor: actor.as_str().to_owned(),
                    actor_name: actor_name.clone(),
                };
                store::put(tx, &change)?;
                let header = EventHeader::new(Subject::new("price", resource.as_str()), actor.clone());
                tx.emit(&header, &PriceSet { resource: resource.as_str().to_owned(), pico_price: pico })?;
                Ok(shown(tx)?)
            })
            .await
    }
}

/// The book with the last change of each resource that has one.
pub(super) struct ShownBook {
    pub(super) book: PriceBook,
    pub(super) changes: Vec<PriceChange>,
}

fn shown(r: &mut impl Query) -> Result<ShownBook, StoreError> {
    Ok(ShownBook { book: store::book(r)?, changes: store::current(r)? })
}
