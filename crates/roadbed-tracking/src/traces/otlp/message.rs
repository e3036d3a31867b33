//! What is kept of the messages while they are read.

use super::value::Any;

/// `Status.code` of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::traces) enum Status {
    #[default]
    Unset,
    Ok,
    Error,
}

impl Status {
    pub(in crate::traces) const fn of_code(code: u64) -> Self {
        match code {
            1 => Self::Ok,
            2 => Self::Error,
            _ => Self::Unset,
        }
    }

    /// The name protobuf gives it.
    pub(in crate::traces) const fn as_str(self) -> &'static str {
        match self {
            Self::Unset => "STATUS_CODE_UNSET",
            Self::Ok => "STATUS_CODE_OK",
            Self::Error => "STATUS_CODE_ERROR",
        }
    }

    /// The word of filters and tables.
    pub(in crate::traces) const fn word(self) -> &'static str {
        match self {
            Self::Unset => "UNSET",
            Self::Ok => "OK",
            Self::Error => "ERROR",
        }
    }
}

/// An event of a span, such as an exception.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::traces) struct Moment {
    pub name: String,
    pub time_ns: u64,
    pub attributes: Vec<(String, Any)>,
}

/// Another span that belongs to it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::traces) struct Link {
    pub trace: Vec<u8>,
    pub span: Vec<u8>,
    pub attributes: Vec<(String, Any)>,
}

/// A span as it was sent.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::traces) struct RawSpan {
    pub trace: [u8; 16],
    pub id: [u8; 8],
    pub parent: Option<[u8; 8]>,
    pub name: String,
    pub start_ns: u64,
    /// 0 while it is under way.
    pub end_ns: u64,
    pub status: Status,
    pub message: String,
    pub attributes: Vec<(String, Any)>,
    pub events: Vec<Moment>,
    pub links: Vec<Link>,
}

/// The spans of one program with what it says about itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::traces) struct Source {
    pub attributes: Vec<(String, Any)>,
    pub spans: Vec<RawSpan>,
}

/// `ExportTraceServiceRequest`.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::traces) struct Export {
    pub sources: Vec<Source>,
}
