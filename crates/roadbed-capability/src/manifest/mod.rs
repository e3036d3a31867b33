//! The project's file `roadbed.yaml`: read with the place of every value, checked by the sections that capabilities bring, and applied
//! three ways (last applied, new, live).
//!
//! - [`Document`] turns text into a tree of [`Node`]s that know their line, column and key path.
//! - [`Fields`] and [`Field`] read the tree. They collect [`Diagnostic`]s instead of stopping at the first.
//! - [`SectionSyntax`] and [`ManifestSection`] are what a capability brings for its top-level key; [`Manifest::check`] asks all of them and
//!   needs neither server nor store.
//! - [`three_way`] and [`three_way_objects`] say what an apply changes, [`merge`] which layer a default came from.
//!
//! Not here: what a key means (its capability knows), and the endpoint that plans and applies (projects).

mod check;
mod diagnostic;
mod document;
mod field;
mod fields;
mod json;
mod layers;
mod nearest;
mod node;
mod plan;
mod scalar;
mod three_way;

pub use check::{Checked, LATER_KEYS, Manifest};
pub use diagnostic::{Diagnostic, DiagnosticSeverity, Diagnostics};
pub use document::Document;
pub use field::Field;
pub use fields::Fields;
pub use layers::{Layer, LayerValues, Merged, Origin, merge};
pub use node::{Key, KeyPath, Node, Place};
pub use plan::{ChangeAction, ManifestSection, OWNER, PlanContext, PlannedChange, SectionSyntax};
pub use three_way::{FieldChange, FieldChangeKind, ObjectChange, three_way, three_way_objects};

#[cfg(test)]
mod tests;
