//! Full-text search: an index in a folder of its own, made from the database and never the source of anything.
//!
//! Knows the models, files, and neither HTTP nor SQL. [`Index`] is the folder, [`Snapshot`] one state of it, [`Query`] what people
//! type. The same documents are found in the same order on every machine.

mod documents;
mod folder;
mod highlights;
mod query;
mod ranking;
mod snapshot;
mod terms;
mod words;

pub use folder::{Access, Batch, Building, Index, IndexError, Position};
pub use query::{Query, QueryError};
pub use snapshot::{Conditions, Found, Hit, Search, Snapshot};

impl Query {
    /// Where the words that it looks for stand in a text: offsets of the first character and after the last (Unicode scalar
    /// values), in order, without overlap.
    ///
    /// ```
    /// use onrecord::search::Query;
    ///
    /// let query = Query::parse("zone \"no fly\"")?;
    /// assert_eq!(query.highlights("Zones: a no-fly zone."), [(0, 5), (9, 15), (16, 20)]);
    /// # Ok::<(), onrecord::search::QueryError>(())
    /// ```
    #[must_use]
    pub fn highlights(&self, text: &str) -> Vec<(usize, usize)> {
        highlights::highlights(self, text)
    }
}
