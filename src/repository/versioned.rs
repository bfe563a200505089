//! The tables whose rows are kept: what stood in one before a change stands in its table of history.

/// A table whose rows are copied to `{name}_history` before they are changed or deleted.
pub(super) struct VersionedTable {
    /// Its name.
    pub(super) name: &'static str,
    /// Since when a row has been as it is.
    pub(super) since: Since,
}

/// What says since when a row has been as it is.
#[derive(Clone, Copy)]
pub(super) enum Since {
    /// A column of its own.
    Column(&'static str),
    /// The `updated_at` of the resource that it is a part of: the first of these that it names.
    Parent(&'static [Parent]),
}

/// A resource that rows of another table are a part of.
pub(super) struct Parent {
    /// The resource's table.
    pub(super) table: &'static str,
    /// The column that names it.
    pub(super) column: &'static str,
}

impl VersionedTable {
    /// The table of a resource.
    const fn resource(name: &'static str) -> Self {
        Self { name, since: Since::Column("updated_at") }
    }

    /// The table of what is a part of a resource.
    const fn part(name: &'static str, parents: &'static [Parent]) -> Self {
        Self { name, since: Since::Parent(parents) }
    }

    /// The resources that its rows may be a part of.
    pub(super) const fn parents(&self) -> &'static [Parent] {
        match self.since {
            Since::Column(_) => &[],
            Since::Parent(parents) => parents,
        }
    }
}

/// Tables of what is made from others and has no history: nothing stands in them where it is read what was known at an
/// instant.
pub(super) const DERIVED_TABLES: [&str; 3] = ["statements", "statement_reports", "positions"];

/// Every such table.
pub(super) const VERSIONED_TABLES: [VersionedTable; 14] = [
    VersionedTable::resource("outlets"),
    VersionedTable::resource("actors"),
    VersionedTable::part("actor_names", &[Parent { table: "actors", column: "actor_id" }]),
    VersionedTable::part("actor_roles", &[Parent { table: "actors", column: "actor_id" }]),
    VersionedTable::resource("zones"),
    VersionedTable::part("zone_transitions", &[Parent { table: "zones", column: "zone_id" }]),
    VersionedTable::resource("agreements"),
    VersionedTable::part("agreement_parties", &[Parent { table: "agreements", column: "agreement_id" }]),
    VersionedTable::part("agreement_zones", &[Parent { table: "agreements", column: "agreement_id" }]),
    VersionedTable::resource("articles"),
    VersionedTable::part("article_sources", &[Parent { table: "articles", column: "article_id" }]),
    VersionedTable::resource("quotes"),
    VersionedTable::part(
        "mentions",
        &[Parent { table: "quotes", column: "quote_id" }, Parent { table: "articles", column: "article_id" }],
    ),
    // A merge is no resource: it is there from when it was made until it is undone.
    VersionedTable { name: "actor_merges", since: Since::Column("merged_at") },
];
