//! Rate limits by key and by address, and the header fields that tell how much is left.
//!
//! `RateLimit-Policy` and `RateLimit` follow draft-ietf-httpapi-ratelimit-headers-10. They are on every answer, not only on a
//! refusal, so that a client can pace itself. The limits are those of this process: they live in its memory.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::{Mutex, PoisonError};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::{Quota, RateLimiter};
use lru::LruCache;

use crate::error::{Error, Result};
use crate::models::ApiKeyId;
use crate::settings::LimitSettings;

const WINDOW_SECONDS: u64 = 60;

/// How many requests each key and each address has left.
pub(super) struct Limits {
    by_key: Option<Limit<ApiKeyId>>,
    by_address: Option<Limit<IpAddr>>,
}

impl Limits {
    /// The limits of the settings, with nothing used up.
    pub(super) fn new(settings: &LimitSettings) -> Self {
        let clients = NonZeroUsize::new(settings.max_clients).unwrap_or(NonZeroUsize::MIN);
        Self {
            by_key: Limit::new("key", settings.requests_per_minute_per_key, clients),
            by_address: Limit::new("address", settings.requests_per_minute_per_address, clients),
        }
    }

    /// Counts one request: against its key where it came with a valid one, or else against its address.
    ///
    /// What the answer has to say about that is `None` where there is no limit.
    pub(super) fn count(&self, key: Option<ApiKeyId>, address: IpAddr) -> (Option<RateLimitFields>, Result<()>) {
        let counted = match key {
            Some(key) => self.by_key.as_ref().map(|limit| limit.count(&key)),
            None => self.by_address.as_ref().map(|limit| limit.count(&address)),
        };
        counted.map_or((None, Ok(())), |(fields, result)| (Some(fields), result))
    }
}

/// One limit, for each client by itself.
struct Limit<K: Hash + Eq + Clone> {
    name: &'static str,
    per_minute: NonZeroU32,
    limiter: RateLimiter<K, LastClients<K>, MonotonicClock, StateInformationMiddleware>,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(name: &'static str, per_minute: u32, clients: NonZeroUsize) -> Option<Self> {
        let per_minute = NonZeroU32::new(per_minute)?;
        let state = LastClients(Mutex::new(LruCache::new(clients)));
        let limiter = RateLimiter::new(Quota::per_minute(per_minute), state, MonotonicClock);
        Some(Self { name, per_minute, limiter })
    }

    fn count(&self, client: &K) -> (RateLimitFields, Result<()>) {
        let quota = u64::from(self.per_minute.get());
        match self.limiter.check_key(client) {
            Ok(state) => {
                let left = u64::from(state.remaining_burst_capacity());
                let until_full = (quota.saturating_sub(left) * WINDOW_SECONDS).div_ceil(quota);
                (self.fields(left, until_full), Ok(()))
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(MonotonicClock.now());
                // Whole seconds, and never too few: who comes back on time must be let in.
                let retry_after = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                (self.fields(0, retry_after), Err(Error::TooManyRequests { retry_after: retry_after.max(1) }))
            }
        }
    }

    fn fields(&self, left: u64, seconds: u64) -> RateLimitFields {
        let Self { name, per_minute, .. } = self;
        RateLimitFields {
            policy: format!("\"{name}\";q={per_minute};w={WINDOW_SECONDS}"),
            state: format!("\"{name}\";r={left};t={seconds}"),
        }
    }
}

/// What is known of the clients that asked last.
///
/// The memory is bounded whatever comes: a flood from ever new addresses pushes out who was quiet longest, and whoever is
/// forgotten starts anew.
struct LastClients<K: Hash + Eq>(Mutex<LruCache<K, Nanos>>);

impl<K: Hash + Eq + Clone> StateStore for LastClients<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, client: &K, decide: F) -> std::result::Result<T, E>
    where
        F: Fn(Option<Nanos>) -> std::result::Result<(T, Nanos), E>,
    {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (outcome, state) = decide(clients.get(client).copied())?;
        clients.put(client.clone(), state);
        Ok(outcome)
    }
}

/// The header fields of one answer.
pub(super) struct RateLimitFields {
    policy: String,
    state: String,
}

impl RateLimitFields {
    /// Adds them to an answer.
    pub(super) fn add_to(&self, headers: &mut HeaderMap) {
        for (name, value) in [("ratelimit-policy", &self.policy), ("ratelimit", &self.state)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_many_addresses_come_no_more_than_the_limit_are_remembered() {
        let limit: Limit<IpAddr> = Limit::new("address", 2, NonZeroUsize::new(100).unwrap()).unwrap();
        let address = |n: u32| IpAddr::from(n.to_be_bytes());
        for n in 0..10_000 {
            assert!(limit.count(&address(n)).1.is_ok());
        }
        // The last ones are counted on, the first ones start anew.
        assert!(limit.count(&address(9_999)).1.is_ok());
        assert!(limit.count(&address(9_999)).1.is_err());
        assert!(limit.count(&address(0)).1.is_ok());
        assert_eq!(limit.limiter.into_state_store().0.into_inner().unwrap().len(), 100);
    }
}
