//! The pages the server renders by itself: the front page `/` until a portal replaces it, and the documentation at `/docs`.
//! A page is a client of our own API: it calls the router in process with the visitor's credentials, so it shows nothing they may not see.

mod docs;
mod front;
mod html;
mod own_api;
mod routes;

pub(crate) use own_api::OwnApi;
pub(crate) use routes::capability;
