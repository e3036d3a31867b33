//! An export of Roadbed: JSON lines of one kind per file, files by their digest, and a manifest over all of it. `docs/reference/export.md` is
//! the description for others; `layout` names the files, `reader` and `writer` do what they say.

mod layout;
mod lines;
mod reader;
mod writer;

pub use reader::Archive;
pub use writer::ArchiveWriter;
