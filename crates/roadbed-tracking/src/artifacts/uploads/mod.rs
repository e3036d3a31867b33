//! Uploads in parts: a client sends the parts of a large file beside one another, to addresses that need no token, and then says that they
//! are one file. On every kind of storage the parts come through the server, which must see the bytes to know their digest.
//!
//! A part is a blob held by its upload, so parts survive a dead server, and a part sent again replaces the one before. An upload that
//! nobody ends is forgotten after a day, and its parts go with other blobs nobody holds.

mod api;
mod controller;
mod grant;
mod model;
mod operations;
mod store;

pub(super) use api::routes;
pub(super) use controller::AbandonedUploads;

#[cfg(test)]
mod tests;
