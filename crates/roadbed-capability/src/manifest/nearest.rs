//! Finds the word that was probably meant.

/// The known word that a mistyped one probably meant (Damerau-Levenshtein distance of at most a third of its length).
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    const LENGTH_LIMIT: usize = 64;
    if word.len() > LENGTH_LIMIT {
        return None;
    }
    let distance = |candidate: &str| strsim::damerau_levenshtein(&word.to_lowercase(), candidate);
    let limit = |candidate: &str| (candidate.chars().count() / 3).max(1);
    let scored = known.iter().map(|candidate| (distance(candidate), *candidate));
    scored.filter(|(distance, candidate)| *distance <= limit(candidate)).min().map(|(_, candidate)| candidate)
}
