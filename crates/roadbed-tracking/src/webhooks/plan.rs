//! When a delivery is tried again, and when a webhook counts as failing. Pure.

use super::model::{Delivery, DeliveryState, Health};
use super::sender::Outcome;

/// Attempts of a delivery; with the pauses between them about seven and a half hours.
pub(super) const ATTEMPTS: i64 = 16;
/// What waited behind others for a receiver that was out of reach is tried so often, and given up after so long.
const FEWEST_ATTEMPTS: i64 = 3;
const PATIENCE_MS: i64 = 12 * 3_600_000;
const FIRST_PAUSE_MS: i64 = 10_000;
const LAST_PAUSE_MS: i64 = 3_600_000;
/// A webhook that fails for so long is told of.
const TOLD_AFTER_MS: i64 = 3_600_000;
/// Ended deliveries are kept for so long, waiting ones too when their webhook is switched off.
pub(super) const KEPT_MS: i64 = 30 * 86_400_000;

/// What becomes of a delivery after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Next {
    pub state: DeliveryState,
    pub next_ms: Option<i64>,
}

/// `delivery` is as it was before the attempt.
pub(super) fn next(delivery: &Delivery, outcome: &Outcome, now_ms: i64) -> Next {
    if outcome.error.is_none() {
        return Next { state: DeliveryState::Delivered, next_ms: None };
    }
    let attempts = delivery.attempts + 1;
    let is_old = now_ms.saturating_sub(delivery.queued_ms) >= PATIENCE_MS;
    if attempts >= ATTEMPTS || (is_old && attempts >= FEWEST_ATTEMPTS) {
        return Next { state: DeliveryState::GivenUp, next_ms: None };
    }
    let asked = outcome.wait.map_or(0, |wait| i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)).min(LAST_PAUSE_MS);
    let pause = pause_ms(&delivery.id, attempts).max(asked);
    Next { state: DeliveryState::Waiting, next_ms: Some(now_ms.saturating_add(pause)) }
}

/// Doubles up to an hour, and differs by up to a fifth between deliveries, so that they do not all come back at once.
fn pause_ms(delivery: &str, attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(20);
    let pause = FIRST_PAUSE_MS.saturating_mul(1 << doublings).min(LAST_PAUSE_MS);
    let hash = blake3::hash(format!("{delivery} {attempts}").as_bytes());
    let [one, two, ..] = *hash.as_bytes();
    let share = i64::from(u16::from_le_bytes([one, two]));
    pause * 4 / 5 + pause * 2 / 5 * share / i64::from(u16::MAX)
}

/// What an attempt says about the webhook, and what there is to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    Nothing,
    Failing,
    Recovered,
}

pub(super) fn health(before: &Health, outcome: &Outcome, now_ms: i64) -> (Health, News) {
    let Some(error) = &outcome.error else {
        let news = if before.told { News::Recovered } else { News::Nothing };
        return (Health { delivered_ms: Some(now_ms), ..Health::default() }, news);
    };
    let since = before.failing_since_ms.unwrap_or(now_ms);
    let is_new = !before.told && now_ms.saturating_sub(since) >= TOLD_AFTER_MS;
    let after = Health {
        failures: before.failures + 1,
        failing_since_ms: Some(since),
        told: before.told || is_new,
        delivered_ms: before.delivered_ms,
        last_error: Some(error.clone()),
    };
    (after, if is_new { News::Failing } else { News::Nothing })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// One that was tried so often, and waits since the epoch.
    fn tried(attempts: i64) -> Delivery {
        Delivery {
            number: 1,
            id: "d".into(),
            webhook: "w".into(),
            seq: 1,
            event: "model_version.created".into(),
            payload: "{}".into(),
            state: DeliveryState::Waiting,
            attempts,
            next_ms: Some(0),
            created_ms: 0,
            queued_ms: 0,
            last_ms: None,
            status: None,
            error: None,
            answer: String::new(),
        }
    }

    #[test]
    fn pauses_double_up_to_an_hour_differ_a_little_and_end_after_hours() {
        let failed = Outcome::failed("it answered 500");
        let (mut now, mut last) = (0, 0);
        for attempts in 0..ATTEMPTS - 1 {
            let next = next(&tried(attempts), &failed, now);
            assert_eq!(next.state, DeliveryState::Waiting);
            let pause = next.next_ms.unwrap() - now;
            let plain = (10_000 << attempts).min(3_600_000);
            assert!((plain * 4 / 5..=plain * 6 / 5).contains(&pause), "{attempts}: {pause}");
            assert!(pause > last * 3 / 5);
            (now, last) = (now + pause, pause);
        }
        assert!((6 * 3_600_000..9 * 3_600_000).contains(&now), "{now}");
        let given_up = Next { state: DeliveryState::GivenUp, next_ms: None };
        assert_eq!(next(&tried(ATTEMPTS - 1), &failed, now), given_up);
        assert_eq!(next(&tried(1), &failed, PATIENCE_MS).state, DeliveryState::Waiting);
        assert_eq!(next(&tried(2), &failed, PATIENCE_MS), given_up);
        assert_ne!(pause_ms("d", 3), pause_ms("e", 3));
        assert_eq!(pause_ms("d", 3), pause_ms("d", 3));
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_within_reason() {
        let asking =
            |seconds| Outcome { wait: Some(Duration::from_secs(seconds)), ..Outcome::failed("it answered 429") };
        assert_eq!(next(&tried(0), &asking(300), 5).next_ms, Some(300_005));
        assert_eq!(next(&tried(0), &asking(u64::MAX), 0).next_ms, Some(3_600_000));
        assert!(next(&tried(0), &asking(1), 0).next_ms.unwrap() >= 8_000);
        let arrived = Outcome { status: Some(204), ..Outcome::default() };
        assert_eq!(next(&tried(ATTEMPTS), &arrived, 0).state, DeliveryState::Delivered);
    }

    #[test]
    fn a_webhook_that_fails_for_an_hour_is_told_of_once_and_so_is_its_recovery() {
        let (failed, arrived) = (Outcome::failed("refused"), Outcome::default());
        let (first, news) = health(&Health::default(), &failed, 1_000);
        assert_eq!(
            (first.failures, first.failing_since_ms, first.word(), news),
            (1, Some(1_000), "failing", News::Nothing)
        );
        let (second, news) = health(&first, &failed, 3_601_000);
        assert_eq!((second.failures, second.failing_since_ms, news), (2, Some(1_000), News::Failing));
        assert_eq!(health(&second, &failed, 9_000_000).1, News::Nothing);
        let (healed, news) = health(&second, &arrived, 9_000_001);
        assert_eq!((healed.word(), healed.failures, news), ("healthy", 0, News::Recovered));
        assert_eq!(health(&first, &arrived, 2_000).1, News::Nothing);
    }
}
