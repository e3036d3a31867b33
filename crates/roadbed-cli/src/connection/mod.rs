//! Which server a command talks to, and as whom.

mod locate;
mod profile;
mod server_file;

pub(crate) use locate::{Connection, Locator, clean_url, data_directory};
pub(crate) use profile::{Profile, ProfileFile};
