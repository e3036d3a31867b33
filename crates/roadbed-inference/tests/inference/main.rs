//! Real models, logged by mlflow, against the answers of the libraries that made them. Needs `uv` and Python; says so loudly when there is none.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod damaged;
#[cfg(test)]
mod launcher;
#[cfg(test)]
mod native;
#[cfg(test)]
mod python;
#[cfg(test)]
mod trees;
