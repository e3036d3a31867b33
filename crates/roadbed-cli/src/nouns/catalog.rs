//! The nouns of this version. Addresses are those of the OpenAPI document; a test compares them with it.

use super::endpoint::Given::{Default, Name, Optional, Required};
use super::endpoint::Kind::{List, Number, Text, Truth};
use super::endpoint::Method::{Delete, Get, Post, Put};
use super::endpoint::Place::{Body, Path, Query};
use super::endpoint::{Action, Endpoint, Given, Kind, Noun, Pages, Parameter, Place, When};
use super::{governed, signed, told, tracked};
use crate::output::{Shape, Shown};

/// Nouns of later versions.
pub(crate) const LATER_NOUNS: [&str; 7] = ["pipeline", "monitor", "alert", "objective", "budget", "secret", "template"];

const fn parameter(name: &'static str, place: Place, given: Given, kind: Kind, about: &'static str) -> Parameter {
    Parameter { name, place, given, kind, about }
}

const fn named(place: Place, name: &'static str) -> Parameter {
    parameter(name, place, Name, Text, "")
}

const fn shown(title: &'static str, path: &'static str) -> Shown {
    Shown::new(title, path)
}

const CREATED: Shown = shown("CREATED", "created_at").wide();
const ID: Shown = shown("ID", "id").wide();
const TEAM: Parameter = parameter("team", Query, Optional, Text, "Team of the project");
const MEMBER_TEAM: Parameter = parameter("team", Path, Default("default"), Text, "Team");

pub(crate) static NOUNS: [Noun; 32] = [
    PROJECT,
    SERVICE,
    REVISION,
    ROLLOUT,
    tracked::MODEL,
    tracked::VERSION,
    tracked::ALIAS,
    tracked::EXPERIMENT,
    tracked::RUN,
    tracked::TRACE,
    governed::APPROVAL,
    governed::APPROVAL_RULE,
    governed::TEAM_RULE,
    governed::PRODUCTION,
    governed::LINEAGE,
    governed::SCAN,
    signed::SIGNATURE,
    signed::SIGNING_KEY,
    signed::CARD,
    signed::BOM,
    governed::RETENTION,
    told::WEBHOOK,
    told::DELIVERY,
    JOB,
    ENVIRONMENT,
    TOKEN,
    OWNER,
    MEMBER,
    USER,
    ROLE,
    PRICE,
    VIEW,
];

const PROJECT: Noun = Noun {
    word: "project",
    plural: "projects",
    about: "repositories' worth of work, each with one roadbed.yaml",
    shape: Shape {
        name: "name",
        columns: &[shown("NAME", "name"), shown("TEAM", "team"), shown("DESCRIPTION", "description"), ID, CREATED],
    },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/projects", &[TEAM]).items("items", Pages::Cursor)]),
    get: Action::Call(&[Endpoint::new(Get, "/api/v1/projects/{project}", &[named(Path, "project"), TEAM])]),
    create: Action::Call(&[Endpoint::new(
        Post,
        "/api/v1/projects",
        &[
            named(Body, "name"),
            parameter("team", Body, Optional, Text, "Team that owns the project"),
            parameter("description", Body, Optional, Text, "What it is, for people"),
        ],
    )]),
    delete: Action::Call(&[Endpoint::new(Delete, "/api/v1/projects/{project}", &[named(Path, "project"), TEAM])]),
};

const SERVICE: Noun = Noun {
    word: "service",
    plural: "services",
    about: "served models, each with one stable name and address",
    shape: Shape {
        name: "name",
        columns: &[
            shown("NAME", "name"),
            shown("PROJECT", "project"),
            shown("STATE", "state"),
            shown("REVISION", "revision"),
            shown("TRAFFIC", "traffic"),
            shown("MODEL", "model"),
            shown("URL", "url").wide(),
            shown("TEAM", "team").wide(),
        ],
    },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/services", &[]).items("items", Pages::Cursor)]),
    get: Action::Call(&[Endpoint::new(Get, "/api/v1/services/{service}", &[named(Path, "service")])]),
    create: Action::Instead("a service is made by its first model: roadbed deploy SERVICE --model NAME/VERSION"),
    delete: Action::Call(&[Endpoint::new(Delete, "/api/v1/services/{service}", &[named(Path, "service")])]),
};

const REVISION: Noun = Noun {
    word: "revision",
    plural: "revisions",
    about: "immutable steps of a service (list revision SERVICE)",
    shape: Shape {
        name: "id",
        columns: &[
            shown("REVISION", "number"),
            shown("MODEL", "model"),
            shown("STATE", "state"),
            shown("CREATED", "created_at"),
            ID,
        ],
    },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/services/{service}/revisions", &[named(Path, "service")])
        .items("items", Pages::Cursor)]),
    get: Action::Instead("see all of a service: roadbed list revision SERVICE -o wide"),
    create: Action::Instead("a deploy makes a revision: roadbed deploy SERVICE --model NAME/VERSION"),
    delete: Action::Instead(
        "revisions are kept for rolling back; they go with their service: roadbed delete service NAME",
    ),
};

const ROLLOUT: Noun = Noun {
    word: "rollout",
    plural: "rollouts",
    about: "moves of traffic with their verdicts (get rollout SERVICE: the newest)",
    shape: Shape {
        name: "id",
        columns: &[
            shown("SERVICE", "service"),
            shown("STATE", "state"),
            shown("FROM", "from_revision"),
            shown("TO", "to_revision"),
            shown("STEP", "step_percent"),
            shown("VERDICT", "verdict.sentence"),
            shown("STARTED", "started_at").wide(),
            shown("ENDED", "ended_at").wide(),
            ID,
        ],
    },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/services/{service}/rollouts", &[named(Path, "service")])
        .items("items", Pages::Cursor)]),
    get: Action::Call(&[
        Endpoint::new(Get, "/api/v1/rollouts/{id}", &[named(Path, "id")]).when(When::Id),
        Endpoint::new(Get, "/api/v1/services/{service}/rollouts/latest", &[named(Path, "service")]),
    ]),
    create: Action::Instead("a deploy starts a rollout: roadbed deploy SERVICE --model NAME/VERSION"),
    delete: Action::Instead("rollouts are kept as evidence; undo one with: roadbed rollback SERVICE"),
};

const JOB: Noun = Noun {
    word: "job",
    plural: "jobs",
    about: "executions of code to completion",
    shape: Shape {
        name: "id",
        columns: &[
            shown("ID", "id"),
            shown("NAME", "name"),
            shown("PROJECT", "project"),
            shown("STATE", "state"),
            shown("EXIT", "exit"),
            shown("COST", "cost"),
            shown("MESSAGE", "message"),
            shown("RUNS", "run_ids").wide(),
            shown("TEAM", "team").wide(),
            shown("WAITING", "waiting.reason").wide(),
            CREATED,
            shown("ENDED", "ended_at").wide(),
        ],
    },
    list: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/jobs",
        &[
            parameter("project", Query, Optional, Text, "Only jobs of this project"),
            parameter("team", Query, Optional, Text, "Only jobs of this team"),
            parameter("name", Query, Optional, Text, "Only jobs of this name"),
            parameter("q", Query, Optional, Text, "Only jobs with this in their name"),
            parameter(
                "state",
                Query,
                Optional,
                Text,
                "queued, starting, running, succeeded, failed, cancelled or lost; several with commas",
            ),
            parameter("actor", Query, Optional, Text, "Only jobs that somebody of this name submitted"),
            parameter("from", Query, Optional, Text, "Submitted at or after, such as 2026-01-31T12:00:00Z"),
            parameter("to", Query, Optional, Text, "Submitted before"),
        ],
    )
    .items("items", Pages::Cursor)]),
    get: Action::Call(&[Endpoint::new(Get, "/api/v1/jobs/{id}", &[named(Path, "id")])]),
    create: Action::Instead("start one from a project's folder: roadbed run JOB, or again: roadbed run --again ID"),
    delete: Action::Instead("jobs are kept as records; end one with: roadbed cancel ID"),
};

const ENVIRONMENT: Noun = Noun {
    word: "environment",
    plural: "environments",
    about: "Python versions with packages, made once and used again",
    shape: Shape {
        name: "key",
        columns: &[
            shown("KEY", "key"),
            shown("PYTHON", "python"),
            shown("READY", "ready"),
            shown("BYTES", "bytes"),
            shown("USED", "last_used_at"),
        ],
    },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/environments", &[]).items("items", Pages::One)]),
    get: Action::Find(&["key"]),
    create: Action::Instead("name its packages in roadbed.yaml; the first job that needs it makes it: roadbed run JOB"),
    delete: Action::Instead("environments nobody uses are removed by the server"),
};

const TOKEN: Noun = Noun {
    word: "token",
    plural: "tokens",
    about: "keys to the API",
    shape: Shape {
        name: "id",
        columns: &[
            shown("ID", "id"),
            shown("NAME", "name"),
            shown("USER", "user"),
            shown("TEAM", "team_name").wide(),
            shown("PROJECT", "project_name").wide(),
            shown("ACTIONS", "actions"),
            shown("EXPIRES", "expires_at"),
            shown("USED", "last_used_at").wide(),
            CREATED,
            shown("TOKEN", "token").wide(),
        ],
    },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/tokens", &[]).items("items", Pages::Cursor)]),
    get: Action::Find(&["id", "name"]),
    create: Action::Call(&[Endpoint::new(
        Post,
        "/api/v1/tokens",
        &[
            named(Body, "name"),
            parameter("user", Body, Optional, Text, "Owner; yourself when absent"),
            parameter("team", Body, Optional, Text, "Narrows the token to a team"),
            parameter("project", Body, Optional, Text, "Narrows the token to a project"),
            parameter("actions", Body, Optional, List, "Narrows the token, such as job:submit,service:*"),
            parameter("expires_in", Body, Optional, Text, "Lifetime, such as 30d"),
        ],
    )]),
    delete: Action::Call(&[Endpoint::new(Delete, "/api/v1/tokens/{token}", &[named(Path, "token")])]),
};

const OWNER: Noun = Noun {
    word: "team",
    plural: "teams",
    about: "groups of people that own projects",
    shape: Shape { name: "name", columns: &[shown("NAME", "name"), ID, CREATED] },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/teams", &[]).items("items", Pages::Cursor)]),
    get: Action::Call(&[Endpoint::new(Get, "/api/v1/teams/{team}", &[named(Path, "team")])]),
    create: Action::Call(&[Endpoint::new(Post, "/api/v1/teams", &[named(Body, "name")])]),
    delete: Action::Call(&[Endpoint::new(Delete, "/api/v1/teams/{team}", &[named(Path, "team")])]),
};

const MEMBER: Noun = Noun {
    word: "member",
    plural: "members",
    about: "people of a team and their roles",
    shape: Shape { name: "user", columns: &[shown("USER", "user"), shown("ROLE", "role"), CREATED] },
    list: Action::Call(
        &[Endpoint::new(Get, "/api/v1/teams/{team}/members", &[MEMBER_TEAM]).items("items", Pages::One)],
    ),
    get: Action::Find(&["user"]),
    create: Action::Call(&[Endpoint::new(
        Put,
        "/api/v1/teams/{team}/members/{user}",
        &[
            named(Path, "user"),
            MEMBER_TEAM,
            parameter("role", Body, Required, Text, "viewer, developer, deployer or admin"),
        ],
    )]),
    delete: Action::Call(&[Endpoint::new(
        Delete,
        "/api/v1/teams/{team}/members/{user}",
        &[named(Path, "user"), MEMBER_TEAM],
    )]),
};

const USER: Noun = Noun {
    word: "user",
    plural: "users",
    about: "everyone, for platform administrators",
    shape: Shape {
        name: "name",
        columns: &[shown("NAME", "name"), shown("ADMINISTRATOR", "platform_admin"), shown("TEAMS", "teams"), CREATED],
    },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/users", &[]).items("items", Pages::Cursor)]),
    get: Action::Find(&["name"]),
    create: Action::Instead("people begin with a role in a team: roadbed create member USER --team TEAM --role ROLE"),
    delete: Action::Instead("take people out of their teams: roadbed delete member USER --team TEAM"),
};

const ROLE: Noun = Noun {
    word: "role",
    plural: "roles",
    about: "what members may do",
    shape: Shape {
        name: "role",
        columns: &[shown("ROLE", "role"), shown("ABOUT", "about"), shown("PERMISSIONS", "permissions").wide()],
    },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/roles", &[]).items("items", Pages::One)]),
    get: Action::Find(&["role"]),
    create: Action::Instead("roles are those of the platform: roadbed list role"),
    delete: Action::Instead("roles are those of the platform: roadbed list role"),
};

const PRICE: Noun = Noun {
    word: "price",
    plural: "prices",
    about: "what an hour of a resource costs",
    shape: Shape {
        name: "resource",
        columns: &[
            shown("RESOURCE", "resource"),
            shown("PICO PRICE", "pico_price"),
            shown("UNIT", "unit"),
            shown("VERSION", "version"),
            shown("CHANGED", "changed_at").wide(),
            shown("BY", "changed_by_name").wide(),
        ],
    },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/prices", &[]).items("items", Pages::One)]),
    get: Action::Find(&["resource"]),
    create: Action::Call(&[Endpoint::new(
        Put,
        "/api/v1/prices/{resource}",
        &[
            named(Path, "resource"),
            parameter("pico_price", Body, Required, Number, "Millionths of a millionth of the currency, for one unit"),
        ],
    )]),
    delete: Action::Instead("set another one: roadbed update price RESOURCE --pico-price N"),
};

const VIEW: Noun = Noun {
    word: "view",
    plural: "views",
    about: "pages of the portal with their filters, under a name",
    shape: Shape {
        name: "id",
        columns: &[
            shown("ID", "id"),
            shown("NAME", "name"),
            shown("PAGE", "page"),
            shown("TEAM", "team"),
            shown("SHARED", "shared"),
            shown("OWNER", "owner"),
            shown("QUERY", "query").wide(),
            shown("VERSION", "version").wide(),
            CREATED,
        ],
    },
    list: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/views",
        &[
            parameter("page", Query, Optional, Text, "Only views of this page"),
            parameter("team", Query, Optional, Text, "Only views of this team"),
        ],
    )
    .items("items", Pages::Cursor)]),
    get: Action::Call(&[Endpoint::new(Get, "/api/v1/views/{id}", &[named(Path, "id")])]),
    create: Action::Call(&[Endpoint::new(
        Post,
        "/api/v1/views",
        &[
            named(Body, "name"),
            parameter("page", Body, Required, Text, "runs, services, jobs, activity or compare"),
            parameter("query", Body, Optional, Text, "Query of the page's address, without the question mark"),
            parameter("team", Body, Optional, Text, "Team it belongs to"),
            parameter("shared", Body, Optional, Truth, "Whether the team sees it: true or false"),
        ],
    )]),
    delete: Action::Call(&[Endpoint::new(Delete, "/api/v1/views/{id}", &[named(Path, "id")])]),
};

/// The noun of a word, in singular or plural.
pub(crate) fn noun(word: &str) -> Option<&'static Noun> {
    NOUNS.iter().find(|noun| noun.word == word || noun.plural == word)
}
