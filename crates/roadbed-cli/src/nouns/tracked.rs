//! Nouns of experiment tracking and of the model registry, on `/api/v1`.

use super::endpoint::Given::{Name, Optional, Required};
use super::endpoint::Kind::{After, Before, Experiment, Json, Number, Text};
use super::endpoint::Method::{Delete, Get, Patch, Post, Put};
use super::endpoint::Place::{Body, Header, Path, Query};
use super::endpoint::{Action, Endpoint, Given, Kind, Noun, Pages, Parameter, Place, When};
use crate::output::{Shape, Shown};

const fn parameter(name: &'static str, place: Place, given: Given, kind: Kind, about: &'static str) -> Parameter {
    Parameter { name, place, given, kind, about }
}

/// Objects of tracking belong to a team, which a header names.
const TEAM: Parameter = parameter("x-roadbed-team", Header, Optional, Text, "Team the object belongs to");
const IF_MATCH: Parameter =
    parameter("if-match", Header, Optional, Text, "Only while it has this version; exits with 7 when it has another");
const DESCRIPTION: Parameter = parameter("description", Body, Optional, Text, "What it is, for people");
const NEW_DESCRIPTION: Parameter = parameter("description", Body, Required, Text, "What it is, for people");
const SEEN_DESCRIPTION: Parameter =
    parameter("previous_description", Body, Optional, Text, "Only while this is the description; exits with 7 else");
const MODEL_NAME: Parameter = parameter("model", Path, Name, Text, "");
const OF_VERSION: Parameter = parameter("model", Path, Name, Before('/'), "");
const VERSION_NUMBER: Parameter = parameter("version", Path, Name, After('/'), "");
const OF_ALIAS: Parameter = parameter("model", Path, Name, Before('@'), "");
const ALIAS_NAME: Parameter = parameter("alias", Path, Name, After('@'), "");
const EXPERIMENT_ID: Parameter = parameter("experiment", Path, Name, Experiment, "");
const RUN_ID: Parameter = parameter("run", Path, Name, Text, "");
const TRACE_ID: Parameter = parameter("trace", Path, Name, Text, "");

const CREATED: Shown = Shown::new("CREATED", "created_at").wide();
const UPDATED: Shown = Shown::new("UPDATED", "updated_at").wide();
const STATE: Shown = Shown::new("STATE", "state");

pub(super) const MODEL: Noun = Noun {
    word: "model",
    plural: "models",
    about: "registered models",
    shape: Shape {
        name: "name",
        columns: &[
            Shown::new("NAME", "name"),
            Shown::new("VERSION", "latest_version"),
            Shown::new("ALIASES", "aliases"),
            Shown::new("DESCRIPTION", "description"),
            CREATED,
            UPDATED,
        ],
    },
    list: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/models",
        &[parameter("q", Query, Optional, Text, "Only models with this in their name"), TEAM],
    )
    .items("items", Pages::Cursor)]),
    get: Action::Call(&[Endpoint::new(Get, "/api/v1/models/{model}", &[MODEL_NAME, TEAM])]),
    create: Action::Call(&[Endpoint::new(
        Post,
        "/api/v1/models",
        &[parameter("name", Body, Name, Text, ""), DESCRIPTION, TEAM],
    )]),
    delete: Action::Call(&[Endpoint::new(Delete, "/api/v1/models/{model}", &[MODEL_NAME, TEAM])]),
};

pub(super) const VERSION: Noun = Noun {
    word: "version",
    plural: "versions",
    about: "versions of a model (list version MODEL, get version MODEL/3)",
    shape: Shape {
        name: "version",
        columns: &[
            Shown::new("VERSION", "version"),
            Shown::new("ALIASES", "aliases"),
            Shown::new("RUN", "run"),
            Shown::new("DESCRIPTION", "description"),
            Shown::new("FLAVORS", "flavors").wide(),
            Shown::new("BYTES", "bytes").wide(),
            Shown::new("DIGEST", "digest").wide(),
            Shown::new("SOURCE", "source").wide(),
            CREATED,
        ],
    },
    list: Action::Call(&[
        Endpoint::new(Get, "/api/v1/models/{model}/versions", &[MODEL_NAME, TEAM]).items("items", Pages::Cursor)
    ]),
    get: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/models/{model}/versions/{version}",
        &[OF_VERSION, VERSION_NUMBER, TEAM],
    )]),
    create: Action::Call(&[Endpoint::new(
        Post,
        "/api/v1/models/{model}/versions",
        &[
            MODEL_NAME,
            parameter("run", Body, Required, Text, "Id of the run that logged the files"),
            parameter("path", Body, Optional, Text, "Folder among the run's artifacts, such as model"),
            parameter("logged_model", Body, Optional, Text, "Id of a logged model of the run instead, such as m-01a2"),
            DESCRIPTION,
            TEAM,
        ],
    )]),
    delete: Action::Call(&[Endpoint::new(
        Delete,
        "/api/v1/models/{model}/versions/{version}",
        &[OF_VERSION, VERSION_NUMBER, TEAM],
    )]),
};

pub(super) const ALIAS: Noun = Noun {
    word: "alias",
    plural: "aliases",
    about: "names for versions that can be moved (create alias MODEL@champion --version 3)",
    shape: Shape { name: "alias", columns: &[Shown::new("ALIAS", "alias"), Shown::new("VERSION", "version")] },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/models/{model}", &[MODEL_NAME, TEAM]).items("aliases", ALIASES)]),
    get: Action::Call(&[
        Endpoint::new(Get, "/api/v1/models/{model}", &[OF_ALIAS, ALIAS_NAME, TEAM]).items("aliases", ALIASES)
    ]),
    create: Action::Call(&[POINT]),
    delete: Action::Call(&[Endpoint::new(
        Delete,
        "/api/v1/models/{model}/aliases/{alias}",
        &[OF_ALIAS, ALIAS_NAME, TEAM],
    )]),
};

/// Models carry their aliases as a map.
const ALIASES: Pages = Pages::Entries("alias", "version");

const POINT: Endpoint = Endpoint::new(
    Put,
    "/api/v1/models/{model}/aliases/{alias}",
    &[OF_ALIAS, ALIAS_NAME, parameter("version", Body, Required, Number, "Version it names from now on"), TEAM],
)
.items("aliases", ALIASES);

pub(super) const EXPERIMENT: Noun = Noun {
    word: "experiment",
    plural: "experiments",
    about: "sets of runs (MLflow's meaning)",
    shape: Shape {
        name: "id",
        columns: &[
            Shown::new("ID", "id"),
            Shown::new("NAME", "name"),
            STATE,
            Shown::new("RUNS", "runs"),
            CREATED,
            UPDATED,
            Shown::new("VERSION", "version").wide(),
        ],
    },
    list: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/experiments",
        &[
            parameter("q", Query, Optional, Text, "Only experiments with this in their name"),
            parameter("state", Query, Optional, Text, "active, deleted or all"),
            TEAM,
        ],
    )
    .items("items", Pages::Cursor)]),
    get: Action::Call(&[Endpoint::new(Get, "/api/v1/experiments/{experiment}", &[EXPERIMENT_ID, TEAM])]),
    create: Action::Call(&[Endpoint::new(
        Post,
        "/api/v1/experiments",
        &[parameter("name", Body, Name, Text, ""), TEAM],
    )]),
    delete: Action::Call(&[Endpoint::new(Delete, "/api/v1/experiments/{experiment}", &[EXPERIMENT_ID, TEAM])]),
};

pub(super) const RUN: Noun = Noun {
    word: "run",
    plural: "runs",
    about: "experiment-tracking runs (MLflow's meaning)",
    shape: Shape {
        name: "id",
        columns: &[
            Shown::new("ID", "id"),
            Shown::new("NAME", "name"),
            Shown::new("STATUS", "status"),
            Shown::new("EXPERIMENT", "experiment_name"),
            Shown::new("METRICS", "metrics"),
            Shown::new("PARAMS", "params").wide(),
            Shown::new("STARTED", "started_at"),
            Shown::new("ENDED", "ended_at").wide(),
            Shown::new("JOB", "job").wide(),
            Shown::new("USER", "user").wide(),
            Shown::new("VERSION", "version").wide(),
        ],
    },
    list: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/runs",
        &[
            parameter("experiment", Query, Optional, Experiment, "Only runs of this experiment: its name or id"),
            parameter("filter", Query, Optional, Text, "As MLflow: metrics.auc > 0.9"),
            parameter("order_by", Query, Optional, Text, "Such as 'metrics.auc DESC'; the newest first when absent"),
            parameter("view", Query, Optional, Text, "active, deleted or all"),
            TEAM,
        ],
    )
    .items("items", Pages::Cursor)]),
    get: Action::Call(&[Endpoint::new(Get, "/api/v1/runs/{run}", &[RUN_ID, TEAM])]),
    create: Action::Instead("training code makes runs with the mlflow client: roadbed run JOB"),
    delete: Action::Call(&[Endpoint::new(Delete, "/api/v1/runs/{run}", &[RUN_ID, TEAM])]),
};

const RESTORE: When = When::Flag("restore", "Bring it back after it was deleted");

pub(super) const TRACE: Noun = Noun {
    word: "trace",
    plural: "traces",
    about: "what applications on language models did, request by request",
    shape: Shape {
        name: "id",
        columns: &[
            Shown::new("ID", "id"),
            Shown::new("NAME", "name"),
            STATE,
            Shown::new("STARTED", "started_at"),
            Shown::new("MS", "duration_ms"),
            Shown::new("TOKENS", "tokens.total"),
            Shown::new("REQUEST", "request"),
            Shown::new("RESPONSE", "response").wide(),
            Shown::new("SESSION", "session").wide(),
            Shown::new("USER", "user").wide(),
            Shown::new("RUN", "run").wide(),
            Shown::new("EXPERIMENT", "experiment").wide(),
        ],
    },
    list: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/traces",
        &[
            parameter("experiment", Query, Optional, Experiment, "Only traces of this experiment: its name or id"),
            parameter("filter", Query, Optional, Text, "As MLflow: status = 'ERROR' AND execution_time_ms > 1000"),
            parameter(
                "order_by",
                Query,
                Optional,
                Text,
                "Such as 'execution_time_ms DESC'; the newest first when absent",
            ),
            TEAM,
        ],
    )
    .items("items", Pages::Cursor)]),
    get: Action::Call(&[Endpoint::new(Get, "/api/v1/traces/{trace}", &[TRACE_ID, TEAM])]),
    create: Action::Instead("applications make traces with the mlflow client, or send them over OpenTelemetry"),
    delete: Action::Call(&[Endpoint::new(Delete, "/api/v1/traces/{trace}", &[TRACE_ID, TEAM])]),
};

/// What can be changed about them, by word.
pub(super) static UPDATES: [(&str, Action); 5] = [
    (
        "model",
        Action::Call(&[Endpoint::new(
            Patch,
            "/api/v1/models/{model}",
            &[MODEL_NAME, NEW_DESCRIPTION, SEEN_DESCRIPTION, TEAM],
        )]),
    ),
    (
        "version",
        Action::Call(&[Endpoint::new(
            Patch,
            "/api/v1/models/{model}/versions/{version}",
            &[OF_VERSION, VERSION_NUMBER, NEW_DESCRIPTION, SEEN_DESCRIPTION, TEAM],
        )]),
    ),
    ("alias", Action::Call(&[POINT])),
    (
        "experiment",
        Action::Call(&[
            Endpoint::new(Post, "/api/v1/experiments/{experiment}/restore", &[EXPERIMENT_ID, TEAM]).when(RESTORE),
            Endpoint::new(
                Patch,
                "/api/v1/experiments/{experiment}",
                &[EXPERIMENT_ID, parameter("name", Body, Required, Text, "Another name"), IF_MATCH, TEAM],
            ),
        ]),
    ),
    (
        "run",
        Action::Call(&[
            Endpoint::new(Post, "/api/v1/runs/{run}/restore", &[RUN_ID, TEAM]).when(RESTORE),
            Endpoint::new(
                Patch,
                "/api/v1/runs/{run}",
                &[
                    RUN_ID,
                    parameter("name", Body, Optional, Text, "Another name"),
                    parameter("description", Body, Optional, Text, "What people say about it, in Markdown"),
                    parameter(
                        "tags",
                        Body,
                        Optional,
                        Json,
                        "Tags to set, such as '{\"stage\": \"best\"}'; null removes one",
                    ),
                    IF_MATCH,
                    TEAM,
                ],
            ),
        ]),
    ),
];
