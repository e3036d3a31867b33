//! What every command has at hand.

use crate::connection::{Connection, Locator};
use crate::failure::Failure;
use crate::global::GlobalArguments;
use crate::http::Client;
use crate::local::Local;
use crate::output::{Format, Shape};
use crate::terminal::Terminal;
use roadbed_core::Secret;
use serde_json::Value;
use std::path::PathBuf;

pub(crate) struct Session<'a> {
    pub(crate) local: &'a dyn Local,
    pub(crate) environment: &'a dyn Fn(&str) -> Option<String>,
    pub(crate) terminal: Terminal<'a>,
    /// The folder commands start from.
    pub(crate) folder: PathBuf,
    pub(crate) global: GlobalArguments,
}

impl Session<'_> {
    /// The server in force.
    pub(crate) fn connection(&self) -> Result<Connection, Failure> {
        let url = self.global.url.clone();
        let token = self.global.token.clone().map(Secret::new);
        Locator { url, token, environment: self.environment }.find()
    }

    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Ok(self.connection()?.client())
    }

    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        (self.environment)(name).filter(|value| !value.is_empty())
    }

    /// Tables when nothing else was asked for.
    pub(crate) fn format(&self) -> Format {
        self.global.output.unwrap_or_default()
    }

    pub(crate) fn show_item(&mut self, shape: &Shape, item: &Value) -> Result<(), Failure> {
        let text = shape.item(self.format(), item);
        self.terminal.data(&text)
    }

    pub(crate) fn show_list(&mut self, shape: &Shape, items: &[Value]) -> Result<(), Failure> {
        let text = shape.list(self.format(), items, !self.global.no_headers);
        self.terminal.data(&text)
    }
}
