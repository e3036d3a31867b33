/// What the room is told about the server it runs in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TrackingSettings {
    /// Webhooks may lead to addresses of this machine and of private networks, and by plain HTTP.
    pub private_webhooks: bool,
}
