//! What an entry of the table is made of.

use crate::output::Shape;

/// A thing users list, get, create and delete.
pub(crate) struct Noun {
    pub(crate) word: &'static str,
    pub(crate) plural: &'static str,
    pub(crate) about: &'static str,
    pub(crate) shape: Shape,
    pub(crate) list: Action,
    pub(crate) get: Action,
    pub(crate) create: Action,
    pub(crate) delete: Action,
}

/// What one verb does with a noun.
pub(crate) enum Action {
    /// The first endpoint whose condition holds for the name.
    Call(&'static [Endpoint]),
    /// Looks through the list for an object with the name at one of these paths.
    Find(&'static [&'static str]),
    /// There is no such thing to do; the text says what to do instead.
    Instead(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// One call of the API.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    /// As in the OpenAPI document.
    pub(crate) path: &'static str,
    pub(crate) parameters: &'static [Parameter],
    /// For which names.
    pub(crate) when: When,
    /// Key of the object or list in the answer; empty: the answer itself.
    pub(crate) answer: &'static str,
    pub(crate) pages: Pages,
    pub(crate) printed: Printed,
}

/// Whether an answer is a text that is printed as it comes; with the media type that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Printed {
    /// It is an object in JSON.
    Never,
    /// An object for those who want one with `-o`.
    ForPeople(&'static str),
    Always(&'static str),
}

/// How a list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages {
    /// All at once.
    One,
    /// `limit` and `cursor` in the query, `next_cursor` in the answer.
    Cursor,
    /// All at once, as a map: the fields for its keys and for its values.
    Entries(&'static str, &'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Always,
    /// The name is an id: a UUID.
    Id,
    /// This flag is given; what it does. It goes with the name and the team and nothing else.
    Flag(&'static str, &'static str),
}

/// A value the command line gives.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter {
    /// Field, query parameter or part of the path.
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) given: Given,
    pub(crate) kind: Kind,
    pub(crate) about: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Body,
    Header,
}

/// How the command line gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    /// NAME, required.
    Name,
    /// `--name VALUE`, required.
    Required,
    /// `--name VALUE`.
    Optional,
    /// `--name VALUE`, with a value when it is not given.
    Default(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// Values with commas between them.
    List,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Truth,
    /// JSON.
    Json,
    /// The id of an experiment, also given by its name.
    Experiment,
    /// What stands before the mark in a name such as `churn/3`.
    Before(char),
    /// What stands after the mark.
    After(char),
}

impl Endpoint {
    pub(crate) const fn new(method: Method, path: &'static str, parameters: &'static [Parameter]) -> Self {
        Self { method, path, parameters, when: When::Always, answer: "", pages: Pages::One, printed: Printed::Never }
    }

    /// A list under a key.
    pub(crate) const fn items(self, answer: &'static str, pages: Pages) -> Self {
        Self { answer, pages, ..self }
    }

    /// A text instead of an object.
    pub(crate) const fn prints(self, printed: Printed) -> Self {
        Self { printed, ..self }
    }

    pub(crate) const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }

    pub(crate) fn is_for(&self, name: &str, has_flag: impl Fn(&str) -> bool) -> bool {
        match self.when {
            When::Always => true,
            When::Id => is_id(name),
            When::Flag(flag, _) => has_flag(flag),
        }
    }
}

/// Whether a text is an id and not a name: a UUID with hyphens.
pub(crate) fn is_id(text: &str) -> bool {
    let hyphens = [8, 13, 18, 23];
    text.len() == 36
        && text.char_indices().all(|(index, c)| if hyphens.contains(&index) { c == '-' } else { c.is_ascii_hexdigit() })
}
