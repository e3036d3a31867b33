use roadbed_capability::Problem;
use roadbed_contracts::events::{EventBody, EventClass};
use roadbed_contracts::records::{Capacity, Usage};
use roadbed_core::{Currency, PicoPrice, Timestamp};
use roadbed_store::StoreError;
use serde::{Deserialize, Serialize};

/// What has a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// One CPU for one hour.
    CpuHour,
    /// One GiB of memory for one hour.
    MemoryGibHour,
}

impl Resource {
    pub const ALL: [Self; 2] = [Self::CpuHour, Self::MemoryGibHour];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CpuHour => "cpu_hour",
            Self::MemoryGibHour => "memory_gib_hour",
        }
    }

    /// What one unit is, for people.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::CpuHour => "one CPU core for one hour",
            Self::MemoryGibHour => "one GiB of memory for one hour",
        }
    }

    /// Around what large clouds ask for a general-purpose machine: 0.04 and 0.005 of the currency.
    #[must_use]
    pub const fn built_in(self) -> PicoPrice {
        match self {
            Self::CpuHour => PicoPrice(40_000_000_000),
            Self::MemoryGibHour => PicoPrice(5_000_000_000),
        }
    }
}

impl std::str::FromStr for Resource {
    type Err = PricesError;
    fn from_str(text: &str) -> Result<Self, PricesError> {
        let found = Self::ALL.into_iter().find(|resource| resource.as_str() == text);
        found.ok_or_else(|| PricesError::UnknownResource(text.chars().take(60).collect()))
    }
}

/// A price that somebody set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PriceChange {
    pub resource: Resource,
    /// From 1, by resource.
    pub version: i64,
    pub price: PicoPrice,
    pub set_at: Timestamp,
    /// As in events.
    pub actor: String,
    /// Name of the person or program.
    pub actor_name: String,
}

/// Prices in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceBook {
    pub currency: Currency,
    pub cpu_hour: PicoPrice,
    pub memory_gib_hour: PicoPrice,
}

const CPU_MICROS_PER_HOUR: i128 = 3_600_000_000;
const KIB_MILLIS_PER_GIB_HOUR: i128 = 1_048_576 * 3_600_000;

impl Default for PriceBook {
    fn default() -> Self {
        Self {
            currency: Currency::USD,
            cpu_hour: Resource::CpuHour.built_in(),
            memory_gib_hour: Resource::MemoryGibHour.built_in(),
        }
    }
}

impl PriceBook {
    #[must_use]
    pub const fn price(&self, resource: Resource) -> PicoPrice {
        match resource {
            Resource::CpuHour => self.cpu_hour,
            Resource::MemoryGibHour => self.memory_gib_hour,
        }
    }

    /// The cost in pico-units of CPU time (microseconds) and memory over time (KiB-milliseconds).
    fn pico(&self, cpu_micros: u64, memory_kib_millis: u64) -> i128 {
        let cpu = i128::from(self.cpu_hour.0) * i128::from(cpu_micros) / CPU_MICROS_PER_HOUR;
        let memory = i128::from(self.memory_gib_hour.0) * i128::from(memory_kib_millis) / KIB_MILLIS_PER_GIB_HOUR;
        cpu + memory
    }

    /// What was used, in pico-units.
    #[must_use]
    pub fn usage(&self, usage: &Usage) -> i128 {
        self.pico(usage.cpu_micros, usage.memory_kib_millis)
    }

    /// What a machine offered, used or not, in pico-units.
    #[must_use]
    pub fn capacity(&self, capacity: &Capacity) -> i128 {
        let millis = u64::try_from(capacity.to.since(capacity.from).as_millis()).unwrap_or(u64::MAX);
        self.pico(
            u64::from(capacity.cpu_millis).saturating_mul(millis),
            (capacity.memory_bytes >> 10).saturating_mul(millis),
        )
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PricesError {
    #[error("{0:?} has no price; known are cpu_hour and memory_gib_hour")]
    UnknownResource(String),
    #[error("a price is 0 or more, and at most 1 million of the currency")]
    OutOfRange,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PricesError> for Problem {
    fn from(error: PricesError) -> Self {
        let detail = error.to_string();
        match error {
            PricesError::UnknownResource(_) => Self::not_found("prices.unknown_resource", detail),
            PricesError::OutOfRange => Self::bad_request("prices.out_of_range", detail).with_field("pico_price"),
            PricesError::Store(error) => error.into(),
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PriceSet {
    pub resource: String,
    pub pico_price: i64,
}
impl EventBody for PriceSet {
    const KIND: &'static str = "PriceSet";
    const CLASS: EventClass = EventClass::Audit;
}
