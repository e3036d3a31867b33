//! A filter as a list of terms and what the store itself can look at.

use super::field::{Attribute, Field, SpanField};
use super::test::Test;
use crate::mlflow::MlflowError;
use crate::search::{Comparator, Literal, parse_filter};
use crate::traces::model::{SESSION, SOURCE_RUN};
use crate::traces::store::Scope;

/// Clauses of one filter.
const MOST_CLAUSES: usize = 100;

/// A filter that was understood.
#[derive(Debug, Clone, Default)]
pub(super) struct Terms {
    /// About the trace itself.
    pub(super) info: Vec<(Field, Test)>,
    pub(super) span: Vec<(SpanField, Test)>,
    pub(super) assessment: Vec<(Field, Test)>,
    /// Bounds for the store.
    pub(super) scope: Scope,
}

impl Terms {
    /// # Errors
    /// The text is no filter of traces.
    pub(super) fn parse(text: &str) -> Result<Self, MlflowError> {
        let clauses = parse_filter(text)?;
        if clauses.len() > MOST_CLAUSES {
            return Err(MlflowError::invalid(format!("a filter takes at most {MOST_CLAUSES} comparisons")));
        }
        let mut terms = Self::default();
        for clause in clauses {
            let field = Field::parse(&clause.identifier)?;
            let test = Test::new(&field, clause)?;
            terms.add(field, test)?;
        }
        Ok(terms)
    }

    fn add(&mut self, field: Field, test: Test) -> Result<(), MlflowError> {
        match field {
            Field::Prompt => {
                let wanted = test.equal_text().unwrap_or_default();
                if wanted.matches('/').count() != 1 {
                    let text =
                        format!("Invalid prompts filter value '{wanted}'. Expected format: prompt = \"name/version\"");
                    return Err(MlflowError::invalid(text));
                }
                self.scope.prompts.push(wanted.to_owned());
            }
            Field::Metadata(key) if key == SOURCE_RUN && self.scope.run.is_none() && test.equal_text().is_some() => {
                self.scope.run = test.equal_text().map(str::to_owned);
            }
            Field::Span(field) => self.span.push((field, test)),
            field @ (Field::Feedback(_) | Field::Expectation(_) | Field::Issue) => self.assessment.push((field, test)),
            field => {
                if field == Field::Attribute(Attribute::Started) {
                    self.bound(&test);
                }
                if field == Field::Metadata(SESSION.to_owned()) && test.equal_text().is_some() {
                    self.scope.session = test.equal_text().map(str::to_owned);
                }
                self.info.push((field, test));
            }
        }
        Ok(())
    }

    /// Lets the store skip what began too early or too late; the clause itself is looked at all the same.
    fn bound(&mut self, test: &Test) {
        let Literal::Number(value, _) = test.literal else { return };
        #[expect(clippy::cast_possible_truncation, reason = "a bound beyond 64 bits becomes the last that fits")]
        let (low, high) = (value.floor() as i64, value.ceil() as i64);
        if matches!(test.comparator, Comparator::Greater | Comparator::GreaterOrEqual | Comparator::Equal) {
            self.scope.from_ms = self.scope.from_ms.max(Some(low));
        }
        if matches!(test.comparator, Comparator::Less | Comparator::LessOrEqual | Comparator::Equal) {
            self.scope.until_ms = Some(self.scope.until_ms.map_or(high, |earlier| earlier.min(high)));
        }
    }
}
