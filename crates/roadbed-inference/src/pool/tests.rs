use super::CpuPool;
use roadbed_contracts::backend::BackendError;
use std::sync::mpsc;
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(30);

#[tokio::test]
async fn gives_results_and_survives_panics() {
    let pool = CpuPool::new(1, 4, LONG).unwrap();
    assert_eq!(pool.run(LONG, || 6 * 7).await, Ok(42));
    let panicked = pool.run(LONG, || assert!(std::hint::black_box(false))).await;
    assert!(matches!(panicked, Err(BackendError::Model(_))), "{panicked:?}");
    assert_eq!(pool.run(LONG, || 1).await, Ok(1));
}

#[tokio::test]
async fn a_full_queue_refuses() {
    let pool = CpuPool::new(1, 1, LONG).unwrap();
    let (release, held) = mpsc::channel::<()>();
    let (entered, inside) = mpsc::channel();
    let running = pool.run(LONG, move || {
        entered.send(()).unwrap();
        held.recv()
    });
    let mut running = Box::pin(running);
    assert!(futures_pending(&mut running).await);
    inside.recv().unwrap();
    let mut waiting = Box::pin(pool.run(LONG, || 2));
    assert!(futures_pending(&mut waiting).await);
    let refused = pool.run(LONG, || 3).await;
    assert!(matches!(refused, Err(BackendError::Unavailable(_))), "{refused:?}");
    release.send(()).unwrap();
    running.await.unwrap().unwrap();
    assert_eq!(waiting.await, Ok(2));
}

/// Polls once; true when the future is not done.
async fn futures_pending<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|context| std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_pending()))
        .await
}

#[tokio::test]
async fn a_hung_thread_is_replaced_and_its_caller_timed_out() {
    let pool = CpuPool::new(1, 4, Duration::from_millis(1)).unwrap();
    let (release, held) = mpsc::channel::<()>();
    let hung = pool.run(Duration::from_millis(20), move || held.recv()).await;
    assert_eq!(hung.map(drop), Err(BackendError::TimedOut(Duration::from_millis(20))));
    let deadline = Instant::now() + LONG;
    assert_eq!(pool.run(LONG, || 5).await, Ok(5), "another thread does the work");
    assert!(Instant::now() < deadline);
    release.send(()).unwrap();
}

#[tokio::test]
async fn work_nobody_waits_for_is_not_done() {
    let pool = CpuPool::new(1, 4, LONG).unwrap();
    let (release, held) = mpsc::channel::<()>();
    let mut running = Box::pin(pool.run(LONG, move || held.recv()));
    assert!(futures_pending(&mut running).await);
    let (done, told) = mpsc::channel();
    let late = pool.run(Duration::from_millis(1), move || done.send(())).await;
    assert!(matches!(late, Err(BackendError::TimedOut(_))));
    release.send(()).unwrap();
    running.await.unwrap().unwrap();
    assert_eq!(pool.run(LONG, || ()).await, Ok(()));
    assert!(told.recv().is_err(), "the abandoned work was dropped undone");
}
