//! A job's log: the logs of its attempts one after the other, addressed by one offset over all of them.

pub(super) mod search;

use super::model::{Attempt, AttemptPhase};
use super::operations::Jobs;
use super::store;
use bytes::Bytes;
use futures_util::Stream;
use roadbed_capability::Problem;
use roadbed_compute::EngineError;
use roadbed_core::{JobId, WorkloadId};
use roadbed_store::StoreError;
use std::time::Duration;

/// Bytes read from the engine in one piece.
const PIECE_BYTES: usize = 256 << 10;
/// A follower looks this often at a log that was just quiet, and more and more rarely at one that stays so.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(1);

/// A piece of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) bytes: Bytes,
    /// Nothing will follow.
    pub(super) end: bool,
}

/// What an offset leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the log of this attempt, from this byte of it.
    In { index: usize, offset: u64 },
    /// Behind everything that is there; the job may still write.
    Ahead,
    /// Behind everything that will ever be.
    End,
}

/// Finds the attempt that holds `offset`. `is_final`: no attempt will be added.
fn place(attempts: &[Attempt], offset: u64, is_final: bool) -> Place {
    let mut left = offset;
    for (index, attempt) in attempts.iter().enumerate() {
        match attempt.log_bytes {
            Some(bytes) if left >= bytes => left -= bytes,
            Some(_) => return Place::In { index, offset: left },
            // Its length is not known yet: it is the last one that has a log.
            None if attempt.phase == AttemptPhase::Waiting => return Place::Ahead,
            None => return Place::In { index, offset: left },
        }
    }
    if is_final { Place::End } else { Place::Ahead }
}

impl Jobs {
    /// At most `limit` bytes from `offset`; empty when nothing is there yet.
    pub(super) async fn read_log(&self, id: JobId, offset: u64, limit: usize) -> Result<Piece, Problem> {
        let found = self.inner.context.store.read(move |r| -> Result<_, StoreError> {
            let is_final = store::by_id(r, id)?.is_none_or(|job| job.progress.state.is_final());
            Ok((is_final, store::attempts(r, id)?))
        });
        let (is_final, attempts) = found.await?;
        match place(&attempts, offset, is_final) {
            Place::In { index, offset } => self.read_attempt(&attempts[index], offset, limit).await,
            Place::Ahead => Ok(Piece { bytes: Bytes::new(), end: false }),
            Place::End => Ok(Piece { bytes: Bytes::new(), end: true }),
        }
    }

    /// Bytes of the log that are there now, and whether that is all there will ever be.
    pub(super) async fn log_length(&self, id: JobId) -> Result<(u64, bool), Problem> {
        let found = self.inner.context.store.read(move |r| -> Result<_, StoreError> {
            let is_final = store::by_id(r, id)?.is_none_or(|job| job.progress.state.is_final());
            Ok((is_final, store::attempts(r, id)?))
        });
        let (is_final, attempts) = found.await?;
        let mut bytes = 0;
        for attempt in &attempts {
            bytes += match attempt.log_bytes {
                Some(known) => known,
                None if attempt.phase == AttemptPhase::Waiting => 0,
                None => self.growing_length(attempt.workload).await?,
            };
        }
        let is_known = attempts.iter().all(|attempt| attempt.log_bytes.is_some());
        Ok((bytes, is_final && is_known))
    }

    async fn growing_length(&self, workload: WorkloadId) -> Result<u64, Problem> {
        match self.inner.engine.read_log(workload, 0, 0).await {
            Ok(chunk) => Ok(chunk.length),
            Err(EngineError::Unknown(_)) => Ok(0),
            Err(error) => Err(Problem::internal(&error)),
        }
    }

    /// The end of an attempt's log is not yet the end of the job's.
    async fn read_attempt(&self, attempt: &Attempt, offset: u64, limit: usize) -> Result<Piece, Problem> {
        // An ended attempt is read to the length that the next one's offsets start from.
        let left = attempt.log_bytes.map_or(u64::MAX, |bytes| bytes.saturating_sub(offset));
        let wanted = limit.min(usize::try_from(left).unwrap_or(usize::MAX));
        match self.inner.engine.read_log(attempt.workload, offset, wanted).await {
            Ok(chunk) => Ok(Piece { bytes: chunk.bytes.into(), end: false }),
            Err(EngineError::Unknown(_)) if attempt.phase == AttemptPhase::Waiting => {
                Ok(Piece { bytes: Bytes::new(), end: false })
            }
            Err(EngineError::Unknown(workload)) => Err(Problem::not_found(
                "jobs.log_removed",
                format!(
                    "the log of attempt {} (workload {workload}) is not kept on this machine any more",
                    attempt.number
                ),
            )),
            Err(error) => Err(Problem::internal(&error)),
        }
    }

    /// The log from `offset` until the job has ended, as it grows. An error ends the stream early, so that a client sees a broken
    /// transfer and asks again from where it is.
    pub(super) fn follow_log(
        &self,
        id: JobId,
        offset: u64,
    ) -> impl Stream<Item = Result<Bytes, std::io::Error>> + use<> {
        let following = Following { jobs: self.clone(), id, offset, pause: FIRST_PAUSE };
        futures_util::stream::try_unfold(following, |mut following| async move {
            loop {
                let piece = following.jobs.read_log(following.id, following.offset, PIECE_BYTES).await;
                let piece = piece.map_err(|problem| std::io::Error::other(problem.detail))?;
                if !piece.bytes.is_empty() {
                    following.offset += piece.bytes.len() as u64;
                    following.pause = FIRST_PAUSE;
                    return Ok(Some((piece.bytes, following)));
                }
                if piece.end {
                    return Ok(None);
                }
                tokio::time::sleep(following.pause).await;
                following.pause = (following.pause * 2).min(LAST_PAUSE);
            }
        })
    }
}

struct Following {
    jobs: Jobs,
    id: JobId,
    offset: u64,
    pause: Duration,
}

#[cfg(test)]
mod tests {
    use super::{Place, place};
    use crate::jobs::model::{Attempt, AttemptPhase};
    use roadbed_core::{JobId, Timestamp, WorkloadId};

    fn attempt(phase: AttemptPhase, log_bytes: Option<u64>) -> Attempt {
        let at = Timestamp::from_micros(0);
        let (workload, job) = (WorkloadId::from_u128(1), JobId::from_u128(1));
        let open = phase != AttemptPhase::Ended;
        Attempt {
            workload,
            job,
            number: 1,
            phase,
            open,
            created_at: at,
            started_at: None,
            ended_at: None,
            exit: None,
            message: None,
            log_bytes,
        }
    }

    #[test]
    fn one_offset_runs_over_all_attempts() {
        use AttemptPhase::{Ended, Launched, Waiting};
        let (first, empty) = (attempt(Ended, Some(10)), attempt(Ended, Some(0)));
        let (running, waiting) = (attempt(Launched, None), attempt(Waiting, None));
        let cases = [
            (vec![first.clone()], 0, false, Place::In { index: 0, offset: 0 }),
            (vec![first.clone()], 9, false, Place::In { index: 0, offset: 9 }),
            (vec![first.clone()], 10, false, Place::Ahead),
            (vec![first.clone()], 10, true, Place::End),
            (vec![first.clone()], 99, true, Place::End),
            (vec![first.clone(), running.clone()], 10, false, Place::In { index: 1, offset: 0 }),
            (vec![first.clone(), empty, running], 15, false, Place::In { index: 2, offset: 5 }),
            (vec![first, waiting.clone()], 10, false, Place::Ahead),
            (vec![waiting], 0, false, Place::Ahead),
        ];
        for (attempts, offset, is_final, expected) in cases {
            assert_eq!(place(&attempts, offset, is_final), expected, "{attempts:?} {offset}");
        }
    }
}
