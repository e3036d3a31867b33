//! Projects: who there is, what they own, who may do what, and the manifest that describes a project.
//!
//! Owns: teams, members, projects, tokens, policies, manifests, saved views, the activity of all. Never: other rooms.
//! Start reading at [`teams`], then [`policies`].

pub mod activity;
pub mod manifests;
pub mod policies;
pub mod projects;
pub mod teams;
pub mod tokens;
pub mod views;

use roadbed_capability::manifest::ManifestSection;
use roadbed_capability::{Capability, Context};
use roadbed_store::MigrationSet;
use std::sync::Arc;

/// Tables of the room.
pub const MIGRATIONS: &[MigrationSet] =
    &[teams::MIGRATIONS, projects::MIGRATIONS, tokens::MIGRATIONS, manifests::MIGRATIONS, views::MIGRATIONS];

/// All capabilities of the room. `sections` are the manifest sections of every room.
#[must_use]
pub fn capabilities(
    context: &Context,
    tokens: &Arc<tokens::Tokens>,
    sections: Vec<Arc<dyn ManifestSection>>,
) -> Vec<Capability> {
    vec![
        teams::capability(context),
        projects::capability(context),
        tokens::capability(context, tokens),
        manifests::capability(context, sections),
        activity::capability(context),
        views::capability(context),
    ]
}
