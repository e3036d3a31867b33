//! Search as MLflow clients write it: filters such as `metrics.auc > 0.9 AND tags."team" LIKE 'gr%'`, orders such as
//! `metrics.auc DESC`, and page tokens. Pure: texts in, decisions out; which rows there are is the caller's part.
//!
//! Grammar (behaviour of `mlflow/utils/search_utils.py`): clauses joined by `AND`; a clause is `identifier comparator value` or
//! `identifier IS [NOT] NULL`; an identifier is `entity.key` with the key bare or in backticks or double quotes; values are single- or
//! double-quoted texts, numbers, or a list in parentheses after `IN` and `NOT IN`.

mod clause;
mod condition;
mod field;
mod filter;
mod lexer;
mod order;
mod page;
mod schema;

pub use clause::{Clause, Comparator, Literal};
pub use condition::{Condition, FieldValue};
pub use field::{Entity, Field};
pub use filter::{WrongFilter, check_filter, parse_filter};
pub use order::{Ordering, compare, parse_orders};
pub use page::{PageToken, page, page_limit};
pub use schema::{AttributeKind, Schema};

#[cfg(test)]
mod any_text_tests;
#[cfg(test)]
mod tests;
