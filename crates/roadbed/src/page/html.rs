//! The frame of a page, and text that cannot become markup.

/// Text with the characters that mean something in HTML written as entities.
pub(super) fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, character| {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
        escaped
    })
}

const STYLE: &str = include_str!("style.css");

/// A whole page. `body` is markup.
pub(super) fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head><body>\
         <header><div><a class=\"brand\" href=\"/\">Roadbed</a><nav><a href=\"/docs\">Docs</a><a href=\"/api\">API</a></nav></div></header>\
         <main>{body}</main></body></html>",
        title = escape(title),
    )
}

/// Pages run no scripts and load nothing.
pub(super) const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
