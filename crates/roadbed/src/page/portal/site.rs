use super::{address, file, index};
use axum::http::HeaderMap;
use axum::response::Response;
use roadbed_capability::Problem;
use roadbed_portal::{Assets, State};

/// The portal, if this program has one.
#[derive(Clone)]
pub(crate) struct Portal {
    assets: Assets,
}

impl Portal {
    pub(crate) const fn new(assets: Assets) -> Self {
        Self { assets }
    }

    pub(crate) fn state(&self) -> State {
        self.assets.state()
    }

    /// The page, or nothing where there is no portal.
    pub(crate) fn index(&self) -> Option<Result<Response, Problem>> {
        self.assets.index().map(|page| index::answer(&page))
    }

    /// A file by its path below the portal's folder.
    pub(crate) fn file(&self, path: &str, asked: &HeaderMap) -> Option<Response> {
        self.assets.find(path.trim_start_matches('/')).map(|asset| file::answer(asset, asked))
    }

    /// What an address without a route of its own shows: a file, the page, or nothing.
    pub(crate) fn at(&self, path: &str, asked: &HeaderMap) -> Option<Result<Response, Problem>> {
        if let Some(file) = self.file(path, asked) {
            return Some(Ok(file));
        }
        address::is_page(path, asked).then(|| self.index()).flatten()
    }
}
