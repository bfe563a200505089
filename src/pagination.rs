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
    /// How many rows the whole list has; absent unless `count=true` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub total: Option<i64>,
}

/// Rows out of the database: those of one page and one more, and how many there are in all where that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows<T> {
    /// The rows of the page, and one more where there is a next page.
    pub rows: Vec<T>,
    /// How many rows the list has, whatever the page.
    pub total: Option<i64>,
}

impl<T> Rows<T> {
    /// The same with other rows.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Rows<U> {
        Rows { rows: self.rows.into_iter().map(convert).collect(), total: self.total }
    }
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
    #[param(min_length = 1, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
    /// Whether to count the rows of the whole list, for `total`. It is exact, and costs a look at every row that fits the
    /// filter: ask for it with the first page, not with each.
    #[param(default = false)]
    pub count: Option<bool>,
}

/// Whether the rows of a list that comes as one page are to be counted.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CountParameter {
    /// Whether to give their number as `total`.
    #[param(default = false)]
    pub count: Option<bool>,
}

/// A page as a service asks for it: a checked limit, and the keyset to go on after.
///
/// ```
/// use onrecord::pagination::{Page, PageRequest, Rows};
///
/// let filter = vec!["tass"];
/// let first: PageRequest<i64> = PageRequest::new(2, None, &filter)?;
/// let page: Page<i64> = first.page(Rows { rows: vec![1, 2, 3], total: None }, |row| *row);
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
    /// Whether the rows of the whole list are to be counted.
    pub count: bool,
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
        Ok(Self { limit, after, count: false, filter_mark })
    }

    /// The same page, with the rows of the whole list counted or not.
    #[must_use]
    pub fn counting(self, count: bool) -> Self {
        Self { count, ..self }
    }

    /// Rows to fetch: one more than the page holds, to know whether there is a next one.
    #[must_use]
    pub fn fetch(&self) -> i64 {
        self.limit + 1
    }

    /// The page out of the rows fetched.
    pub fn page<T>(&self, found: Rows<T>, keyset: impl Fn(&T) -> K) -> Page<T> {
        let Rows { mut rows, total } = found;
        let full = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > full;
        rows.truncate(full);
        let next_cursor = rows.last().filter(|_| more).and_then(|row| {
            let cursor = Cursor { keyset: keyset(row), filter_mark: self.filter_mark };
            serde_json::to_vec(&cursor).ok().map(|json| URL_SAFE_NO_PAD.encode(json))
        });
        Page { data: rows, next_cursor, total }
    }
}

impl<T> Page<T> {
    /// The same page with other rows.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page { data: self.data.into_iter().map(convert).collect(), next_cursor: self.next_cursor, total: self.total }
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
