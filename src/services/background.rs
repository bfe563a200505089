//! Work that may wait: where the processors are busy, requests come first.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::error::{Error, Result};

/// How long the thread waits for more to do before it ends.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// A thread that the system runs where others leave it time. Clones are the same thread.
///
/// On a processor that is busy with requests it gets a seventieth, so that what it does comes to an end; on one that is not, all it
/// wants. What its work starts threads for is run in the same way, for threads of Linux inherit it. Elsewhere it is a thread like
/// any other.
///
/// Nothing that a request waits for may be held meanwhile, a transaction least of all.
#[derive(Clone)]
pub(super) struct Background(Arc<Thread>);

/// `None` only while it is dropped.
struct Thread(Option<Runtime>);

impl Background {
    /// Nothing runs yet.
    ///
    /// # Errors
    /// Of the system.
    pub(super) fn new() -> Result<Self> {
        let runtime = Builder::new_current_thread()
            .thread_name("background")
            .thread_keep_alive(KEEP_ALIVE)
            .max_blocking_threads(1)
            .on_thread_start(yield_to_others)
            .build()
            .map_err(Error::internal)?;
        Ok(Self(Arc::new(Thread(Some(runtime)))))
    }

    /// Does one thing after the other.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let Some(runtime) = &self.0.0 else { return Err(Error::internal("the background thread has ended")) };
        runtime.spawn_blocking(work).await.map_err(Error::internal)
    }
}

impl Drop for Thread {
    /// Waits for nobody: the process is about to end, and what is half done is done again at the next start.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Steps behind the threads of usual priority.
#[cfg(target_os = "linux")]
fn yield_to_others() {
    /// The most: of the scheduler's 1,024 shares of a thread it leaves 15.
    const NICE: i32 = 19;
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::debug!(%error, "the background thread runs like any other");
    }
}

#[cfg(not(target_os = "linux"))]
fn yield_to_others() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn its_threads_and_theirs_step_behind_and_the_others_stay() {
        let nice = || rustix::process::nice(0).unwrap();
        let before = nice();
        let background = Background::new().unwrap();
        let inside = background.run(move || (nice(), std::thread::spawn(nice).join().unwrap())).await.unwrap();
        assert_eq!((inside, nice()), ((19, 19), before));
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_the_next_work_is_done() {
        let background = Background::new().unwrap();
        assert!(background.run(|| std::panic::resume_unwind(Box::new(()))).await.is_err());
        assert_eq!(background.run(|| 7).await.unwrap(), 7);
    }
}
