//! The tables whose rows are kept: what stood in one before a change stands in its table of history.

/// A table whose rows are copied to `{name}_history` before they are changed or deleted.
pub(super) struct VersionedTable {
    /// Its name.
    pub(super) name: &'static str,
    /// Whose versions its rows belong to: the first of these that a row names. None of a resource, which has its own
    /// `updated_at`.
    pub(super) parents: &'static [Parent],
}

/// A resource that rows of another table are a part of.
pub(super) struct Parent {
    /// The resource's table.
    pub(super) table: &'static str,
    /// The column that names it.
    pub(super) column: &'static str,
}

/// Every such table.
pub(super) const VERSIONED_TABLES: [VersionedTable; 12] = [
    VersionedTable { name: "outlets", parents: &[] },
    VersionedTable { name: "actors", parents: &[] },
    VersionedTable { name: "actor_names", parents: &[Parent { table: "actors", column: "actor_id" }] },
    VersionedTable { name: "actor_roles", parents: &[Parent { table: "actors", column: "actor_id" }] },
    VersionedTable { name: "zones", parents: &[] },
    VersionedTable { name: "agreements", parents: &[] },
    VersionedTable { name: "agreement_parties", parents: &[Parent { table: "agreements", column: "agreement_id" }] },
    VersionedTable { name: "agreement_zones", parents: &[Parent { table: "agreements", column: "agreement_id" }] },
    VersionedTable { name: "articles", parents: &[] },
    VersionedTable { name: "article_sources", parents: &[Parent { table: "articles", column: "article_id" }] },
    VersionedTable { name: "quotes", parents: &[] },
    VersionedTable {
        name: "mentions",
        parents: &[Parent { table: "quotes", column: "quote_id" }, Parent { table: "articles", column: "article_id" }],
    },
];
