//! The command line against a real HTTP server on loopback.
#![cfg(test)]

mod data;
mod exits;
mod machine;
mod nouns;
mod open;
mod projects;
mod releases;
mod runs;
mod screens;
mod server;
mod signed;
mod tracked;
mod whereabouts;
