//! The command line: `--directory DIR [--cache DIR] [--pass-fd N]`.

use crate::error::SupervisorError;
use std::ffi::OsString;
use std::os::fd::RawFd;
use std::path::PathBuf;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// The workload folder.
    pub(crate) directory: PathBuf,
    /// Overrides the cache directory of `launch.json`.
    pub(crate) cache: Option<PathBuf>,
    /// An inherited descriptor that becomes descriptor 3 of user code. The work ends when its other side is closed.
    pub(crate) pass_fd: Option<RawFd>,
}

const USAGE: &str = "usage: roadbed supervisor --directory DIR [--cache DIR] [--pass-fd N]";

impl Arguments {
    pub(crate) fn parse(arguments: &[OsString]) -> Result<Self, SupervisorError> {
        let wrong = |what: String| SupervisorError::Usage(format!("{what}; {USAGE}"));
        let (mut directory, mut cache, mut pass_fd) = (None, None, None);
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            let name = name.to_string_lossy();
            let value = arguments.next().ok_or_else(|| wrong(format!("{name} needs a value")))?;
            match name.as_ref() {
                "--directory" => directory = Some(PathBuf::from(value)),
                "--cache" => cache = Some(PathBuf::from(value)),
                "--pass-fd" => {
                    let number =
                        value.to_str().and_then(|text| text.parse::<RawFd>().ok()).filter(|number| *number >= 3);
                    let number =
                        number.ok_or_else(|| wrong(format!("--pass-fd {value:?} is not a descriptor above 2")))?;
                    pass_fd = Some(number);
                }
                _ => return Err(wrong(format!("{name} is not known"))),
            }
        }
        let directory: PathBuf = directory.ok_or_else(|| wrong("--directory is missing".to_owned()))?;
        Ok(Self { directory, cache, pass_fd })
    }
}
