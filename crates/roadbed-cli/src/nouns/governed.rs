//! Nouns of what governs the registry, on `/api/v1`.

use super::endpoint::Given::{Name, Optional, Required};
use super::endpoint::Kind::{After, Before, List, Number, Text};
use super::endpoint::Method::{Delete, Get, Post, Put};
use super::endpoint::Place::{Body, Header, Path, Query};
use super::endpoint::{Action, Endpoint, Given, Kind, Noun, Pages, Parameter, Place};
use crate::output::{Shape, Shown};

const fn parameter(name: &'static str, place: Place, given: Given, kind: Kind, about: &'static str) -> Parameter {
    Parameter { name, place, given, kind, about }
}

const TEAM: Parameter = parameter("x-roadbed-team", Header, Optional, Text, "Team the object belongs to");
const MODEL: Parameter = parameter("model", Path, Name, Text, "");
const OF_VERSION: Parameter = parameter("model", Path, Name, Before('/'), "");
const VERSION: Parameter = parameter("version", Path, Name, After('/'), "");
const OF_ALIAS: Parameter = parameter("model", Path, Name, Before('@'), "");
const ALIAS: Parameter = parameter("alias", Path, Name, After('@'), "");
const CONDITIONS: Parameter = parameter(
    "conditions",
    Body,
    Optional,
    List,
    "What must have been measured, such as 'metrics.auc >= 0.9, loss < 1'",
);
const APPROVERS: Parameter =
    parameter("approvers", Body, Optional, Number, "How many people who did not register the version must approve");

pub(super) const APPROVAL: Noun = Noun {
    word: "approval",
    plural: "approvals",
    about: "who agreed that an alias names a version (list approval MODEL/VERSION)",
    shape: Shape {
        name: "id",
        columns: &[
            Shown::new("ID", "id"),
            Shown::new("MODEL", "model"),
            Shown::new("VERSION", "version"),
            Shown::new("ALIAS", "alias"),
            Shown::new("PERSON", "person"),
            Shown::new("STATE", "state"),
            Shown::new("COMMENT", "comment"),
            Shown::new("GIVEN", "given_at").wide(),
            Shown::new("BECAUSE", "revoked_because").wide(),
        ],
    },
    list: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/models/{model}/versions/{version}/approvals",
        &[OF_VERSION, VERSION, TEAM],
    )
    .items("items", Pages::One)]),
    get: Action::Instead("see all of a version: roadbed list approval MODEL/VERSION -o wide"),
    create: Action::Call(&[Endpoint::new(
        Post,
        "/api/v1/models/{model}/versions/{version}/approvals",
        &[
            OF_VERSION,
            VERSION,
            parameter("alias", Body, Required, Text, "The alias that may name the version"),
            parameter("comment", Body, Optional, Text, "What was looked at"),
            TEAM,
        ],
    )]),
    delete: Action::Call(&[Endpoint::new(
        Delete,
        "/api/v1/models/{model}/versions/{version}/approvals/{approval}",
        &[
            OF_VERSION,
            VERSION,
            parameter("approval", Path, Required, Text, "Id of the approval"),
            parameter("because", Query, Optional, Text, "Why it is taken back, for those who ask later"),
            TEAM,
        ],
    )]),
};

const SET_RULE: Endpoint = Endpoint::new(
    Put,
    "/api/v1/models/{model}/approval-rules/{alias}",
    &[OF_ALIAS, ALIAS, CONDITIONS, APPROVERS, TEAM],
);

pub(super) const APPROVAL_RULE: Noun = Noun {
    word: "approval-rule",
    plural: "approval-rules",
    about: "what an alias of a model asks for (create approval-rule MODEL@champion --conditions 'auc >= 0.9' --approvers 2)",
    shape: Shape {
        name: "alias",
        columns: &[
            Shown::new("ALIAS", "alias"),
            Shown::new("CONDITIONS", "conditions"),
            Shown::new("APPROVERS", "approvers"),
            Shown::new("FROM", "from"),
            Shown::new("UPDATED", "updated_at").wide(),
        ],
    },
    list: Action::Call(&[
        Endpoint::new(Get, "/api/v1/models/{model}/approval-rules", &[MODEL, TEAM]).items("items", Pages::One)
    ]),
    get: Action::Instead("see all of a model: roadbed list approval-rule MODEL"),
    create: Action::Call(&[SET_RULE]),
    delete: Action::Call(&[Endpoint::new(
        Delete,
        "/api/v1/models/{model}/approval-rules/{alias}",
        &[OF_ALIAS, ALIAS, TEAM],
    )]),
};

const TEAM_ALIAS: Parameter = parameter("alias", Path, Name, Text, "");
const SET_TEAM_RULE: Endpoint =
    Endpoint::new(Put, "/api/v1/approval-rules/{alias}", &[TEAM_ALIAS, CONDITIONS, APPROVERS, TEAM]);

pub(super) const TEAM_RULE: Noun = Noun {
    word: "team-approval-rule",
    plural: "team-approval-rules",
    about: "what an alias asks for on every model of the team without its own rule",
    shape: APPROVAL_RULE.shape,
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/approval-rules", &[TEAM]).items("items", Pages::One)]),
    get: Action::Find(&["alias"]),
    create: Action::Call(&[SET_TEAM_RULE]),
    delete: Action::Call(&[Endpoint::new(Delete, "/api/v1/approval-rules/{alias}", &[TEAM_ALIAS, TEAM])]),
};

pub(super) const PRODUCTION: Noun = Noun {
    word: "production",
    plural: "productions",
    about: "what a model's aliases and services were at a moment (get production MODEL --at 2026-05-04T12:00:00Z)",
    shape: Shape {
        name: "model",
        columns: &[
            Shown::new("MODEL", "model"),
            Shown::new("AT", "at"),
            Shown::new("ALIASES", "aliases"),
            Shown::new("SERVICES", "services"),
        ],
    },
    list: Action::Instead("ask for one model: roadbed get production MODEL"),
    get: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/models/{model}/production",
        &[
            MODEL,
            parameter("at", Query, Optional, Text, "A moment, such as 2026-05-04T12:00:00Z; now when absent"),
            TEAM,
        ],
    )]),
    create: Action::Instead("it is what happened: move an alias or deploy a model"),
    delete: Action::Instead("what happened stays"),
};

pub(super) const LINEAGE: Noun = Noun {
    word: "lineage",
    plural: "lineages",
    about: "what a version came from and what came of it (get lineage MODEL/VERSION -o json)",
    shape: Shape {
        name: "nodes",
        columns: &[
            Shown::new("NODES", "nodes"),
            Shown::new("EDGES", "edges"),
            Shown::new("TRUNCATED", "truncated").wide(),
        ],
    },
    list: Action::Instead("ask for one version: roadbed get lineage MODEL/VERSION"),
    get: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/models/{model}/versions/{version}/lineage",
        &[OF_VERSION, VERSION, TEAM],
    )]),
    create: Action::Instead("it is what was tracked: log inputs with the mlflow client"),
    delete: Action::Instead("it goes with the version: roadbed delete version MODEL/VERSION"),
};

pub(super) const SCAN: Noun = Noun {
    word: "scan",
    plural: "scans",
    about: "what loading a version's pickles would import (get scan MODEL/VERSION)",
    shape: Shape {
        name: "severity",
        columns: &[
            Shown::new("SEVERITY", "severity"),
            Shown::new("FINDINGS", "findings"),
            Shown::new("SCANNED", "scanned"),
            Shown::new("UNREAD", "unread"),
            Shown::new("HARMLESS", "harmless").wide(),
        ],
    },
    list: Action::Instead("ask for one version: roadbed get scan MODEL/VERSION"),
    get: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/models/{model}/versions/{version}/scan",
        &[OF_VERSION, VERSION, TEAM],
    )]),
    create: Action::Instead("it is made when it is asked for: roadbed get scan MODEL/VERSION"),
    delete: Action::Instead("it is made when it is asked for: roadbed get scan MODEL/VERSION"),
};

const SCOPE: Parameter = parameter("scope", Path, Name, Text, "");
const SET_RETENTION: Endpoint = Endpoint::new(
    Put,
    "/api/v1/retention/{scope}",
    &[
        SCOPE,
        parameter("delete_after_days", Body, Optional, Number, "Delete runs that ended so many days ago"),
        parameter("purge_after_days", Body, Optional, Number, "Purge runs that have been deleted for so many days"),
        parameter(
            "if-match",
            Header,
            Optional,
            Text,
            "Only while it has this version; exits with 7 when it has another",
        ),
        TEAM,
    ],
);

pub(super) const RETENTION: Noun = Noun {
    word: "retention",
    plural: "retentions",
    about: "how long runs are kept, for the team or an experiment (get retention team)",
    shape: Shape {
        name: "scope",
        columns: &[
            Shown::new("SCOPE", "scope"),
            Shown::new("DELETE AFTER", "delete_after_days"),
            Shown::new("PURGE AFTER", "purge_after_days"),
            Shown::new("NEXT DELETED", "next_deleted.runs"),
            Shown::new("NEXT PURGED", "next_purged.runs"),
            Shown::new("BYTES", "next_purged.bytes"),
            Shown::new("VERSION", "version").wide(),
        ],
    },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/retention", &[TEAM]).items("items", Pages::One)]),
    get: Action::Call(&[Endpoint::new(Get, "/api/v1/retention/{scope}", &[SCOPE, TEAM])]),
    create: Action::Call(&[SET_RETENTION]),
    delete: Action::Call(&[Endpoint::new(Delete, "/api/v1/retention/{scope}", &[SCOPE, TEAM])]),
};

/// What can be changed about them, by word.
pub(super) static UPDATES: [(&str, Action); 4] = [
    ("retention", Action::Call(&[SET_RETENTION])),
    ("approval-rule", Action::Call(&[SET_RULE])),
    ("team-approval-rule", Action::Call(&[SET_TEAM_RULE])),
    ("approval", Action::Instead("approve again: roadbed approve MODEL/VERSION --alias ALIAS")),
];
