//! Text of others, made harmless in Markdown (CommonMark 0.31, GitHub's tables).

/// Characters of a name or value that are shown.
const SHOWN: usize = 300;

/// Order marks turn text around them, and make one name look like another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// One line without what cannot be seen.
fn line(text: &str) -> String {
    let plain = |c: char| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c };
    let mut line: String = text.chars().filter(|c| !is_invisible(*c)).map(plain).take(SHOWN + 1).collect();
    if line.chars().count() > SHOWN {
        line = line.chars().take(SHOWN).collect();
        line.push('…');
    }
    line.trim().to_owned()
}

/// A name or value as code: nothing in it means anything. Its fence is longer than any run of backticks in it; `|` would end a cell of
/// a table even so.
pub(super) fn code(text: &str) -> String {
    let text = line(text).replace('|', "\\|");
    if text.is_empty() {
        return "(empty)".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Prose in one line: every sign that could mean something is escaped.
pub(super) fn prose(text: &str) -> String {
    let mut told = String::new();
    for c in line(text).chars() {
        if c.is_ascii_punctuation() && !matches!(c, ',' | ';' | '\'' | '"' | '%' | '/' | '?') {
            told.push('\\');
        }
        told.push(c);
    }
    told
}

/// Markdown of a person, in a quote that it cannot end. HTML in it is shown and not interpreted, and pictures become links: who reads a
/// card should not call another host by it.
pub(super) fn quoted(text: &str) -> String {
    let mut told = String::new();
    for line in text.lines().map(str::trim_end) {
        let line: String = line.chars().filter(|c| !is_invisible(*c) && (*c == '\t' || !c.is_control())).collect();
        // References to characters are text wherever they stand, which a backslash is not: another one before it would undo it.
        let line = line.replace('<', "&lt;").replace("![", "&#33;[");
        told.push('>');
        if !line.is_empty() {
            told.push(' ');
            told.push_str(&line);
        }
        told.push('\n');
    }
    told
}

#[cfg(test)]
mod tests {
    use super::{code, prose, quoted};
    use pulldown_cmark::{Event, Options, Parser, Tag};

    const HOSTILE: [&str; 12] = [
        "<script>alert(1)</script>",
        "![x](http://evil.example/x.png)",
        "[x](javascript:alert(1))",
        "a`b``c",
        "``",
        "a | b | c",
        "a\n\n# heading",
        "a\n> out",
        "\\<img src=x onerror=y>",
        "\\\\<b>x</b>",
        "https://evil.example www.evil.example a@evil.example",
        "&lt;b&gt; \u{202e}txt",
    ];

    /// What the page would do besides showing text.
    fn effects(markdown: &str) -> Vec<String> {
        Parser::new_ext(markdown, Options::all())
            .filter(|event| {
                matches!(
                    event,
                    Event::Html(_)
                        | Event::InlineHtml(_)
                        | Event::Start(Tag::Image { .. } | Tag::Link { .. } | Tag::Heading { .. } | Tag::HtmlBlock)
                )
            })
            .map(|event| format!("{event:?}"))
            .collect()
    }

    #[test]
    fn names_and_values_are_text_only() {
        for text in HOSTILE {
            for told in [code(text), prose(text)] {
                let page = format!("| a | b |\n|---|---|\n| {told} | after |\n\n- {told} after\n");
                assert_eq!(effects(&page), Vec::<String>::new(), "{page}");
                let cells = Parser::new_ext(&page, Options::all())
                    .filter(|event| matches!(event, Event::Start(Tag::TableCell)))
                    .count();
                assert_eq!(cells, 4, "{page}");
            }
        }
        assert_eq!((code(""), code("max_depth")), ("(empty)".to_owned(), "`max_depth`".to_owned()));
        assert_eq!(prose("breast-cancer, 3.5 %"), "breast\\-cancer, 3\\.5 %");
    }

    #[test]
    fn text_of_people_stays_in_its_quote_without_html_and_pictures() {
        for text in HOSTILE {
            let page = format!("{}\nafter\n", quoted(text));
            let bad = |event: &String| event.contains("Html") || event.contains("Image");
            assert!(!effects(&page).iter().any(bad), "{page} {:?}", effects(&page));
            let mut depth = 0;
            for event in Parser::new_ext(&page, Options::all()) {
                match event {
                    Event::Start(Tag::BlockQuote(_)) => depth += 1,
                    Event::End(pulldown_cmark::TagEnd::BlockQuote(_)) => depth -= 1,
                    Event::Start(Tag::Heading { .. }) => assert!(depth > 0, "{page}"),
                    _ => {}
                }
            }
        }
        assert_eq!(quoted("# Use\n\n*Only* for tests"), "> # Use\n>\n> *Only* for tests\n");
    }
}
