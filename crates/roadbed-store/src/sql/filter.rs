//! The one way to build a condition at run time. Clause texts are literals of the program; what users send only ever
//! becomes a parameter.

use crate::value::Value;

/// Whether upper and lower case letters are the same. Only ASCII letters are folded, equally on both engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    Sensitive,
    Insensitive,
}

/// Sort direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Smallest first; nulls before everything.
    Ascending,
    /// Largest first; nulls after everything.
    Descending,
}

/// Conditions joined by AND, with their values, and an order.
///
/// ```text
/// let filter = Filter::new().and("state = ?", "running").in_list("kind", kinds).order_by("created_at", Order::Descending);
/// let sql = format!("SELECT … FROM jobs WHERE team_id = ?1 AND {}{} LIMIT 100", filter.sql(1), filter.order_sql());
/// reader.query(&sql, &filter.values_after(params![team]), …)
/// ```
#[derive(Debug, Clone, Default)]
pub struct Filter {
    clauses: Vec<String>,
    values: Vec<Value>,
    order: Vec<String>,
}

impl Filter {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a clause with one value; each `?` in the clause is that value.
    #[must_use]
    pub fn and(self, clause: &'static str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let marks = clause.matches('?').count();
        self.and_all(clause, vec![value; marks])
    }

    /// Adds a clause whose `?` marks take the values in order.
    #[must_use]
    pub fn and_all(mut self, clause: &'static str, values: Vec<Value>) -> Self {
        self.clauses.push(format!("({clause})"));
        self.values.extend(values);
        self
    }

    /// Adds the clause when there is a value.
    #[must_use]
    pub fn and_optional(self, clause: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.and(clause, value),
            None => self,
        }
    }

    /// Adds "at least one of these"; an empty list is never true.
    #[must_use]
    pub fn and_any(mut self, choices: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = Vec::new();
        for choice in choices {
            parts.push(choice.joined());
            self.values.extend(choice.values);
        }
        self.clauses.push(if parts.is_empty() { "FALSE".to_owned() } else { format!("({})", parts.join(" OR ")) });
        self
    }

    /// Adds "the column is one of these values"; an empty list is never true. The list is padded to a power of two
    /// by repeating its last value, so that few different statements arise.
    #[must_use]
    pub fn in_list<V: Into<Value>>(mut self, column: &'static str, values: impl IntoIterator<Item = V>) -> Self {
        let mut values: Vec<Value> = values.into_iter().map(Into::into).collect();
        let Some(last) = values.last().cloned() else {
            self.clauses.push("FALSE".to_owned());
            return self;
        };
        values.resize(values.len().next_power_of_two(), last);
        self.clauses.push(format!("{column} IN ({})", vec!["?"; values.len()].join(", ")));
        self.values.extend(values);
        self
    }

    /// Adds a pattern with `%` (any text) and `_` (any character); `\` takes their meaning away. See [`escape_like`].
    #[must_use]
    pub fn like(mut self, column: &'static str, pattern: &str, case: Case) -> Self {
        let (clause, pattern) = match case {
            Case::Sensitive => (format!("{column} LIKE ? ESCAPE '\\'"), pattern.to_owned()),
            Case::Insensitive => (format!("LOWER({column}) LIKE ? ESCAPE '\\'"), pattern.to_ascii_lowercase()),
        };
        self.clauses.push(clause);
        self.values.push(Value::Text(pattern));
        self
    }

    /// Adds a sort term. Nulls come first ascending and last descending, on both engines.
    #[must_use]
    pub fn order_by(mut self, column: &'static str, order: Order) -> Self {
        self.order.push(match order {
            Order::Ascending => column.to_owned(),
            Order::Descending => format!("{column} DESC"),
        });
        self
    }

    /// The condition, its parameters numbered after `existing` ones; `TRUE` when there is none.
    #[must_use]
    pub fn sql(&self, existing: usize) -> String {
        let joined = self.joined();
        let mut text = String::with_capacity(joined.len() + 16);
        let mut number = existing;
        for part in joined.split_inclusive('?') {
            text.push_str(part);
            if part.ends_with('?') {
                number += 1;
                text.push_str(&number.to_string());
            }
        }
        text
    }

    /// ` ORDER BY …`, or nothing.
    #[must_use]
    pub fn order_sql(&self) -> String {
        if self.order.is_empty() { String::new() } else { format!(" ORDER BY {}", self.order.join(", ")) }
    }

    /// The values of the condition.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// All parameters of a statement: the existing ones and then the condition's.
    #[must_use]
    pub fn values_after(&self, existing: &[Value]) -> Vec<Value> {
        [existing, &self.values].concat()
    }

    fn joined(&self) -> String {
        if self.clauses.is_empty() { "TRUE".to_owned() } else { self.clauses.join(" AND ") }
    }
}

/// Takes the special meaning from `%`, `_` and `\`, for a text that shall be found as it is.
#[must_use]
pub fn escape_like(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, character| {
        if matches!(character, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
        escaped
    })
}
