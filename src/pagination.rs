//! Lists in pages: opaque keyset cursors that stay right while rows are added.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use crate::error::{Error, Result};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Pass it as `cursor` to get the rows after these; null on the last page.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// Which page of a list is asked for.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageParameters {
    /// How many rows at most, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// A page as a service asks for it: a checked limit, and the keyset to go on after.
///
/// ```
/// use onrecord::pagination::{Page, PageRequest};
///
/// let filter = vec!["tass"];
/// let first: PageRequest<i64> = PageRequest::new(2, None, &filter)?;
/// let page: Page<i64> = first.page(vec![1, 2, 3], |row| *row);
/// assert_eq!(page.data, [1, 2]);
///
/// let next: PageRequest<i64> = PageRequest::new(2, page.next_cursor.as_deref(), &filter)?;
/// assert_eq!(next.after, Some(2));
/// // A cursor belongs to its filter.
/// assert!(PageRequest::<i64>::new(2, page.next_cursor.as_deref(), &vec!["rt"]).is_err());
/// # Ok::<(), onrecord::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PageRequest<K> {
    /// How many rows at most.
    pub limit: i64,
    /// The keyset of the last row of the page before.
    pub after: Option<K>,
    filter_mark: u64,
}

#[derive(Serialize, Deserialize)]
struct Cursor<K> {
    #[serde(rename = "k")]
    keyset: K,
    #[serde(rename = "f")]
    filter_mark: u64,
}

impl<K: Serialize + DeserializeOwned> PageRequest<K> {
    /// The page after `cursor` of the list with this filter.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`] where the cursor was not made by this list with this filter.
    pub fn new<F: Serialize>(limit: i64, cursor: Option<&str>, filter: &F) -> Result<Self> {
        let filter_mark = mark_of(filter)?;
        let after = cursor.map(|cursor| decode(cursor, filter_mark)).transpose()?;
        Ok(Self { limit, after, filter_mark })
    }

    /// Rows to fetch: one more than the page holds, to know whether there is a next one.
    #[must_use]
    pub fn fetch(&self) -> i64 {
        self.limit + 1
    }

    /// The page out of the rows fetched.
    pub fn page<T>(&self, mut rows: Vec<T>, keyset: impl Fn(&T) -> K) -> Page<T> {
        let full = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > full;
        rows.truncate(full);
        let next_cursor = rows.last().filter(|_| more).and_then(|row| {
            let cursor = Cursor { keyset: keyset(row), filter_mark: self.filter_mark };
            serde_json::to_vec(&cursor).ok().map(|json| URL_SAFE_NO_PAD.encode(json))
        });
        Page { data: rows, next_cursor }
    }
}

impl<T> Page<T> {
    /// The same page with other rows.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page { data: self.data.into_iter().map(convert).collect(), next_cursor: self.next_cursor }
    }
}

fn decode<K: DeserializeOwned>(cursor: &str, filter_mark: u64) -> Result<K> {
    let json = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| Error::InvalidCursor)?;
    if json.windows(6).any(|window| window == br"\u0000") {
        return Err(Error::InvalidCursor); // no cursor of ours, and nothing that PostgreSQL would compare with
    }
    let cursor: Cursor<K> = serde_json::from_slice(&json).map_err(|_| Error::InvalidCursor)?;
    if cursor.filter_mark == filter_mark { Ok(cursor.keyset) } else { Err(Error::InvalidCursor) }
}

/// Eight bytes that tell one filter from another, the same on every machine and in every version of the compiler.
fn mark_of<F: Serialize>(filter: &F) -> Result<u64> {
    let json = serde_json::to_vec(filter).map_err(Error::internal)?;
    let digest = Sha256::digest(json);
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    Ok(u64::from_be_bytes(first))
}
