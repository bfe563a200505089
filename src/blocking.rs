//! Work that holds a thread up: statements on SQLite, the reading of texts.
//!
//! A thread that serves requests must not be held up, so each such piece of work is handed to another thread, and its result back.
//! Each handing over takes a system call and a change of thread, which is as much as a short statement itself. What consists of
//! many of them goes to another thread once, and has them all done there: [`on_one_thread`].

use std::cell::Cell;
use std::future::ready;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

thread_local! {
    static MAY_BE_HELD_UP: Cell<bool> = const { Cell::new(false) };
}

/// Does work that holds a thread up: right here on a thread that may be held up, elsewhere on another one. It begins before it is
/// awaited, and who drops it waits for its end.
pub fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> impl Future<Output = Result<T, JoinError>> + Send {
    if MAY_BE_HELD_UP.get() { ready(Ok(work())).left_future() } else { Finishing(spawn_blocking(work)).right_future() }
}

/// Runs a task on a thread that may be held up, from its beginning to its end: what it does by [`run`], it does there.
///
/// What waits for something else than that, waits for the runtime that this was called on.
///
/// # Panics
/// Outside a runtime of tokio.
pub fn on_one_thread<F: Future<Output: Send + 'static>>(
    task: impl FnOnce() -> F + Send + 'static,
) -> JoinHandle<F::Output> {
    let runtime = Handle::current();
    spawn_blocking(move || {
        let _mark = Mark::set();
        runtime.block_on(task())
    })
}

/// Marks a thread that may be held up, until it is dropped.
struct Mark;

impl Mark {
    fn set() -> Self {
        MAY_BE_HELD_UP.set(true);
        Self
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        MAY_BE_HELD_UP.set(false);
    }
}

/// Work that runs on another thread. Who drops it waits for its end: what it works on must not be used by others before.
struct Finishing<T>(JoinHandle<T>);

impl<T> Future for Finishing<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context)
    }
}

impl<T> Drop for Finishing<T> {
    fn drop(&mut self) {
        while !self.0.is_finished() {
            thread::sleep(Duration::from_micros(50));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_task_on_one_thread_stays_on_it_and_others_are_not_held_up() {
        let here = thread::current().id();
        let place = || thread::current().id();
        assert_ne!(run(place).await.unwrap(), here);
        let (there, of_work) = on_one_thread(async move || (place(), run(place).await.unwrap())).await.unwrap();
        assert_ne!(there, here);
        assert_eq!(of_work, there);
        assert_ne!(run(place).await.unwrap(), here, "the mark is gone");
    }

    #[tokio::test]
    async fn one_that_panics_leaves_no_mark() {
        let panics = async || -> () { std::panic::resume_unwind(Box::new(())) };
        assert!(on_one_thread(panics).await.is_err());
        // The same thread, or another one: none of them is marked.
        assert!(!spawn_blocking(|| MAY_BE_HELD_UP.get()).await.unwrap());
    }

    #[tokio::test]
    async fn what_is_dropped_has_ended() {
        let has_ended = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&has_ended);
        let running = run(move || {
            thread::sleep(Duration::from_millis(20));
            ends.store(true, Ordering::SeqCst);
        });
        drop(running);
        assert!(has_ended.load(Ordering::SeqCst));
    }
}
