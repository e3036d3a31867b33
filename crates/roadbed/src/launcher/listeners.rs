use super::port_holder::holder;
use anyhow::{Context as _, anyhow};
use std::net::{SocketAddr, TcpListener};

/// A listening socket. It closes on exec: each role is given its own and no other process gets any.
pub(super) struct Listening {
    listener: TcpListener,
    pub(super) address: SocketAddr,
}

impl Listening {
    /// # Errors
    /// The port is taken (the text names the holder) or the address is not ours.
    pub(super) fn bind(address: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                let by = holder(address).unwrap_or_else(|| "another process".to_owned());
                anyhow!(
                    "{address} is taken by {by}: end it, or choose another address with --listen / --gateway-listen"
                )
            }
            _ => anyhow!("cannot listen on {address}: {error}"),
        })?;
        let address = listener.local_addr().context("the listening address is unknown")?;
        Ok(Self { listener, address })
    }

    /// A handle for the process that serves on it.
    pub(super) fn handle(&self) -> anyhow::Result<TcpListener> {
        self.listener.try_clone().context("the listening socket cannot be handed on")
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}
