//! Whole stories on the real binary: every test starts the platform on ports the system chooses, talks to it as its users do, and ends
//! it. Nothing is mocked; nothing is left behind, which [`platform::Platform`] checks at the end of each story.
#![cfg(test)]

mod audit;
mod bad_input;
mod client;
mod first_minute;
mod full_disk;
mod golden_path;
mod hostile_code;
mod jobs;
mod killed;
mod load;
mod manifests;
mod moving;
mod platform;
mod processes;
mod programs;
mod serving;
mod slow_clients;
mod teams;
mod waiting;
