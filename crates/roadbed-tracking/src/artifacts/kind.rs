//! What a file is for people, told from its name.

use serde::Serialize;

/// How a file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Text,
    Table,
    Image,
    /// An `MLmodel` file, or a folder that holds one.
    Model,
    Other,
}

/// Name of the file that describes a model folder.
pub(super) const MODEL_FILE: &str = "MLmodel";

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

fn extension_of(path: &str) -> String {
    name_of(path).rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

impl FileKind {
    /// A guess; the content decides in a preview.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        if name_of(path) == MODEL_FILE {
            return Self::Model;
        }
        match extension_of(path).as_str() {
            "csv" | "tsv" => Self::Table,
            "png" | "jpg" | "jpeg" | "gif" | "webp" => Self::Image,
            "txt" | "log" | "md" | "py" | "yaml" | "yml" | "cfg" | "conf" | "ini" | "toml" | "json" | "jsonl"
            | "html" | "htm" | "svg" | "xml" | "sh" | "sql" | "js" | "ts" | "css" | "r" | "ipynb" => Self::Text,
            _ => Self::Other,
        }
    }
}

/// The media type a file is served with. Types that a browser would run (HTML, SVG) are never among them.
pub(super) fn media_type(path: &str) -> &'static str {
    match extension_of(path).as_str() {
        "txt" | "log" | "md" | "py" | "yaml" | "yml" | "cfg" | "conf" | "ini" | "toml" => "text/plain; charset=utf-8",
        "json" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        _ if name_of(path) == MODEL_FILE => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether a browser may show a file of this type in place; everything else is a download.
pub(super) fn is_shown_in_place(media_type: &str) -> bool {
    media_type.starts_with("image/")
}

#[cfg(test)]
mod tests {
    use super::{FileKind, is_shown_in_place, media_type};

    #[test]
    fn names_tell_the_kind() {
        for (path, kind) in [
            ("a/MLmodel", FileKind::Model),
            ("a/b.CSV", FileKind::Table),
            ("loss.png", FileKind::Image),
            ("notes.md", FileKind::Text),
            ("model.pkl", FileKind::Other),
            ("csv", FileKind::Other),
        ] {
            assert_eq!(FileKind::of_path(path), kind, "{path}");
        }
    }

    #[test]
    fn nothing_a_browser_runs_is_shown_in_place() {
        for path in ["a.html", "a.HTM", "a.svg", "a.xml", "a.js", "a.pdf", "a.json", "a.txt", "a"] {
            assert!(!is_shown_in_place(media_type(path)), "{path}");
        }
        assert!(is_shown_in_place(media_type("a.PNG")));
    }
}
