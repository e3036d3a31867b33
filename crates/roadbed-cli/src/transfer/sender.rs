//! Lines on their way to the server, many in a request.

use super::tally::Tally;
use crate::failure::Failure;
use crate::http::{Call, Client};
use roadbed_contracts::transfer::Line;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::io::Cursor;
use ureq::http::Method;

const LINES: &str = "/api/v1/transfer/lines";
/// A request is sent when it has so many bytes or lines.
const FULL_BYTES: usize = 2 << 20;
const FULL_LINES: usize = 2000;

pub(crate) struct Sender<'a> {
    client: &'a Client,
    team: Option<String>,
    pub(crate) dry_run: bool,
    body: Vec<u8>,
    /// Kind, id and points of each line of the body.
    waiting: Vec<(&'static str, String, u64)>,
    /// Of everything that was refused: kind and id.
    refused: HashSet<(&'static str, String)>,
    /// What is whole on the server: item and mark.
    whole: HashMap<String, String>,
}

/// The kind as it is counted; points are counted, not lines.
pub(super) const fn counted(line: &Line) -> &'static str {
    match line {
        Line::Experiment(_) => "experiment",
        Line::Run(_) => "run",
        Line::LoggedModel(_) => "logged model",
        Line::Metric(_) => "metric point",
        Line::ModelMetric(_) => "model metric point",
        Line::Model(_) => "model",
        Line::Version(_) => "version",
        Line::Alias(_) => "alias",
        Line::Whole(_) => "",
    }
}

impl<'a> Sender<'a> {
    pub(crate) fn new(client: &'a Client, team: Option<String>, dry_run: bool) -> Self {
        let (body, waiting) = (Vec::new(), Vec::new());
        Self { client, team, dry_run, body, waiting, refused: HashSet::new(), whole: HashMap::new() }
    }

    pub(super) fn for_team(&self, call: Call) -> Call {
        match &self.team {
            Some(team) => call.header("x-roadbed-team", team.clone()),
            None => call,
        }
    }

    pub(super) const fn client(&self) -> &Client {
        self.client
    }

    /// Asks what is whole already.
    pub(super) fn read_whole(&mut self) -> Result<(), Failure> {
        let mut cursor: Option<String> = None;
        loop {
            let call = self.for_team(Call::get("/api/v1/transfer/whole"));
            let call = match cursor {
                Some(after) => call.query("cursor", after),
                None => call,
            };
            let answer = self.client.send(&call)?;
            for item in answer["items"].as_array().into_iter().flatten() {
                let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
                self.whole.insert(text("item"), text("mark"));
            }
            cursor = answer["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                return Ok(());
            }
        }
    }

    pub(super) fn is_whole(&self, item: &str, mark: &str) -> bool {
        self.whole.get(item).is_some_and(|known| known == mark)
    }

    pub(super) fn is_refused(&self, kind: &'static str, id: &str) -> bool {
        self.refused.contains(&(kind, id.to_owned()))
    }

    pub(super) fn put(&mut self, line: &Line, tally: &mut Tally) -> Result<(), Failure> {
        let points = match line {
            Line::Metric(line) => line.points.len() as u64,
            Line::ModelMetric(line) => line.points.len() as u64,
            _ => 1,
        };
        let odd = |error: serde_json::Error| Failure::Failed { detail: error.to_string(), fix: None };
        serde_json::to_writer(&mut self.body, line).map_err(odd)?;
        self.body.push(b'\n');
        self.waiting.push((counted(line), line.id(), points));
        if self.body.len() >= FULL_BYTES || self.waiting.len() >= FULL_LINES {
            self.flush(tally)?;
        }
        Ok(())
    }

    /// Sends what waits and counts what became of it.
    pub(super) fn flush(&mut self, tally: &mut Tally) -> Result<(), Failure> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let (body, waiting) = (std::mem::take(&mut self.body), std::mem::take(&mut self.waiting));
        let bytes = body.len() as u64;
        let call = self.for_team(Call::new(Method::POST, LINES)).dry_run(self.dry_run);
        let answer = self.client.upload(&call, Cursor::new(body), bytes)?;
        let mut lost: HashSet<usize> = HashSet::new();
        for refused in answer["refused"].as_array().into_iter().flatten() {
            let place = refused["line"].as_u64().and_then(|line| usize::try_from(line).ok()).unwrap_or(0);
            let Some((kind, id, _)) = place.checked_sub(1).and_then(|place| waiting.get(place)) else { continue };
            if lost.insert(place) {
                tally.refuse(kind, id.clone(), refused["reason"].as_str().unwrap_or_default());
                self.refused.insert((kind, id.clone()));
            }
        }
        let mut present = presents(&answer);
        for (index, (kind, _, points)) in waiting.iter().enumerate().filter(|(_, (kind, ..))| !kind.is_empty()) {
            if lost.contains(&(index + 1)) {
                continue;
            }
            let there = present.get_mut(kind).filter(|left| **left > 0);
            match there {
                Some(left) => {
                    *left -= 1;
                    tally.of(kind).present += points;
                }
                None => tally.of(kind).made += points,
            }
        }
        Ok(())
    }
}

/// How many lines of each kind were there before.
fn presents(answer: &Value) -> HashMap<&'static str, u64> {
    let kinds = [
        ("experiment", "experiment"),
        ("run", "run"),
        ("logged_model", "logged model"),
        ("model", "model"),
        ("version", "version"),
        ("alias", "alias"),
    ];
    let count = |wire: &str| answer["present"][wire].as_u64().unwrap_or(0);
    kinds.iter().map(|(wire, kind)| (*kind, count(wire))).collect()
}

impl Sender<'_> {
    /// The folder that an artifact URI of an answer names; none when there is nothing at the path. A rehearsal does not look.
    pub(super) fn folder(&self, path: &str, pointer: &str) -> Result<Option<String>, Failure> {
        if self.dry_run {
            return Ok(Some(String::new()));
        }
        match self.client.send(&self.for_team(Call::get(path))) {
            Ok(answer) => {
                let uri = answer.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
                Ok(uri.strip_prefix("mlflow-artifacts:/").map(str::to_owned))
            }
            Err(Failure::Problem(problem)) if problem.status == 404 => Ok(None),
            Err(other) => Err(other),
        }
    }
}
