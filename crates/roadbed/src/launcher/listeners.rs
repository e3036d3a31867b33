use super::port_holder::holder;
use anyhow::{Context as _, anyhow};
use rustix::io::{FdFlags, fcntl_setfd};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::{AsRawFd as _, RawFd};

/// A listening socket that children inherit.
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
        fcntl_setfd(&listener, FdFlags::empty()).context("the listening socket cannot be handed on")?;
        Ok(Self { listener, address })
    }

    pub(super) fn descriptor(&self) -> RawFd {
        self.listener.as_raw_fd()
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}
