//! Where words and data go: data to standard output, words to standard error, progress only to a terminal.

use crate::failure::Failure;
use std::io::{BufRead, Write};

/// The three streams of a command and what they lead to.
pub struct Terminal<'a> {
    pub stdin: &'a mut dyn BufRead,
    pub stdout: &'a mut dyn Write,
    pub stderr: &'a mut dyn Write,
    pub stdin_is_terminal: bool,
    pub stdout_is_terminal: bool,
    pub stderr_is_terminal: bool,
    /// Colors are wanted where a stream is a terminal: neither `NO_COLOR` nor `TERM=dumb`.
    pub colors: bool,
    /// A line of progress stands on standard error and must be erased first.
    pub(crate) progress_shown: bool,
}

/// How a word is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Error,
    Warning,
    Good,
    Strong,
}

impl Style {
    const fn escape(self) -> &'static str {
        match self {
            Self::Error => "\x1b[1;31m",
            Self::Warning => "\x1b[1;33m",
            Self::Good => "\x1b[32m",
            Self::Strong => "\x1b[1m",
        }
    }
}

const RESET: &str = "\x1b[0m";
const ERASE_LINE: &str = "\r\x1b[2K";

impl<'a> Terminal<'a> {
    /// Streams of which none leads to a terminal.
    pub fn plain(stdin: &'a mut dyn BufRead, stdout: &'a mut dyn Write, stderr: &'a mut dyn Write) -> Self {
        Self {
            stdin,
            stdout,
            stderr,
            stdin_is_terminal: false,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            colors: false,
            progress_shown: false,
        }
    }
}

impl Terminal<'_> {
    /// Data, without a line end of its own.
    pub(crate) fn data(&mut self, text: &str) -> Result<(), Failure> {
        self.data_bytes(text.as_bytes())
    }

    pub(crate) fn data_bytes(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.erase_progress();
        self.stdout.write_all(bytes).and_then(|()| self.stdout.flush()).map_err(Failure::Output)
    }

    /// A line of words. Nobody listening is no reason to fail.
    pub(crate) fn say(&mut self, text: &str) {
        self.erase_progress();
        let _ = writeln!(self.stderr, "{text}");
        let _ = self.stderr.flush();
    }

    /// Words without a line end of their own.
    pub(crate) fn words(&mut self, text: &str) {
        self.word_bytes(text.as_bytes());
    }

    /// Bytes for standard error, such as the log of a job whose data goes to standard output.
    pub(crate) fn word_bytes(&mut self, bytes: &[u8]) {
        self.erase_progress();
        let _ = self.stderr.write_all(bytes);
        let _ = self.stderr.flush();
    }

    pub(crate) fn warn(&mut self, text: &str) {
        let word = self.on_stderr(Style::Warning, "warning:");
        self.say(&format!("{word} {text}"));
    }

    /// Replaces the line of progress; nothing where standard error is no terminal.
    pub(crate) fn progress(&mut self, text: &str) {
        if self.stderr_is_terminal {
            let line: String = text.chars().take(110).collect();
            let _ = write!(self.stderr, "{ERASE_LINE}{line}");
            let _ = self.stderr.flush();
            self.progress_shown = true;
        }
    }

    pub(crate) fn erase_progress(&mut self) {
        if self.progress_shown {
            let _ = write!(self.stderr, "{ERASE_LINE}");
            self.progress_shown = false;
        }
    }

    pub(crate) fn on_stderr(&self, style: Style, text: &str) -> String {
        styled(self.colors && self.stderr_is_terminal, style, text)
    }

    pub(crate) fn on_stdout(&self, style: Style, text: &str) -> String {
        styled(self.colors && self.stdout_is_terminal, style, text)
    }

    /// Whether a person sits there who can be asked.
    pub(crate) const fn can_ask(&self) -> bool {
        self.stdin_is_terminal && self.stderr_is_terminal
    }

    /// Asks a yes-no question; anything but yes is no.
    pub(crate) fn ask(&mut self, question: &str) -> bool {
        self.words(&format!("{question} [y/N] "));
        let mut answer = String::new();
        let _ = self.stdin.read_line(&mut answer);
        matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes")
    }
}

fn styled(colored: bool, style: Style, text: &str) -> String {
    if colored { format!("{}{text}{RESET}", style.escape()) } else { text.to_owned() }
}
