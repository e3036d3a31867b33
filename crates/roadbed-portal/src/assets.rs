use crate::asset::{Asset, Form, has_hash, media_type};
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
#[exclude = "*.map"]
struct Built;

const INDEX: &str = "index.html";

/// Where the portal's files come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// From the program itself.
    Embedded,
    /// From a folder, read anew for each request.
    Folder,
    /// There is no portal.
    None,
}

impl State {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Folder => "folder",
            Self::None => "none",
        }
    }
}

/// The portal's files.
#[derive(Debug, Clone)]
pub struct Assets {
    /// Instead of the embedded files.
    folder: Option<PathBuf>,
}

impl Assets {
    /// What was built into the program.
    #[must_use]
    pub const fn embedded() -> Self {
        Self { folder: None }
    }

    /// What lies in a folder now: for those who work on the portal.
    #[must_use]
    pub const fn in_folder(folder: PathBuf) -> Self {
        Self { folder: Some(folder) }
    }

    #[must_use]
    pub fn state(&self) -> State {
        match (&self.folder, self.form(INDEX)) {
            (_, None) => State::None,
            (Some(_), Some(_)) => State::Folder,
            (None, Some(_)) => State::Embedded,
        }
    }

    /// The page every address of the portal starts with, as it was built.
    #[must_use]
    pub fn index(&self) -> Option<String> {
        String::from_utf8(self.form(INDEX)?.bytes.into_owned()).ok()
    }

    /// The file with this path, relative and with `/`. Compressed forms have no path of their own.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<Asset> {
        let is_form = path.ends_with(".br") || path.ends_with(".gz");
        if path == INDEX || is_form {
            return None;
        }
        Some(Asset {
            media_type: media_type(path),
            immutable: has_hash(path),
            plain: self.form(path)?,
            brotli: self.form(&format!("{path}.br")),
            gzip: self.form(&format!("{path}.gz")),
        })
    }

    fn form(&self, path: &str) -> Option<Form> {
        match &self.folder {
            Some(folder) => form_in(folder, path),
            None => embedded_form(path),
        }
    }
}

fn embedded_form(path: &str) -> Option<Form> {
    let file = Built::get(path)?;
    let hash = file.metadata.sha256_hash();
    let tag = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Some(Form { bytes: file.data, tag })
}

/// Only plain names lead further down: nothing outside the folder is read, and nothing hidden.
fn form_in(folder: &Path, path: &str) -> Option<Form> {
    let is_plain =
        |part: Component<'_>| matches!(part, Component::Normal(name) if !name.to_string_lossy().starts_with('.'));
    let relative = Path::new(path);
    if path.contains('\0') || !relative.components().all(is_plain) {
        return None;
    }
    let file = folder.join(relative);
    let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    let bytes = std::fs::read(&file).ok()?;
    Some(Form { tag: format!("{:x}-{changed:x}", bytes.len()), bytes: Cow::Owned(bytes) })
}
