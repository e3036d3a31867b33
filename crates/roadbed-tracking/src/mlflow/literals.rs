//! Numbers that JSON does not have and Python writes all the same.

const LITERALS: [&[u8]; 3] = [b"-Infinity", b"Infinity", b"NaN"];

/// The document with `NaN`, `Infinity` and `-Infinity` outside of texts in quotes, as the protocol writes them.
pub(super) fn with_quoted_literals(document: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::with_capacity(document.len() + 2);
    let mut rest = document;
    let (mut in_text, mut is_escaped) = (false, false);
    while let Some((first, behind)) = rest.split_first() {
        let literal = LITERALS.into_iter().find(|literal| !in_text && rest.starts_with(literal));
        if let Some(literal) = literal {
            quoted.push(b'"');
            quoted.extend(literal);
            quoted.push(b'"');
            rest = rest.get(literal.len()..).unwrap_or_default();
            continue;
        }
        if *first == b'"' && !is_escaped {
            in_text = !in_text;
        }
        is_escaped = in_text && *first == b'\\' && !is_escaped;
        quoted.push(*first);
        rest = behind;
    }
    quoted
}
