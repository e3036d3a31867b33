//! The portal's files as answers: its one page at every address nobody else has, its scripts and styles with headers that let browsers
//! keep them for ever.

mod address;
mod encoding;
mod file;
mod index;
mod site;

pub(super) use site::Portal;
