//! The documentation, embedded as Markdown and rendered when asked for.

use super::html::{escape, page as frame};
use pulldown_cmark::{Options, Parser, html};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../docs"]
#[include = "*.md"]
struct Docs;

/// The page by its path without `.md`; a folder's page is its `README`.
pub(super) fn page(path: &str) -> Option<String> {
    let path = path.trim_matches('/');
    let file = Docs::get(&format!("{path}.md")).or_else(|| Docs::get(&format!("{path}/README.md")))?;
    let text = std::str::from_utf8(&file.data).ok()?;
    let title = text.lines().next().unwrap_or("Roadbed").trim_start_matches('#').trim();
    let mut body = String::new();
    html::push_html(&mut body, Parser::new_ext(text, Options::ENABLE_TABLES));
    Some(frame(title, &format!("{body}<h2>Pages</h2>{}", list())))
}

fn list() -> String {
    let mut paths: Vec<String> = Docs::iter().map(|path| path.trim_end_matches(".md").to_owned()).collect();
    paths.sort();
    let items = paths.iter().map(|path| format!("<li><a href=\"/docs/{0}\">{0}</a></li>", escape(path)));
    format!("<ul>{}</ul>", items.collect::<String>())
}
