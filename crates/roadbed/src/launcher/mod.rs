//! `roadbed up`: a small parent that holds the listening sockets and keeps control and gateway running. Either child can be
//! killed and comes back without the other noticing; the sockets stay open meanwhile, so callers wait instead of failing.

mod children;
mod listeners;
mod port_holder;
mod predecessor;
mod supervise;

pub(crate) use children::FINAL_EXIT;
pub(crate) use supervise::{UpOptions, run};
