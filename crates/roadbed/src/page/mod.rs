//! What browsers get: the portal at `/` and at every address nobody else has, the documentation at `/docs`, and, in a program that was
//! built without a portal, a plain front page. That page is a client of our own API: it calls the router in process with the visitor's
//! credentials, so it shows nothing they may not see.

mod about;
mod docs;
mod front;
mod html;
mod own_api;
mod portal;
mod routes;

pub(crate) use about::About;
pub(crate) use own_api::OwnApi;
pub(crate) use routes::capability;

#[cfg(test)]
mod tests;
