//! A server that speaks MLflow's REST protocol, MLflow's own or Roadbed: `http` asks, `read` understands the answers, `source` answers.

mod http;
mod read;
mod source;

pub use source::ServerSource;
