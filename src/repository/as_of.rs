//! Reading what was known at an instant.
//!
//! Views of the same names stand before the versioned tables, so that every query runs on them as it is: each gives the
//! rows that were true at that instant, out of the table and its history. On PostgreSQL they stand in a schema of their
//! own, made after the migrations, and a reading transaction looks there first. On SQLite each reading transaction makes
//! temporary ones. Either way queries outside such a transaction never meet them.

use std::collections::HashMap;

use diesel::connection::SimpleConnection;
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::SqliteConnection;
use diesel::{Connection as _, QueryResult, QueryableByName, RunQueryDsl, sql_query};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use sha2::{Digest, Sha256};

use super::Connection;
use super::versioned::{DERIVED_TABLES, Parent, Since, VERSIONED_TABLES, VersionedTable};
use crate::error::Result;
use crate::models::Instant;

/// The schema of the views, as SQL on PostgreSQL: one for each that holds the tables, for several may share a database.
const VIEW_SCHEMA: &str = "current_schema() || '_as_of'";
/// PostgreSQL's text of an instant has no year 0.
const EARLIEST: &str = "0001-01-01T00:00:00.000000Z";
/// Later than all that is read, since that is not in the future.
const LATEST: &str = "9999-12-31T00:00:00.000000Z";

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

#[derive(QueryableByName)]
struct ViewSchema {
    #[diesel(sql_type = Text)]
    tables: String,
    #[diesel(sql_type = Text)]
    views: String,
    #[diesel(sql_type = Nullable<Text>)]
    mark: Option<String>,
}

/// Begins a transaction in which every query reads what was known at `instant`. Where this fails, the connection must be
/// closed.
///
/// # Errors
/// Only of the database.
pub(super) async fn begin_reading(connection: &mut Connection, instant: Instant) -> Result<()> {
    let text = format!("{instant:.6}");
    let instant = if text.starts_with('-') || text.starts_with("0000") { EARLIEST.to_owned() } else { text };
    match connection {
        Connection::Postgres(c) => {
            // Without `enable_material`: no statistics tell the planner how many rows of a view another row meets, and it
            // takes them for many. It would hold every row of a list against every row of its filter, instead of looking
            // them up.
            //
            // One way to the server and back. The name of the views must be found out before the path changes, on which
            // it depends. The last column fails where there are no views: without them, the tables would be read.
            let begin = format!(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
                 WITH found AS MATERIALIZED (
                     SELECT quote_ident({VIEW_SCHEMA}) AS views, current_setting('search_path') AS path
                 )
                 SELECT set_config('onrecord.as_of', '{instant}', true),
                        set_config('search_path', concat_ws(', ', views, nullif(path, '')), true),
                        set_config('enable_material', 'off', true),
                        (views || '.quotes')::regclass
                 FROM found"
            );
            diesel_async::AnsiTransactionManager::begin_transaction_sql(c.exclusive()?, &begin).await?;
        }
        Connection::Sqlite(c) => {
            c.spawn_blocking(move |c| {
                diesel::connection::AnsiTransactionManager::begin_transaction_sql(c, "BEGIN")?;
                create_temporary_views(c, &instant)
            })
            .await?;
        }
    }
    Ok(())
}

fn create_temporary_views(connection: &mut SqliteConnection, instant: &str) -> QueryResult<()> {
    let columns = "SELECT t.name AS table_name, c.name AS column_name
                   FROM main.sqlite_schema t JOIN pragma_table_info(t.name, 'main') c
                   WHERE t.type = 'table' ORDER BY t.name, c.cid";
    let columns = by_table(sql_query(columns).load(connection)?);
    let views = Views {
        create: "CREATE TEMP VIEW ".to_owned(),
        tables: "main".to_owned(),
        views: "temp".to_owned(),
        instant: format!("'{instant}'"),
        type_of_instant: "text",
    };
    connection.batch_execute(&views.statements(&columns))
}

/// Makes the views of PostgreSQL as its tables are now. The caller keeps others from doing the same.
///
/// # Errors
/// Only of the database; one is that its role may not make a schema.
pub(super) fn create_views(connection: &mut AsyncConnectionWrapper<AsyncPgConnection>) -> QueryResult<()> {
    let columns = "SELECT table_name::text, column_name::text FROM information_schema.columns
                   WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position";
    let columns = by_table(sql_query(columns).load(connection)?);
    let schema = view_schema(connection)?;
    let views = Views {
        create: format!("CREATE VIEW {}.", schema.views),
        tables: schema.tables,
        views: schema.views.clone(),
        // As a query of its own it is run once, and not for each row.
        instant: "(SELECT current_setting('onrecord.as_of')::timestamptz)".to_owned(),
        type_of_instant: "timestamptz",
    };
    let statements = views.statements(&columns);
    // A start that finds them as they should be holds up nobody who reads.
    let mark = base16ct::lower::encode_string(&Sha256::digest(&statements));
    if schema.mark.as_ref() == Some(&mark) {
        return Ok(());
    }
    let name = schema.views;
    let begin = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name};");
    let end = format!("COMMENT ON SCHEMA {name} IS '{mark}';");
    connection.transaction(|connection| connection.batch_execute(&format!("{begin}{statements}{end}")))
}

/// Takes the views of PostgreSQL away: their tables can be changed then.
///
/// # Errors
/// Only of the database.
pub(super) fn drop_views(connection: &mut AsyncConnectionWrapper<AsyncPgConnection>) -> QueryResult<()> {
    let ViewSchema { views, .. } = view_schema(connection)?;
    connection.batch_execute(&format!("DROP SCHEMA IF EXISTS {views} CASCADE"))
}

fn view_schema(connection: &mut AsyncConnectionWrapper<AsyncPgConnection>) -> QueryResult<ViewSchema> {
    sql_query(format!(
        "SELECT quote_ident(current_schema()) AS tables, quote_ident({VIEW_SCHEMA}) AS views,
                obj_description(to_regnamespace(quote_ident({VIEW_SCHEMA})), 'pg_namespace') AS mark"
    ))
    .get_result(connection)
}

fn by_table(columns: Vec<Column>) -> HashMap<String, Vec<String>> {
    let mut by_table: HashMap<String, Vec<String>> = HashMap::new();
    for column in columns {
        by_table.entry(column.table_name).or_default().push(column.column_name);
    }
    by_table
}

/// How views are made on a database.
struct Views {
    /// What begins a statement, up to the name of the view.
    create: String,
    /// The schema that holds the tables.
    tables: String,
    /// The schema that holds the views.
    views: String,
    /// The instant that is read.
    instant: String,
    /// The type of instants.
    type_of_instant: &'static str,
}

impl Views {
    /// The statements that make all of them.
    fn statements(&self, columns: &HashMap<String, Vec<String>>) -> String {
        let statement = |table: &VersionedTable| {
            let columns = columns.get(table.name).map(Vec::as_slice).unwrap_or_default();
            format!("{}{} AS {};", self.create, table.name, self.rows_of(table, columns))
        };
        let empty = |name: &&str| format!("{}{name} AS SELECT * FROM {}.{name} WHERE 1 = 0;", self.create, self.tables);
        let of_tables: String =
            VERSIONED_TABLES.iter().map(statement).chain(DERIVED_TABLES.iter().map(empty)).collect();
        of_tables + &self.quote_zones()
    }

    /// What is made from other tables is made from their rows of then.
    fn quote_zones(&self) -> String {
        let Self { create, views, .. } = self;
        format!(
            "{create}quote_zones AS
             SELECT DISTINCT m.zone_id, q.sort_on, q.id AS quote_id, q.said_on
             FROM {views}.mentions m JOIN {views}.quotes q ON q.id = m.quote_id WHERE m.zone_id IS NOT NULL;"
        )
    }

    /// The rows that were true then: of the table and its history those that had begun and not ended.
    ///
    /// The conditions stand around the two and not in each: so PostgreSQL looks rows up by the indexes of both, and takes
    /// a page in their order. What is added to the rows has the type of what the history has there: so SQLite does too.
    fn rows_of(&self, table: &VersionedTable, columns: &[String]) -> String {
        let Self { tables, instant, type_of_instant, .. } = self;
        let name = table.name;
        let columns: Vec<String> = columns.iter().map(|column| format!("r.\"{column}\"")).collect();
        let columns = columns.join(", ");
        let (since, since_before, begun) = match table.since {
            Since::Column(column) => (format!("r.{column}"), format!("r.{column}"), "r.row_since".to_owned()),
            // A part that still is was so since its resource is as it is: that of the first parent that the row names.
            Since::Parent(parents) => {
                let of_parent = |parent: &Parent| {
                    let (parent, column) = (parent.table, parent.column);
                    format!("(SELECT p.updated_at FROM {tables}.{parent} p WHERE p.id = r.{column})")
                };
                let of_parents: Vec<String> = parents.iter().map(of_parent).collect();
                let begun = format!("coalesce(r.row_since, {})", of_parents.join(", "));
                (format!("CAST(NULL AS {type_of_instant})"), "r.since".to_owned(), begun)
            }
        };
        format!(
            "SELECT {columns} FROM (
                 SELECT {columns}, {since} AS row_since, CAST('{LATEST}' AS {type_of_instant}) AS row_until
                 FROM {tables}.{name} r
                 UNION ALL SELECT {columns}, {since_before}, r.until FROM {tables}.{name}_history r
             ) r WHERE {begun} <= {instant} AND r.row_until > {instant}"
        )
    }
}
