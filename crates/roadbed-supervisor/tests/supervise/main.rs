//! The supervisor as a process, with real user code. Each test has a data directory of its own.
#![cfg(test)]

mod control;
mod ends;
mod environments;
mod fixture;
mod isolation;
mod limits;
mod logs;
mod worker;
