//! What can be changed about the nouns. Addresses are those of the OpenAPI document.

use super::endpoint::Given::{Default, Name, Optional, Required};
use super::endpoint::Kind::{Json, Number, Text, Truth};
use super::endpoint::Method::{Patch, Put};
use super::endpoint::Place::{Body, Header, Path, Query};
use super::endpoint::{Action, Endpoint, Given, Kind, Parameter, Place};
use super::{governed, told, tracked};

const fn parameter(name: &'static str, place: Place, given: Given, kind: Kind, about: &'static str) -> Parameter {
    Parameter { name, place, given, kind, about }
}

const IF_MATCH: Parameter =
    parameter("if-match", Header, Optional, Text, "Only while it has this version; exits with 7 when it has another");
const TEAM: Parameter = parameter("team", Query, Optional, Text, "Team of the object");

/// By word of the noun; those of tracking stand with their nouns.
pub(crate) static UPDATES: [(&str, Action); 6] = [
    (
        "project",
        Action::Call(&[Endpoint::new(
            Patch,
            "/api/v1/projects/{project}",
            &[
                parameter("project", Path, Name, Text, ""),
                TEAM,
                parameter("description", Body, Required, Text, "What it is, for people"),
                IF_MATCH,
            ],
        )]),
    ),
    (
        "view",
        Action::Call(&[Endpoint::new(
            Patch,
            "/api/v1/views/{id}",
            &[
                parameter("id", Path, Name, Text, ""),
                parameter("name", Body, Optional, Text, "Another name"),
                parameter("query", Body, Optional, Text, "Query of the page's address"),
                parameter("shared", Body, Optional, Truth, "Whether the team sees it: true or false"),
                IF_MATCH,
            ],
        )]),
    ),
    (
        "member",
        Action::Call(&[Endpoint::new(
            Put,
            "/api/v1/teams/{team}/members/{user}",
            &[
                parameter("user", Path, Name, Text, ""),
                parameter("team", Path, Default("default"), Text, "Team"),
                parameter("role", Body, Required, Text, "viewer, developer, deployer or admin"),
                IF_MATCH,
            ],
        )]),
    ),
    (
        "price",
        Action::Call(&[Endpoint::new(
            Put,
            "/api/v1/prices/{resource}",
            &[
                parameter("resource", Path, Name, Text, ""),
                parameter("pico_price", Body, Required, Number, "Millionths of a millionth of the currency"),
                IF_MATCH,
            ],
        )]),
    ),
    (
        "service",
        Action::Call(&[Endpoint::new(
            Patch,
            "/api/v1/services/{service}",
            &[
                parameter("service", Path, Name, Text, ""),
                parameter("settings", Body, Required, Json, "Settings to change, such as '{\"concurrency\": 16}'"),
                IF_MATCH,
            ],
        )]),
    ),
    ("token", Action::Instead("a token is never changed: create another one and delete this one")),
];

static NOTHING: Action = Action::Instead("there is nothing to change about it");

/// What changes an object of the noun.
pub(crate) fn update_of(word: &str) -> &'static Action {
    let all = UPDATES.iter().chain(&tracked::UPDATES).chain(&governed::UPDATES).chain(&told::UPDATES);
    all.into_iter().find(|(noun, _)| *noun == word).map_or(&NOTHING, |(_, action)| action)
}
