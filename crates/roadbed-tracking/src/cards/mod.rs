//! # Cards
//!
//! **Purpose.** One page about a version for people who have to judge it: where it came from, what was measured, who agreed, where it was
//! in production, and what nobody looked at.
//!
//! **Words.** A *card* is made when it is asked for, from what the platform knows. What people wrote (descriptions, the tag `model.card` of
//! the version or its model) stands in it as they wrote it, in quotes that say so. *Limits* are what the card cannot vouch for.
//!
//! **How.** Everything that is not ours is quoted so that no name or text can end its place in the page, make a link, load a picture or
//! become HTML.
//!
//! **States.** None; it keeps nothing.
//!
//! **Reads and writes.** Reads `models`, `runs`, `approvals`, `production`, `signatures` and `scans`; writes nothing.
//!
//! **Endpoints.** `/api/v1/models/{model}/versions/{version}/card`, Markdown or, with `Accept: application/json`, JSON.
//!
//! **Not here.** The list of parts for machines: `boms`.

mod api;
mod card;
mod gather;
mod markdown;
mod quote;

pub use api::capability;

#[cfg(test)]
mod tests;
