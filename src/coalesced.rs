//! Questions that many ask at the same time: one answer is for all of them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};

/// A question that many ask.
///
/// Put once, it answers all who asked before it was put; whoever asks later gets an answer of later. So an answer is never older than
/// one that is got alone, and with many at once it costs each of them next to nothing.
pub struct Coalesced<T> {
    /// How many have asked.
    asked: AtomicU64,
    last: tokio::sync::Mutex<Last<T>>,
}

/// The question that was put last.
struct Last<T> {
    /// How many had asked before it was put.
    answers: u64,
    answer: Option<T>,
    /// Why there was no answer.
    failed: Option<String>,
}

impl<T> Default for Coalesced<T> {
    fn default() -> Self {
        let last = Last { answers: 0, answer: None, failed: None };
        Self { asked: AtomicU64::new(0), last: tokio::sync::Mutex::new(last) }
    }
}

impl<T: Clone> Coalesced<T> {
    /// The last answer, however old it is.
    pub async fn last(&self) -> Option<T> {
        self.last.lock().await.answer.clone()
    }

    /// The answer of some time after this was called. `put` is told the last answer, and is run where that is too old.
    ///
    /// # Errors
    /// What `put` fails with. Where the database could not be reached, it is not tried for each.
    pub async fn ask(&self, put: impl AsyncFnOnce(Option<T>) -> Result<T>) -> Result<T> {
        let mine = self.asked.fetch_add(1, Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if last.answers > mine {
            match (&last.failed, &last.answer) {
                (Some(why), _) => return Err(Error::Unavailable(why.clone())),
                (None, Some(answer)) => return Ok(answer.clone()),
                (None, None) => {}
            }
        }
        let answers = self.asked.load(Ordering::SeqCst);
        let answer = put(last.answer.clone()).await;
        match &answer {
            Ok(answer) => *last = Last { answers, answer: Some(answer.clone()), failed: None },
            Err(Error::Unavailable(why)) => (last.answers, last.failed) = (answers, Some(why.clone())),
            Err(_) => {}
        }
        answer
    }
}

/// Questions about keys, many of which are about the same one at the same time.
pub struct CoalescedByKey<T> {
    asked: Mutex<HashMap<String, Arc<Coalesced<T>>>>,
}

impl<T> Default for CoalescedByKey<T> {
    fn default() -> Self {
        Self { asked: Mutex::default() }
    }
}

impl<T: Clone> CoalescedByKey<T> {
    /// As [`Coalesced::ask`], about this key.
    ///
    /// # Errors
    /// What `put` fails with.
    pub async fn ask(&self, key: &str, put: impl AsyncFnOnce() -> Result<T>) -> Result<T> {
        let about = Arc::clone(self.asked().entry(key.to_owned()).or_default());
        let answer = about.ask(async |_| put().await).await;
        drop(about);
        // Nothing is kept of what nobody asks.
        let mut asked = self.asked();
        if asked.get(key).is_some_and(|about| Arc::strong_count(about) == 1) {
            asked.remove(key);
        }
        answer
    }

    fn asked(&self) -> MutexGuard<'_, HashMap<String, Arc<Coalesced<T>>>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn who_asks_before_it_is_put_is_answered_by_it_and_who_asks_later_is_not() {
        let question = Coalesced::default();
        let put = AtomicU64::new(0);
        let ask = || {
            question.ask(async |_| {
                tokio::task::yield_now().await;
                Ok(put.fetch_add(1, Ordering::SeqCst))
            })
        };
        // The first is put at once; the others come while it is, and are answered by the second.
        let answers: Vec<u64> = join_all((0..5).map(|_| ask())).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, [0, 1, 1, 1, 1]);
        assert_eq!(ask().await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_reached_is_not_tried_for_each() {
        let question = Coalesced::<u64>::default();
        let put = AtomicU64::new(0);
        let fail = || {
            question.ask(async |_| {
                tokio::task::yield_now().await;
                put.fetch_add(1, Ordering::SeqCst);
                Err(Error::Unavailable("gone".to_owned()))
            })
        };
        let answers = join_all((0..5).map(|_| fail())).await;
        assert!(answers.iter().all(|answer| matches!(answer, Err(Error::Unavailable(why)) if why == "gone")));
        assert_eq!(put.load(Ordering::SeqCst), 2);
        assert_eq!(question.ask(async |last| Ok(last.unwrap_or(7))).await.unwrap(), 7, "the next is tried again");
    }

    #[tokio::test]
    async fn nothing_is_kept_of_keys() {
        let questions = CoalescedByKey::default();
        let ask = |key: &'static str| {
            questions.ask(key, async move || {
                tokio::task::yield_now().await;
                Ok(key.len())
            })
        };
        let answers = join_all([ask("one"), ask("three"), ask("one"), ask("one")]).await;
        assert_eq!(answers.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [3, 5, 3, 3]);
        assert!(questions.asked().is_empty());
    }
}
