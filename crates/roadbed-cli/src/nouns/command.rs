//! The grammar of nouns, made from the table: `list NOUN` and, the other way round, `NOUN list`.

use super::catalog::{LATER_NOUNS, NOUNS};
use super::endpoint::{Action, Given, Noun, Pages, Parameter, When};
use super::updates::update_of;
use clap::{Arg, ArgAction, Command, value_parser};

/// A verb that every noun has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NounVerb {
    List,
    Get,
    Create,
    Update,
    Delete,
}

impl NounVerb {
    pub(crate) const ALL: [Self; 5] = [Self::List, Self::Get, Self::Create, Self::Update, Self::Delete];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Get => "get",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.word() == word)
    }

    const fn about(self) -> &'static str {
        match self {
            Self::List => "List objects of a kind, such as: roadbed list service",
            Self::Get => "Show one object, such as: roadbed get service churn -o json",
            Self::Create => "Create an object, such as: roadbed create project churn",
            Self::Update => "Change an object, such as: roadbed update project churn --description 'Who leaves'",
            Self::Delete => "Delete an object, such as: roadbed delete service churn",
        }
    }

    pub(crate) fn action(self, noun: &Noun) -> &Action {
        match self {
            Self::List => &noun.list,
            Self::Get => &noun.get,
            Self::Create => &noun.create,
            Self::Update => update_of(noun.word),
            Self::Delete => &noun.delete,
        }
    }
}

/// Whether a first word belongs to this grammar.
pub(crate) fn is_generic(word: &str) -> bool {
    NounVerb::parse(word).is_some()
        || LATER_NOUNS.contains(&word)
        || (word != "run" && NOUNS.iter().any(|noun| noun.word == word))
}

/// Adds the verbs with their nouns, and the nouns with their verbs.
pub(crate) fn augment(mut command: Command) -> Command {
    for verb in NounVerb::ALL {
        let nouns = NOUNS.iter().map(|noun| object_command(noun, verb, noun.word).alias(noun.plural).about(noun.about));
        let later = LATER_NOUNS.iter().map(|word| later_command(word));
        command = command.subcommand(
            Command::new(verb.word())
                .about(verb.about())
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommand_value_name("NOUN")
                .subcommand_help_heading("Nouns")
                .subcommands(nouns)
                .subcommands(later),
        );
    }
    for noun in NOUNS.iter().filter(|noun| noun.word != "run") {
        command = command.subcommand(
            Command::new(noun.word)
                .alias(noun.plural)
                .about(noun.about)
                .hide(true)
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommands(verbs_of(noun)),
        );
    }
    for word in LATER_NOUNS {
        command = command.subcommand(later_command(word));
    }
    // `run` is a verb too: `roadbed run list` lists runs, `roadbed run -- list` runs a job of that name.
    let run = NOUNS.iter().find(|noun| noun.word == "run");
    command.mut_subcommand("run", |command| {
        let verbs = run.into_iter().flat_map(verbs_of).map(|verb| verb.hide(true));
        command.args_conflicts_with_subcommands(true).subcommand_negates_reqs(true).subcommands(verbs)
    })
}

fn verbs_of(noun: &Noun) -> impl Iterator<Item = Command> {
    NounVerb::ALL.into_iter().map(move |verb| object_command(noun, verb, verb.word()).about(verb.about()))
}

fn later_command(word: &'static str) -> Command {
    Command::new(word).hide(true).disable_help_flag(true).arg(rest())
}

/// Whatever follows.
fn rest() -> Arg {
    Arg::new("rest").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true).hide(true)
}

fn object_command(noun: &Noun, verb: NounVerb, name: &'static str) -> Command {
    let command = Command::new(name);
    let command = match verb.action(noun) {
        Action::Instead(_) => return command.arg(rest()).hide(true),
        Action::Find(_) => parameters_of(noun, NounVerb::List)
            .into_iter()
            .fold(command.arg(name_argument(noun, NounVerb::Get)), |command, parameter| {
                command.arg(argument(parameter))
            }),
        Action::Call(_) => {
            let flags = flags_of(noun, verb);
            let command =
                parameters_of(noun, verb).into_iter().fold(command, |command, parameter| match parameter.given {
                    Given::Name => command.arg(name_argument(noun, verb)),
                    Given::Required => command.arg(with_flags(argument(parameter), &flags)),
                    _ => command.arg(argument(parameter)),
                });
            let values: Vec<&str> = parameters_of(noun, verb).into_iter().map(flag).collect();
            flags.into_iter().fold(command, |command, (name, about)| {
                let others = values.iter().copied().filter(|value| !matches!(*value, "NAME" | "team"));
                command.arg(Arg::new(name).long(name).action(ArgAction::SetTrue).help(about).conflicts_with_all(others))
            })
        }
    };
    match verb {
        NounVerb::List if is_paged(noun) => command.arg(limit_argument()),
        NounVerb::List | NounVerb::Get => command,
        NounVerb::Create | NounVerb::Update => command.arg(dry_run_argument()),
        NounVerb::Delete => command.arg(dry_run_argument()).arg(yes_argument()),
    }
}

/// Of all endpoints, each once.
fn parameters_of(noun: &Noun, verb: NounVerb) -> Vec<&'static Parameter> {
    let Action::Call(endpoints) = *verb.action(noun) else { return Vec::new() };
    let mut found: Vec<&'static Parameter> = Vec::new();
    for parameter in endpoints.iter().flat_map(|endpoint| endpoint.parameters) {
        if !found.iter().any(|other| flag(other) == flag(parameter)) {
            found.push(parameter);
        }
    }
    found
}

/// Flags that ask for an endpoint of their own, with what they do.
fn flags_of(noun: &Noun, verb: NounVerb) -> Vec<(&'static str, &'static str)> {
    let Action::Call(endpoints) = *verb.action(noun) else { return Vec::new() };
    let flags = endpoints.iter().filter_map(|endpoint| match endpoint.when {
        When::Flag(name, about) => Some((name, about)),
        When::Always | When::Id => None,
    });
    flags.collect()
}

/// A required value, unless one of the flags stands there instead.
fn with_flags(argument: Arg, flags: &[(&'static str, &'static str)]) -> Arg {
    argument.required(flags.is_empty()).required_unless_present_any(flags.iter().map(|(name, _)| *name))
}

fn is_paged(noun: &Noun) -> bool {
    matches!(noun.list, Action::Call(endpoints) if endpoints.iter().any(|endpoint| endpoint.pages == Pages::Cursor))
}

/// Name under which a value is given on the command line.
pub(crate) fn flag(parameter: &Parameter) -> &'static str {
    match (parameter.given, parameter.name) {
        (Given::Name, _) => "NAME",
        (_, "x-roadbed-team") => "team",
        (_, "logged_model") => "logged-model",
        (_, "order_by") => "order-by",
        (_, "previous_description") => "previous-description",
        (_, "expires_in") => "expires-in",
        (_, "pico_price") => "pico-price",
        (_, "delete_after_days") => "delete-after-days",
        (_, "purge_after_days") => "purge-after-days",
        // `--url` is the server's.
        (_, "url") => "address",
        (_, name) => name,
    }
}

fn name_argument(noun: &Noun, verb: NounVerb) -> Arg {
    // Some nouns are listed by what they are part of.
    let (value_name, help) = match (noun.word, verb) {
        ("version" | "alias" | "approval-rule", NounVerb::List) | ("version", NounVerb::Create) => {
            ("MODEL", "The model")
        }
        ("retention", _) => ("SCOPE", "team, or the id of an experiment"),
        ("production", _) => ("MODEL", "The model"),
        ("version" | "approval" | "lineage" | "scan" | "signature" | "card" | "bom", _) => {
            ("MODEL/VERSION", "The model and the version's number, such as churn/3")
        }
        ("signing-key", NounVerb::Create) => ("NAME", "A name for people, such as the year"),
        ("signing-key", _) => ("ID|current", "Its id, or current for the one that signs"),
        ("team-approval-rule", _) => ("ALIAS", "The alias, such as champion"),
        ("alias" | "approval-rule", _) => ("MODEL@ALIAS", "The model and its alias, such as churn@champion"),
        ("delivery", NounVerb::List) => ("WEBHOOK", "The webhook, by name or id"),
        ("delivery", _) => ("WEBHOOK/DELIVERY", "The webhook and the id of the delivery, such as ci/0af1…"),
        ("webhook", _) => ("NAME|ID", "Name or id"),
        (_, NounVerb::List) => ("SERVICE", "The service"),
        ("rollout", _) => ("SERVICE|ID", "A service, for its newest rollout, or the id of a rollout"),
        ("experiment", _) => ("NAME|ID", "Name or id"),
        ("job" | "run" | "token" | "view", _) => ("NAME|ID", "Its id; a new one has a name"),
        ("trace", _) => ("ID", "Its id, such as tr-01a2"),
        ("member", _) => ("USER", "The person"),
        ("price", _) => ("RESOURCE", "What has the price: cpu_hour or memory_gib_hour"),
        _ => ("NAME", "Its name"),
    };
    Arg::new("NAME").value_name(value_name).help(help).required(true)
}

fn argument(parameter: &Parameter) -> Arg {
    let argument = Arg::new(flag(parameter)).long(flag(parameter)).help(parameter.about);
    match parameter.given {
        Given::Required => argument.required(true),
        Given::Default(value) => argument.default_value(value),
        Given::Name | Given::Optional => argument,
    }
}

fn limit_argument() -> Arg {
    let parser = value_parser!(u32).range(1..=100_000);
    Arg::new("limit")
        .long("limit")
        .value_name("N")
        .default_value("100")
        .value_parser(parser)
        .help("At most so many objects")
}

fn dry_run_argument() -> Arg {
    Arg::new("dry-run").long("dry-run").action(ArgAction::SetTrue).help("Check everything, change nothing")
}

fn yes_argument() -> Arg {
    Arg::new("yes").long("yes").short('y').action(ArgAction::SetTrue).help("Do not ask")
}
