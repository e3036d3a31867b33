//! A file of the portal as an answer.

use super::encoding::{Encoding, choose};
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use roadbed_portal::{Asset, Form};

/// Names with a hash stand for the same bytes for ever.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// The form this client takes, or the news that it has it already.
pub(crate) fn answer(asset: Asset, asked: &HeaderMap) -> Response {
    let forms = [(Encoding::Brotli, asset.brotli.is_some()), (Encoding::Gzip, asset.gzip.is_some())];
    let available: Vec<Encoding> = forms.into_iter().filter(|(_, is_there)| *is_there).map(|(form, _)| form).collect();
    let (encoding, form) = match (choose(asked, &available), asset.brotli, asset.gzip) {
        (Encoding::Brotli, Some(form), _) => (Encoding::Brotli, form),
        (Encoding::Gzip, _, Some(form)) => (Encoding::Gzip, form),
        _ => (Encoding::Plain, asset.plain),
    };
    let Form { bytes, tag } = form;
    let tag = format!("\"{tag}\"");
    let is_known = is_named(asked, &tag);
    let mut headers = vec![
        (header::CACHE_CONTROL, if asset.immutable { FOR_EVER } else { ASK_AGAIN }.to_owned()),
        (header::VARY, "accept-encoding".to_owned()),
        (header::ETAG, tag),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    if asset.media_type.starts_with("image/svg") {
        // A picture that is opened by itself is a document: it may run nothing either.
        headers.push((header::CONTENT_SECURITY_POLICY, PICTURE_POLICY.to_owned()));
    }
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        headers.push((header::CONTENT_TYPE, asset.media_type));
        if encoding != Encoding::Plain {
            headers.push((header::CONTENT_ENCODING, encoding.token().to_owned()));
        }
        Response::new(Body::from(bytes))
    };
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Whether the client says that it holds these bytes (`If-None-Match`; compared weakly, as RFC 9110 section 13.1.2 says).
fn is_named(asked: &HeaderMap, tag: &str) -> bool {
    let named = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|text| text.split(',')).any(|name| {
        let name = name.trim();
        name == "*" || name.strip_prefix("W/").unwrap_or(name) == tag
    })
}
