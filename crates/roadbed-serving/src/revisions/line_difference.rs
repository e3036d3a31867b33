//! The difference of two texts, line by line, in hunks. Pure.

use schemars::JsonSchema;
use serde::Serialize;

/// Lines around a change.
const AROUND: usize = 3;
/// Lines of an answer.
const LINES_LIMIT: usize = 2_000;
/// Cells of the table that finds the longest common lines; larger texts count as replaced.
const CELLS_LIMIT: usize = 4_000_000;

/// Changed places of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineDifference {
    pub hunks: Vec<Hunk>,
    /// More than 2,000 lines differ: the rest is left out.
    pub truncated: bool,
}

/// One changed place with the lines around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hunk {
    /// Number of its first line before, from 1; of the line in front of it when it has none.
    pub before_start: usize,
    /// The same afterwards.
    pub after_start: usize,
    pub lines: Vec<HunkLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HunkLine {
    pub kind: LineKind,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    Same,
    Removed,
    Added,
}

/// What has to change in `before` to get `after`.
#[must_use]
pub fn line_difference(before: &str, after: &str) -> LineDifference {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    hunks_of(&edits(&before, &after))
}

type Edit<'t> = (LineKind, &'t str);

fn edits<'t>(before: &[&'t str], after: &[&'t str]) -> Vec<Edit<'t>> {
    let start = before.iter().zip(after).take_while(|(one, other)| one == other).count();
    let (rest_before, rest_after) = (&before[start..], &after[start..]);
    let end = rest_before.iter().rev().zip(rest_after.iter().rev()).take_while(|(one, other)| one == other).count();
    let (middle_before, tail) = rest_before.split_at(rest_before.len() - end);
    let middle_after = &rest_after[..rest_after.len() - end];
    let same = |lines: &[&'t str]| lines.iter().map(|line| (LineKind::Same, *line)).collect::<Vec<_>>();
    let mut edits = same(&before[..start]);
    edits.extend(middle(middle_before, middle_after));
    edits.extend(same(tail));
    edits
}

/// By the longest common subsequence; removed lines come before added ones.
fn middle<'t>(before: &[&'t str], after: &[&'t str]) -> Vec<Edit<'t>> {
    let removed = |line: &&'t str| (LineKind::Removed, *line);
    let added = |line: &&'t str| (LineKind::Added, *line);
    let width = after.len() + 1;
    if (before.len() + 1).saturating_mul(width) > CELLS_LIMIT {
        return before.iter().map(removed).chain(after.iter().map(added)).collect();
    }
    // common[i][j]: longest common lines of before[i..] and after[j..].
    let mut common = vec![0_u32; (before.len() + 1) * width];
    for i in (0..before.len()).rev() {
        for j in (0..after.len()).rev() {
            common[i * width + j] = if before[i] == after[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut edits) = (0, 0, Vec::new());
    while i < before.len() && j < after.len() {
        if before[i] == after[j] {
            edits.push((LineKind::Same, before[i]));
            (i, j) = (i + 1, j + 1);
        } else if common[(i + 1) * width + j] >= common[i * width + j + 1] {
            edits.push(removed(&before[i]));
            i += 1;
        } else {
            edits.push(added(&after[j]));
            j += 1;
        }
    }
    edits.extend(before[i..].iter().map(removed));
    edits.extend(after[j..].iter().map(added));
    edits
}

fn hunks_of(edits: &[Edit<'_>]) -> LineDifference {
    let changed: Vec<usize> =
        edits.iter().enumerate().filter(|(_, (kind, _))| *kind != LineKind::Same).map(|(at, _)| at).collect();
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for at in changed {
        let (from, to) = (at.saturating_sub(AROUND), (at + AROUND + 1).min(edits.len()));
        match ranges.last_mut() {
            Some(last) if from <= last.1 => last.1 = to,
            _ => ranges.push((from, to)),
        }
    }
    let mut difference = LineDifference::default();
    let (mut left, mut seen, mut before, mut after) = (LINES_LIMIT, 0, 0, 0);
    for (from, to) in ranges {
        for (kind, _) in &edits[seen..from] {
            before += usize::from(*kind != LineKind::Added);
            after += usize::from(*kind != LineKind::Removed);
        }
        let shown = &edits[from..to.min(from + left)];
        difference.truncated |= shown.len() < to - from;
        let has = |without: LineKind| usize::from(shown.iter().any(|(kind, _)| *kind != without));
        let (before_start, after_start) = (before + has(LineKind::Added), after + has(LineKind::Removed));
        for (kind, _) in &edits[from..to] {
            before += usize::from(*kind != LineKind::Added);
            after += usize::from(*kind != LineKind::Removed);
        }
        (seen, left) = (to, left - shown.len());
        if !shown.is_empty() {
            let lines = shown.iter().map(|(kind, text)| HunkLine { kind: *kind, text: (*text).to_owned() }).collect();
            difference.hunks.push(Hunk { before_start, after_start, lines });
        }
    }
    difference
}
