//! Which addresses without a route of their own are pages of the portal.

use axum::http::{HeaderMap, header};

/// First parts of paths that belong to interfaces for programs and to pages the server renders: an unknown address there stays an error.
const TAKEN: [&str; 14] = [
    "ajax-api", "api", "assets", "docs", "git", "health", "healthz", "internal", "login", "metrics", "readyz",
    "static", "v1", "version",
];

/// Whether a browser that was sent here should get the portal, which knows its own addresses.
pub(crate) fn is_page(path: &str, asked: &HeaderMap) -> bool {
    let mut parts = path.trim_start_matches('/').split('/');
    let first = parts.next().unwrap_or_default();
    // `/favicon.ico`, `/robots.txt`: pages at the top have no dot in their names, things further down may.
    let is_file = first.contains('.') && parts.next().is_none();
    !TAKEN.contains(&first) && !is_file && takes_pages(asked)
}

/// Programs that ask for anything (`*/*`) get an error they can read.
fn takes_pages(asked: &HeaderMap) -> bool {
    let kinds = asked.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    kinds.flat_map(|text| text.split(',')).any(|kind| {
        let mut words = kind.split(';').map(str::trim);
        let is_html = words.next().is_some_and(|kind| kind.eq_ignore_ascii_case("text/html"));
        is_html && !words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

#[cfg(test)]
mod tests {
    use super::is_page;
    use axum::http::{HeaderMap, HeaderValue, header};

    fn accepting(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(text))])
    }

    #[test]
    fn pages_are_what_browsers_are_sent_to() {
        let browser = accepting("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        for page in ["/services", "/services/cancer", "/models/my.model/3", "/apis", "/settings/licenses"] {
            assert!(is_page(page, &browser), "{page}");
        }
        for other in ["/api/v1/nothing", "/api", "/ajax-api/x", "/internal/v1/x", "/git/a.git", "/docs/x", "/v1/traces"]
        {
            assert!(!is_page(other, &browser), "{other}");
        }
        for file in ["/favicon.ico", "/robots.txt", "/assets/gone-12345678.js", "/assets", "/healthz/x", "/login/x"] {
            assert!(!is_page(file, &browser), "{file}");
        }
        for program in ["*/*", "application/json", "text/html;q=0, application/json", ""] {
            assert!(!is_page("/services", &accepting(program)), "{program}");
        }
        assert!(!is_page("/services", &HeaderMap::new()));
    }
}
