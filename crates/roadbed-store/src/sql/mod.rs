//! The portable text: one SQL for both engines. [`tokens`] cuts it, [`translate`] gives each engine its form,
//! [`lint`] refuses what would behave differently, [`filter`] builds conditions at run time.

pub(crate) mod filter;
pub(crate) mod lint;
pub(crate) mod tokens;
pub(crate) mod translate;

#[cfg(test)]
mod tests;
