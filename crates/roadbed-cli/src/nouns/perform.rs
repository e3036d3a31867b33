//! Works off one line of the table.

use super::catalog::{LATER_NOUNS, noun};
use super::command::{NounVerb, flag};
use super::endpoint::{Action, Endpoint, Kind, Method, Noun, Pages, Parameter, Place, Printed};
use crate::failure::{Code, Failure};
use crate::http::{Call, Client, segment};
use crate::output::{at, cell};
use crate::session::Session;
use clap::ArgMatches;
use roadbed_core::{IdSource as _, SystemIds};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Most objects of one page, as the server accepts.
const PAGE_LIMIT: usize = 1000;

/// `first` is the first word of the command line, `matches` what follows it: a verb with a noun or a noun with a verb.
pub(crate) fn perform(session: &mut Session<'_>, first: &str, matches: &ArgMatches) -> Result<Code, Failure> {
    let (second, arguments) = matches.subcommand().unwrap_or((first, matches));
    let (verb, word) = match NounVerb::parse(first) {
        Some(verb) => (Some(verb), second),
        None => (NounVerb::parse(second), first),
    };
    if LATER_NOUNS.contains(&word) {
        return Err(Failure::NotInThisVersion(word.to_owned()));
    }
    let (Some(verb), Some(noun)) = (verb, noun(word)) else {
        return Err(Failure::usage(format!("{first} {second} is no command"), "see: roadbed --help"));
    };
    let given = Asked { arguments, noun };
    match (verb, verb.action(noun)) {
        (_, Action::Instead(text)) => {
            Err(Failure::usage(format!("there is no {} {}", verb.word(), noun.word), (*text).to_owned()))
        }
        (NounVerb::List, Action::Call(endpoints)) => list(session, &given, endpoint(endpoints, &given)?),
        (NounVerb::Get, Action::Call(endpoints)) => {
            let endpoint = endpoint(endpoints, &given)?;
            match endpoint.printed {
                Printed::Always(kind) => return print(session, &given, (endpoint, kind)),
                Printed::ForPeople(kind) if session.format().is_for_people() => {
                    return print(session, &given, (endpoint, kind));
                }
                _ => {}
            }
            let item = fetch(session, &given, endpoint)?;
            session.show_item(&noun.shape, &item)?;
            Ok(Code::Done)
        }
        (_, Action::Find(paths)) => find(session, &given, paths),
        (NounVerb::Create, Action::Call(endpoints)) => create(session, &given, endpoint(endpoints, &given)?),
        (NounVerb::Update, Action::Call(endpoints)) => update(session, &given, endpoint(endpoints, &given)?),
        (NounVerb::Delete, Action::Call(endpoints)) => delete(session, &given, endpoint(endpoints, &given)?),
    }
}

/// What the command line gave for a noun.
struct Asked<'a> {
    arguments: &'a ArgMatches,
    noun: &'static Noun,
}

impl Asked<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.arguments.try_get_one::<String>(name).ok().flatten().map(String::as_str)
    }

    fn name(&self) -> &str {
        self.text("NAME").unwrap_or_default()
    }

    fn flag(&self, name: &str) -> bool {
        self.arguments.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or(false)
    }

    fn limit(&self) -> usize {
        let limit = self.arguments.try_get_one::<u32>("limit").ok().flatten().copied();
        limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX)
    }
}

fn endpoint(endpoints: &'static [Endpoint], given: &Asked<'_>) -> Result<&'static Endpoint, Failure> {
    let found = endpoints.iter().find(|endpoint| endpoint.is_for(given.name(), |flag| given.flag(flag)));
    found.ok_or_else(|| Failure::usage(format!("{:?} names no {}", given.name(), given.noun.word), "give its id"))
}

/// The call with every value in its place.
fn call(client: &Client, endpoint: &Endpoint, given: &Asked<'_>) -> Result<Call, Failure> {
    let mut path = endpoint.path.to_owned();
    let mut body = Map::new();
    let mut call = Call::new(
        match endpoint.method {
            Method::Get => ureq::http::Method::GET,
            Method::Post => ureq::http::Method::POST,
            Method::Put => ureq::http::Method::PUT,
            Method::Patch => ureq::http::Method::PATCH,
            Method::Delete => ureq::http::Method::DELETE,
        },
        "",
    );
    for parameter in endpoint.parameters {
        let Some(text) = given.text(flag(parameter)) else { continue };
        let value = value(client, parameter, text, given)?;
        let word = value.as_str().unwrap_or(text);
        match parameter.place {
            Place::Path => path = path.replace(&format!("{{{}}}", parameter.name), &path_segment(word)?),
            Place::Query => call = call.query(parameter.name, word),
            Place::Header => call = call.header(parameter.name, word),
            Place::Body => drop(body.insert(parameter.name.to_owned(), value)),
        }
    }
    call.path = path;
    let has_body = matches!(endpoint.method, Method::Post | Method::Put | Method::Patch) || !body.is_empty();
    call.body = has_body.then_some(Value::Object(body));
    Ok(call)
}

/// Servers and proxies take these two for steps through folders, however they are encoded.
fn path_segment(text: &str) -> Result<String, Failure> {
    if matches!(text, "" | "." | "..") {
        return Err(Failure::usage(format!("{text:?} is no name"), "give the name or id of an object"));
    }
    Ok(segment(text))
}

fn value(client: &Client, parameter: &Parameter, text: &str, given: &Asked<'_>) -> Result<Value, Failure> {
    Ok(match parameter.kind {
        Kind::Text => Value::from(text),
        Kind::List => text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect(),
        Kind::Number => read_json(parameter, text, Value::is_i64, "a whole number")?,
        Kind::Truth => read_json(parameter, text, Value::is_boolean, "true or false")?,
        Kind::Json => read_json(parameter, text, |_| true, "JSON")?,
        Kind::Experiment => experiment_id(client, text, given.text("team"))?,
        Kind::Before(mark) => Value::from(halves(text, mark, given.noun)?.0),
        Kind::After(mark) => Value::from(halves(text, mark, given.noun)?.1),
    })
}

/// The whole and what is meant of it, in names such as `churn/3` and `churn@champion`.
fn halves<'a>(text: &'a str, mark: char, noun: &Noun) -> Result<(&'a str, &'a str), Failure> {
    let halves = text.rsplit_once(mark).filter(|(first, last)| !first.is_empty() && !last.is_empty());
    let word = noun.word;
    let whole = if word == "delivery" { "WEBHOOK" } else { "MODEL" };
    halves.ok_or_else(|| {
        Failure::usage(format!("{text:?} names no {word}"), format!("write {whole}{mark}{}", word.to_uppercase()))
    })
}

fn read_json(parameter: &Parameter, text: &str, fits: fn(&Value) -> bool, expected: &str) -> Result<Value, Failure> {
    let read = serde_json::from_str::<Value>(text.trim()).ok().filter(fits);
    let flag = flag(parameter);
    read.ok_or_else(|| Failure::usage(format!("--{flag} is {text:?}"), format!("write {expected}")))
}

/// An experiment is its digits, or what has the name.
pub(crate) fn experiment_id(client: &Client, text: &str, team: Option<&str>) -> Result<Value, Failure> {
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) {
        return Ok(Value::from(text));
    }
    let mut call = Call::get("/api/2.0/mlflow/experiments/get-by-name").query("experiment_name", text);
    if let Some(team) = team {
        call = call.header("x-roadbed-team", team);
    }
    Ok(client.send(&call)?["experiment"]["experiment_id"].clone())
}

/// An answer that is a text, as it comes.
fn print(
    session: &mut Session<'_>,
    given: &Asked<'_>,
    (endpoint, kind): (&Endpoint, &'static str),
) -> Result<Code, Failure> {
    let client = session.client()?;
    let text = client.text(&call(&client, endpoint, given)?.header("accept", kind))?;
    session.terminal.data(&text)?;
    Ok(Code::Done)
}

fn fetch(session: &Session<'_>, given: &Asked<'_>, endpoint: &Endpoint) -> Result<Value, Failure> {
    let client = session.client()?;
    let answer = client.send(&call(&client, endpoint, given)?)?;
    let missing = || Failure::NotFound(format!("there is no {} {:?}", given.noun.word, given.name()));
    object(&answer, endpoint, given).ok_or_else(missing)
}

/// The object of an answer; of a map, the entry that the name means.
fn object(answer: &Value, endpoint: &Endpoint, given: &Asked<'_>) -> Option<Value> {
    let Pages::Entries(key, _) = endpoint.pages else { return Some(at(answer, endpoint.answer).clone()) };
    let part = endpoint.parameters.iter().find_map(|parameter| match parameter.kind {
        Kind::After(mark) => given.name().rsplit_once(mark),
        _ => None,
    });
    let (_, name) = part?;
    objects(answer, endpoint).into_iter().find(|entry| entry[key] == name)
}

/// The objects of a page.
fn objects(answer: &Value, endpoint: &Endpoint) -> Vec<Value> {
    let found = at(answer, endpoint.answer);
    match endpoint.pages {
        Pages::Entries(key, value) => {
            // By name, whatever the order of the answer was kept in.
            let entries: BTreeMap<&String, &Value> = found.as_object().into_iter().flatten().collect();
            entries.into_iter().map(|(name, it)| json!({ key: name, value: it })).collect()
        }
        _ => found.as_array().cloned().unwrap_or_default(),
    }
}

/// Pages until the limit; also says whether there is more.
fn items(session: &Session<'_>, given: &Asked<'_>, endpoint: &Endpoint) -> Result<(Vec<Value>, bool), Failure> {
    let client = session.client()?;
    let base = call(&client, endpoint, given)?;
    let limit = given.limit();
    let mut items: Vec<Value> = Vec::new();
    let mut next: Option<String> = None;
    loop {
        let wanted = (limit - items.len()).min(PAGE_LIMIT);
        let answer = client.send(&page(&base, endpoint, wanted, next.take()))?;
        items.extend(objects(&answer, endpoint));
        next = answer["next_cursor"].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        if next.is_none() || items.len() >= limit {
            let more = next.is_some() || items.len() > limit;
            items.truncate(limit);
            return Ok((items, more));
        }
    }
}

fn page(base: &Call, endpoint: &Endpoint, limit: usize, next: Option<String>) -> Call {
    if endpoint.pages != Pages::Cursor {
        return base.clone();
    }
    let call = base.clone().query("limit", limit.to_string());
    match next {
        Some(next) => call.query("cursor", next),
        None => call,
    }
}

fn list(session: &mut Session<'_>, given: &Asked<'_>, endpoint: &Endpoint) -> Result<Code, Failure> {
    let (items, more) = items(session, given, endpoint)?;
    if items.is_empty() && session.format().is_for_people() {
        session.terminal.say(&format!("no {}", given.noun.plural));
        return Ok(Code::Done);
    }
    session.show_list(&given.noun.shape, &items)?;
    if more {
        session.terminal.say(&format!("there are more than these {}: ask for them with --limit", items.len()));
    }
    Ok(Code::Done)
}

fn find(session: &mut Session<'_>, given: &Asked<'_>, paths: &[&str]) -> Result<Code, Failure> {
    let Action::Call(endpoints) = given.noun.list else {
        return Err(Failure::usage(format!("there is no list of {}", given.noun.plural), "see: roadbed --help"));
    };
    let (items, _) = items(session, given, endpoint(endpoints, given)?)?;
    let name = given.name();
    let found = items.iter().find(|item| paths.iter().any(|path| cell(at(item, path)) == name));
    let found = found.ok_or_else(|| Failure::NotFound(format!("there is no {} {name:?}", given.noun.word)))?;
    session.show_item(&given.noun.shape, found)?;
    Ok(Code::Done)
}

fn create(session: &mut Session<'_>, given: &Asked<'_>, endpoint: &Endpoint) -> Result<Code, Failure> {
    let client = session.client()?;
    let dry_run = given.flag("dry-run");
    let (word, name) = (given.noun.word, given.name());
    let call = call(&client, endpoint, given)?
        .dry_run(dry_run)
        .header("idempotency-key", format!("{:032x}", SystemIds.next()));
    let answer = client.send(&call)?;
    session.terminal.say(&if dry_run {
        format!("would create {word} {name}")
    } else {
        format!("created {word} {name}")
    });
    if let Some(item) = object(&answer, endpoint, given) {
        session.show_item(&given.noun.shape, &item)?;
    }
    if answer["token"].is_string() {
        session.terminal.say("the token is shown this once: keep it in a safe place");
    }
    Ok(Code::Done)
}

fn update(session: &mut Session<'_>, given: &Asked<'_>, endpoint: &Endpoint) -> Result<Code, Failure> {
    let client = session.client()?;
    let dry_run = given.flag("dry-run");
    let answer = client.send(&call(&client, endpoint, given)?.dry_run(dry_run))?;
    let (word, name) = (given.noun.word, given.name());
    session.terminal.say(&format!("{} {word} {name}", if dry_run { "would update" } else { "updated" }));
    if let Some(item) = object(&answer, endpoint, given) {
        session.show_item(&given.noun.shape, &item)?;
    }
    Ok(Code::Done)
}

fn delete(session: &mut Session<'_>, given: &Asked<'_>, endpoint: &Endpoint) -> Result<Code, Failure> {
    let client = session.client()?;
    let dry_run = given.flag("dry-run");
    let (word, name) = (given.noun.word, given.name());
    let must_ask = !dry_run && !given.flag("yes") && session.terminal.can_ask();
    if must_ask && !session.terminal.ask(&format!("Delete {word} {name}?")) {
        session.terminal.say("nothing was deleted");
        return Ok(Code::Failed);
    }
    client.send(&call(&client, endpoint, given)?.dry_run(dry_run))?;
    session.terminal.say(&if dry_run {
        format!("would delete {word} {name}")
    } else {
        format!("deleted {word} {name}")
    });
    Ok(Code::Done)
}
