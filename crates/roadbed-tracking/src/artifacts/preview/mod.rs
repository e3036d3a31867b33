//! What can be shown of a file without handing a browser anything it would run: text, a table, the size of a picture, what a model says.

mod api;
mod image;
mod shown;
mod table;
mod text;

pub use api::{FilePreview, PreviewKind, PreviewQuery};
pub use shown::preview_file;
