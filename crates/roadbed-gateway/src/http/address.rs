//! What a path asks for.

/// Something this gateway has under its paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Address<'p> {
    Health,
    Metrics,
    ServerMetadata,
    ServerLive,
    ServerReady,
    Model { service: &'p str, version: Option<&'p str>, action: ModelAction },
    Invocations { service: &'p str },
    Ping { service: &'p str },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ModelAction {
    Metadata,
    Ready,
    Infer,
}

impl<'p> Address<'p> {
    /// Reads a path; `None` when nothing is there.
    pub(crate) fn read(path: &'p str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        let mut parts = path.strip_suffix('/').unwrap_or(path).split('/');
        let mut next = || parts.next();
        let found = match (next(), next(), next(), next(), next(), next()) {
            (Some("services"), Some(service), Some("invocations"), None, ..) => Self::Invocations { service },
            (Some("services"), Some(service), Some("ping" | "health"), None, ..) => Self::Ping { service },
            (Some("v2"), Some("models"), Some(service), action, None, _) => {
                Self::Model { service, version: None, action: ModelAction::read(action)? }
            }
            (Some("v2"), Some("models"), Some(service), Some("versions"), Some(version), action) => {
                Self::Model { service, version: Some(version), action: ModelAction::read(action)? }
            }
            (Some("v2"), None, ..) => Self::ServerMetadata,
            (Some("v2"), Some("health"), Some("live"), None, ..) => Self::ServerLive,
            (Some("v2"), Some("health"), Some("ready"), None, ..) => Self::ServerReady,
            (Some("healthz"), None, ..) => Self::Health,
            (Some("metrics"), None, ..) => Self::Metrics,
            _ => return None,
        };
        next().is_none().then_some(found)
    }

    /// The method it answers to.
    pub(crate) const fn method(&self) -> &'static str {
        match self {
            Self::Invocations { .. } | Self::Model { action: ModelAction::Infer, .. } => "POST",
            _ => "GET",
        }
    }

    /// Whether it says nothing about anybody's models.
    pub(crate) const fn is_public(&self) -> bool {
        matches!(self, Self::Health | Self::ServerMetadata | Self::ServerLive | Self::ServerReady)
    }
}

impl ModelAction {
    fn read(part: Option<&str>) -> Option<Self> {
        match part {
            None => Some(Self::Metadata),
            Some("ready") => Some(Self::Ready),
            Some("infer") => Some(Self::Infer),
            Some(_) => None,
        }
    }
}
