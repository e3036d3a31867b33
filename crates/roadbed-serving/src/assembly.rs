//! Puts the room's capabilities together.

use crate::gateways::GatewayLiveness;
use crate::settings::{ServingSettings, UsedPorts};
use crate::{gateways, revisions, rollouts, services, traffic};
use roadbed_capability::manifest::SectionSyntax;
use roadbed_capability::records::RecordKind;
use roadbed_capability::{Capability, Context};

/// Kinds of records the room declares: `traffic`.
#[must_use]
pub fn record_kinds() -> Vec<RecordKind> {
    gateways::record_kinds()
}

/// How the room's parts of the manifest are written; checking them needs no server.
#[must_use]
pub fn manifest_syntax() -> Vec<SectionSyntax> {
    vec![rollouts::SYNTAX]
}

/// The room, wired.
pub struct Serving {
    pub capabilities: Vec<Capability>,
    pub gateways: GatewayLiveness,
    pub services: services::Services,
}

/// All capabilities of the room. Each uses only those before it: gateways, services, revisions, traffic, rollouts.
#[must_use]
pub fn capabilities(context: &Context, used: UsedPorts, settings: ServingSettings) -> Serving {
    let UsedPorts { directory, registry, grants, jobs: _ } = used;
    let ServingSettings { gateway_url } = settings;
    let gateways = gateways::Gateways::new(context);
    let services =
        services::Services::new(context, gateways.clone(), directory, &gateway_url, rollouts::open_rollout_of);
    let revisions = revisions::Revisions::new(services.clone());
    let rollouts = rollouts::Rollouts::new(services.clone(), registry);
    let capabilities = vec![
        gateways::capability(&gateways, grants),
        services::capability(&services),
        revisions::capability(&revisions),
        traffic::capability(&services),
        rollouts::capability(&rollouts),
    ];
    Serving { capabilities, gateways: gateways.liveness(), services }
}
