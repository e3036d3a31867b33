//! Decides whether a rule is fulfilled. Pure.

use super::model::{Approval, Candidate, Condition, Measured, Rule};

/// How a version stands towards a rule.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Standing {
    /// Each condition, what was measured, and whether it holds.
    pub conditions: Vec<(Condition, Option<f64>, bool)>,
    /// Who agreed to exactly this, in order.
    pub approved_by: Vec<String>,
    /// How many agreed to something that has changed since.
    pub outdated: usize,
    pub approvers: i64,
}

impl Standing {
    pub(super) fn is_met(&self) -> bool {
        self.conditions.iter().all(|(.., holds)| *holds) && self.still_wanted() == 0
    }

    fn still_wanted(&self) -> i64 {
        let given = i64::try_from(self.approved_by.len()).unwrap_or(i64::MAX);
        (self.approvers - given).max(0)
    }

    /// What is missing, for people.
    pub(super) fn missing(&self) -> String {
        let unmet = self.conditions.iter().filter(|(.., holds)| !holds);
        let mut parts: Vec<String> = unmet
            .map(|(condition, value, _)| match value {
                Some(value) => format!("{condition} is asked for and it is {value}"),
                None => format!("{condition} is asked for and was not measured"),
            })
            .collect();
        let wanted = self.still_wanted();
        if wanted > 0 {
            let people = if self.approvers == 1 { "person" } else { "people" };
            let outdated = match self.outdated {
                0 => String::new(),
                outdated => format!(", and {outdated} approved before files or measurements changed"),
            };
            parts.push(format!(
                "it needs the approval of {} {people} who did not register it and has {}{outdated}",
                self.approvers,
                self.approved_by.len()
            ));
        }
        parts.join("; ")
    }
}

/// What an approval rests on: the files and the values the rule looks at, in hex.
pub(super) fn evidence(rule: Option<&Rule>, candidate: &Candidate, measured: &Measured) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(candidate.digest.map(|digest| digest.to_string()).unwrap_or_default().as_bytes());
    for condition in rule.into_iter().flat_map(|rule| &rule.conditions) {
        hasher.update(b"\0").update(condition.to_string().as_bytes()).update(b"\0");
        if let Some(value) = measured.get(&condition.metric) {
            hasher.update(&value.to_bits().to_le_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}

pub(super) fn judge(rule: &Rule, candidate: &Candidate, measured: &Measured, given: &[Approval]) -> Standing {
    let evidence = evidence(Some(rule), candidate, measured);
    let mut approved_by: Vec<String> = Vec::new();
    let mut outdated = 0;
    for approval in given.iter().filter(|approval| approval.alias == rule.alias && approval.revoked_ms.is_none()) {
        if approval.evidence != evidence {
            outdated += 1;
        } else if candidate.author.as_ref() != Some(&approval.person) && !approved_by.contains(&approval.person) {
            approved_by.push(approval.person.clone());
        }
    }
    let conditions = rule
        .conditions
        .iter()
        .map(|condition| (condition.clone(), measured.get(&condition.metric).copied(), condition.holds(measured)));
    Standing { conditions: conditions.collect(), approved_by, outdated, approvers: rule.approvers }
}

#[cfg(test)]
mod tests {
    use super::*;
    use roadbed_core::TeamId;

    #[test]
    fn conditions_are_read_as_people_write_them() {
        for (text, expected) in [
            ("metrics.auc >= 0.9", "metrics.auc >= 0.9"),
            ("auc>0.5", "metrics.auc > 0.5"),
            ("loss <= 1e-3", "metrics.loss <= 0.001"),
            ("n = 3", "metrics.n == 3"),
            ("metrics.`a b` < 2", "metrics.a b < 2"),
        ] {
            assert_eq!(text.parse::<Condition>().unwrap().to_string(), expected);
        }
        for text in ["", "auc", "auc >=", ">= 3", "auc >= x", "auc >= NaN", "auc => 3"] {
            assert!(text.parse::<Condition>().is_err(), "{text}");
        }
    }

    fn approval(person: &str, evidence: &str) -> Approval {
        Approval {
            number: 1,
            team: TeamId::from_u128(1),
            model: 1,
            model_name: "churn".into(),
            version: 1,
            alias: "champion".into(),
            person: person.into(),
            comment: String::new(),
            evidence: evidence.into(),
            given_ms: 0,
            revoked_ms: None,
            revoked_because: None,
        }
    }

    #[test]
    fn only_people_who_are_not_the_author_and_saw_this_count_and_each_once() {
        let conditions = vec!["auc >= 0.9".parse().unwrap()];
        let rule = Rule { model: 1, alias: "champion".into(), conditions, approvers: 2, updated_ms: 0 };
        let candidate = Candidate {
            team: TeamId::from_u128(1),
            model: 1,
            name: "churn".into(),
            version: 1,
            digest: None,
            run_id: String::new(),
            model_id: String::new(),
            author: Some("ana".into()),
        };
        let measured = Measured::from([("auc".to_owned(), 0.95)]);
        let seen = evidence(Some(&rule), &candidate, &measured);
        let given =
            [approval("ana", &seen), approval("ben", &seen), approval("ben", &seen), approval("eva", "another")];
        let standing = judge(&rule, &candidate, &measured, &given);
        assert_eq!((standing.approved_by.as_slice(), standing.outdated), (["ben".to_owned()].as_slice(), 1));
        assert!(!standing.is_met());
        let given = [approval("ben", &seen), approval("eva", &seen)];
        assert!(judge(&rule, &candidate, &measured, &given).is_met());
        let measured = Measured::from([("auc".to_owned(), f64::NAN)]);
        assert!(!judge(&rule, &candidate, &measured, &given).is_met());
    }
}
