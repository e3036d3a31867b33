//! Nouns of what is said about a version to others: its signature, its card, its bill of materials, on `/api/v1`.

use super::endpoint::Given::{Name, Optional};
use super::endpoint::Kind::{After, Before, Text, Truth};
use super::endpoint::Method::{Get, Post};
use super::endpoint::Place::{Body, Header, Path, Query};
use super::endpoint::{Action, Endpoint, Given, Kind, Noun, Pages, Parameter, Place, Printed, When};
use crate::output::{Shape, Shown};

const fn parameter(name: &'static str, place: Place, given: Given, kind: Kind, about: &'static str) -> Parameter {
    Parameter { name, place, given, kind, about }
}

const TEAM: Parameter = parameter("x-roadbed-team", Header, Optional, Text, "Team the object belongs to");
const OF_VERSION: Parameter = parameter("model", Path, Name, Before('/'), "");
const VERSION: Parameter = parameter("version", Path, Name, After('/'), "");
const KEY: Parameter = parameter("key", Path, Name, Text, "");

pub(super) const SIGNATURE: Noun = Noun {
    word: "signature",
    plural: "signatures",
    about: "who signed a version, and whether the signature fits its files (get signature MODEL/VERSION --read true)",
    shape: Shape {
        name: "key",
        columns: &[
            Shown::new("MODEL", "model"),
            Shown::new("VERSION", "version"),
            Shown::new("FITS", "fits"),
            Shown::new("FAULTS", "faults"),
            Shown::new("SIGNED BY", "signed_by"),
            Shown::new("SIGNED", "signed_at"),
            Shown::new("KEY", "key"),
            Shown::new("KEY STATE", "key_state"),
            Shown::new("FILES", "files").wide(),
            Shown::new("UNSIGNED", "unsigned").wide(),
        ],
    },
    list: Action::Instead("ask for one version: roadbed get signature MODEL/VERSION"),
    get: Action::Call(&[
        Endpoint::new(Get, "/api/v1/models/{model}/versions/{version}/signature/bundle", &[OF_VERSION, VERSION, TEAM])
            .when(When::Flag("bundle", "Print it as the file model.sig"))
            .prints(Printed::Always("application/vnd.dev.sigstore.bundle.v0.3+json")),
        Endpoint::new(
            Get,
            "/api/v1/models/{model}/versions/{version}/signature",
            &[
                OF_VERSION,
                VERSION,
                parameter("read", Query, Optional, Truth, "true: read every byte of the files for it"),
                TEAM,
            ],
        ),
    ]),
    create: Action::Call(&[Endpoint::new(
        Post,
        "/api/v1/models/{model}/versions/{version}/signature",
        &[OF_VERSION, VERSION, TEAM],
    )]),
    delete: Action::Instead("it goes with the version: roadbed delete version MODEL/VERSION"),
};

pub(super) const SIGNING_KEY: Noun = Noun {
    word: "signing-key",
    plural: "signing-keys",
    about: "keys of the team that sign versions (get signing-key current --pem)",
    shape: Shape {
        name: "id",
        columns: &[
            Shown::new("ID", "id"),
            Shown::new("NAME", "name"),
            Shown::new("STATE", "state"),
            Shown::new("CREATED", "created_at"),
            Shown::new("BY", "created_by").wide(),
            Shown::new("RETIRED", "retired_at").wide(),
        ],
    },
    list: Action::Call(&[Endpoint::new(Get, "/api/v1/signing-keys", &[TEAM]).items("items", Pages::One)]),
    get: Action::Call(&[
        Endpoint::new(Get, "/api/v1/signing-keys/{key}/pem", &[KEY, TEAM])
            .when(When::Flag("pem", "Print its public half in PEM"))
            .prints(Printed::Always("application/x-pem-file")),
        Endpoint::new(Get, "/api/v1/signing-keys/{key}", &[KEY, TEAM]),
    ]),
    create: Action::Call(&[Endpoint::new(
        Post,
        "/api/v1/signing-keys",
        &[parameter("name", Body, Name, Text, ""), TEAM],
    )]),
    delete: Action::Instead("what it signed is checked with it: make a new one, which retires it"),
};

pub(super) const CARD: Noun = Noun {
    word: "card",
    plural: "cards",
    about: "a version's card in Markdown, made from what is known about it (get card MODEL/VERSION)",
    shape: Shape { name: "model", columns: &[Shown::new("MODEL", "model"), Shown::new("VERSION", "version")] },
    list: Action::Instead("ask for one version: roadbed get card MODEL/VERSION"),
    get: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/models/{model}/versions/{version}/card",
        &[OF_VERSION, VERSION, TEAM],
    )
    .prints(Printed::ForPeople("text/markdown"))]),
    create: Action::Instead("it is made when it is asked for; your own part is the tag model.card of the version"),
    delete: Action::Instead("it is made when it is asked for: roadbed get card MODEL/VERSION"),
};

pub(super) const BOM: Noun = Noun {
    word: "bom",
    plural: "boms",
    about: "what a version is made of, as a CycloneDX bill of materials (get bom MODEL/VERSION)",
    shape: Shape {
        name: "serialNumber",
        columns: &[Shown::new("SERIAL NUMBER", "serialNumber"), Shown::new("PARTS", "components")],
    },
    list: Action::Instead("ask for one version: roadbed get bom MODEL/VERSION"),
    get: Action::Call(&[Endpoint::new(
        Get,
        "/api/v1/models/{model}/versions/{version}/bom",
        &[OF_VERSION, VERSION, TEAM],
    )
    .prints(Printed::ForPeople("application/vnd.cyclonedx+json"))]),
    create: Action::Instead("it is made when it is asked for: roadbed get bom MODEL/VERSION"),
    delete: Action::Instead("it is made when it is asked for: roadbed get bom MODEL/VERSION"),
};
