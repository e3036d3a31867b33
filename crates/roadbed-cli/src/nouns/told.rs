//! Nouns of who is told what happens, on `/api/v1`.

use super::endpoint::Given::{Name, Optional, Required};
use super::endpoint::Kind::{After, Before, List, Text, Truth};
use super::endpoint::Method::{Delete, Get, Patch, Post};
use super::endpoint::Place::{Body, Header, Path, Query};
use super::endpoint::{Action, Endpoint, Given, Kind, Noun, Pages, Parameter, Place};
use crate::output::{Shape, Shown};

const fn parameter(name: &'static str, place: Place, given: Given, kind: Kind, about: &'static str) -> Parameter {
    Parameter { name, place, given, kind, about }
}

const TEAM: Parameter = parameter("x-roadbed-team", Header, Optional, Text, "Team the webhook belongs to");
const HOOK: Parameter = parameter("webhook", Path, Name, Text, "");
const OF_HOOK: Parameter = parameter("webhook", Path, Name, Before('/'), "");
const DELIVERY_ID: Parameter = parameter("delivery", Path, Name, After('/'), "");
const DESCRIPTION: Parameter = parameter("description", Body, Optional, Text, "What it is, for people");
const ENABLED: Parameter = parameter("enabled", Body, Optional, Truth, "Whether it is told of anything: true or false");

pub(super) const WEBHOOK: Noun = Noun {
    word: "webhook",
    plural: "webhooks",
    about: "addresses that are told when something happens to models (create webhook ci --address https://… --events model_version.created)",
    shape: Shape {
        name: "name",
        columns: &[
            Shown::new("NAME", "name"),
            Shown::new("EVENTS", "events"),
            Shown::new("ENABLED", "enabled"),
            Shown::new("HEALTH", "health"),
            Shown::new("FAILING SINCE", "failing_since"),
            Shown::new("URL", "url").wide(),
            Shown::new("SIGNED", "signed").wide(),
            Shown::new("LAST ERROR", "last_error").wide(),
            Shown::new("VERSION", "version").wide(),
            Shown::new("ID", "id").wide(),
            Shown::new("CREATED", "created_at").wide(),
        ],
    },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/webhooks", &[TEAM]).items("items", Pages::One)]),
    get: Action::Call(&[Endpoint::new(Get, "/api/v1/webhooks/{webhook}", &[HOOK, TEAM])]),
    create: Action::Call(&[Endpoint::new(
        Post,
        "/api/v1/webhooks",
        &[
            parameter("name", Body, Name, Text, ""),
            parameter("url", Body, Required, Text, "Address that is called: https://…"),
            parameter(
                "events",
                Body,
                Required,
                List,
                "What it is told of, such as model_version.created,model_alias.moved,approval.given,production.changed",
            ),
            parameter("secret", Body, Optional, Text, "What deliveries are signed with; never shown again"),
            DESCRIPTION,
            ENABLED,
            TEAM,
        ],
    )]),
    delete: Action::Call(&[Endpoint::new(Delete, "/api/v1/webhooks/{webhook}", &[HOOK, TEAM])]),
};

pub(super) const DELIVERY: Noun = Noun {
    word: "delivery",
    plural: "deliveries",
    about: "what was and is sent to a webhook (list delivery WEBHOOK)",
    shape: Shape {
        name: "id",
        columns: &[
            Shown::new("ID", "id"),
            Shown::new("EVENT", "event"),
            Shown::new("STATE", "state"),
            Shown::new("ATTEMPTS", "attempts"),
            Shown::new("STATUS", "status"),
            Shown::new("ERROR", "error"),
            Shown::new("NEXT", "next_attempt_at"),
            Shown::new("LAST", "last_attempt_at").wide(),
            Shown::new("ANSWER", "answer").wide(),
            Shown::new("CREATED", "created_at").wide(),
        ],
    },
    list: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/webhooks/{webhook}/deliveries",
        &[HOOK, parameter("state", Query, Optional, Text, "Only those that are waiting, delivered or given_up"), TEAM],
    )
    .items("items", Pages::Cursor)]),
    get: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/webhooks/{webhook}/deliveries/{delivery}",
        &[OF_HOOK, DELIVERY_ID, TEAM],
    )]),
    create: Action::Instead("an event makes a delivery; send an example: roadbed test webhook NAME"),
    delete: Action::Instead("deliveries go after 30 days, or with their webhook: roadbed delete webhook NAME"),
};

/// What can be changed about them, by word.
pub(super) static UPDATES: [(&str, Action); 2] = [
    (
        "webhook",
        Action::Call(&[Endpoint::new(
            Patch,
            "/api/v1/webhooks/{webhook}",
            &[
                HOOK,
                parameter("name", Body, Optional, Text, "Another name"),
                parameter("url", Body, Optional, Text, "Another address"),
                parameter("events", Body, Optional, List, "What it is told of from now on"),
                parameter("secret", Body, Optional, Text, "Another secret; empty: signed no more"),
                DESCRIPTION,
                ENABLED,
                parameter(
                    "if-match",
                    Header,
                    Optional,
                    Text,
                    "Only while it has this version; exits with 7 when it has another",
                ),
                TEAM,
            ],
        )]),
    ),
    (
        "delivery",
        Action::Call(&[Endpoint::new(
            Post,
            "/api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver",
            &[OF_HOOK, DELIVERY_ID, TEAM],
        )]),
    ),
];
