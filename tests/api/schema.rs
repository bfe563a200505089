//! `src/schema.rs` and the migrations: against the migrated database, and against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use onrecord::repository::migrations::{migrate, revert_all};
use regex::Regex;

use crate::support::TestDatabase;

const SCHEMA: &str = include_str!("../../src/schema.rs");

/// How `schema.rs` calls a type, and how SQLite and PostgreSQL do.
const TYPES: [(&str, &str, &str); 9] = [
    ("Id", "text", "uuid"),
    ("Text", "text", "text"),
    ("Document", "text", "jsonb"),
    ("Instant", "text", "timestamptz"),
    ("Day", "text", "date"),
    ("Bool", "integer", "bool"),
    ("BigInt", "integer", "int8"),
    ("Integer", "integer", "int4"),
    ("Double", "real", "float8"),
];

/// `table.column type nullable key`, a line a column; `key` is the place in the primary key, from 1, or 0.
fn columns_of_schema(text: &str, postgres: bool) -> BTreeSet<String> {
    let table = Regex::new(r"(?s)diesel::table! \{.*?\n    (\w+) \(([\w, ]+)\) \{(.*?)\n    \}").unwrap();
    let column = Regex::new(r"(\w+) -> (?:Nullable<(\w+)>|(\w+)),").unwrap();
    let mut lines = BTreeSet::new();
    for table in table.captures_iter(text) {
        let keys: Vec<&str> = table[2].split(", ").collect();
        for column in column.captures_iter(&table[3]) {
            let nullable = column.get(2).is_some();
            let name = column.get(2).or(column.get(3)).unwrap().as_str();
            let (_, sqlite, postgresql) = TYPES.iter().find(|(known, ..)| *known == name).expect(name);
            let kind = if postgres { postgresql } else { sqlite };
            let key = keys.iter().position(|key| *key == &column[1]).map_or(0, |place| place + 1);
            lines.insert(format!("{}.{} {kind} {nullable} {key}", &table[1], &column[1]));
        }
    }
    lines
}

/// The same, as the database says: the columns of each table in its order.
async fn columns_of_database(database: &TestDatabase) -> Vec<String> {
    let query = if database.is_postgres() {
        "SELECT c.table_name || '.' || c.column_name || ' ' || c.udt_name || ' '
             || CASE c.is_nullable WHEN 'YES' THEN 'true' ELSE 'false' END || ' ' || coalesce((
                 SELECT k.ordinal_position FROM information_schema.key_column_usage k
                 JOIN information_schema.table_constraints t USING (constraint_schema, constraint_name)
                 WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_schema = c.table_schema
                     AND k.table_name = c.table_name AND k.column_name = c.column_name
             ), 0) AS line
         FROM information_schema.columns c
         WHERE c.table_schema = 'public' AND c.table_name <> '__diesel_schema_migrations'
         ORDER BY c.table_name, c.ordinal_position"
    } else {
        "SELECT t.name || '.' || c.name || ' ' || lower(c.type) || ' '
             || CASE c.\"notnull\" WHEN 0 THEN 'true' ELSE 'false' END || ' ' || c.pk AS line
         FROM sqlite_master t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> '__diesel_schema_migrations'
         ORDER BY t.name, c.cid"
    };
    database.lines(query).await
}

#[actix_web::test]
async fn the_tables_in_the_code_are_the_tables_in_the_database() {
    let database = TestDatabase::create_empty().await;
    migrate(&database.settings(&[]).database).await.unwrap();
    let in_code = columns_of_schema(SCHEMA, database.is_postgres());
    assert_eq!(SCHEMA.matches("table! {").count(), tables_of(&in_code).len(), "every table of the file was understood");
    assert_eq!(SCHEMA.matches(" -> ").count() - SCHEMA.matches("joinable!").count(), in_code.len());
    let in_database = columns_of_database(&database).await;
    // No code names the columns of the history: see the next test.
    let in_database = in_database.into_iter().filter(|line| !line.contains("_history.")).collect();
    let differences: Vec<&String> = in_code.symmetric_difference(&in_database).collect();
    assert!(differences.is_empty(), "{differences:#?}");
}

/// Rows are copied into the history as they stand, by the order of the columns.
#[actix_web::test]
async fn a_table_of_history_is_its_table_after_when_it_was_true() {
    let database = TestDatabase::create_empty().await;
    migrate(&database.settings(&[]).database).await.unwrap();
    let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in columns_of_database(&database).await {
        let (table, column) = line.split_once('.').unwrap();
        // Without its place in a primary key, which the history has not.
        let (column, _) = column.rsplit_once(' ').unwrap();
        columns.entry(table.to_owned()).or_default().push(column.to_owned());
    }
    let instant = if database.is_postgres() { "timestamptz" } else { "text" };
    let of_history: Vec<&str> = columns.keys().filter_map(|name| name.strip_suffix("_history")).collect();
    assert_eq!(of_history.len(), 14);
    for name in of_history {
        let tells_since = |column: &String| column.starts_with("updated_at ") || column.starts_with("merged_at ");
        let times = if columns[name].iter().any(tells_since) { &["until"][..] } else { &["until", "since"] };
        let times = times.iter().map(|time| format!("{time} {instant} false"));
        let expected: Vec<String> = times.chain(columns[name].iter().cloned()).collect();
        assert_eq!(columns[&format!("{name}_history")], expected, "{name}");
    }
}

fn tables_of(columns: &BTreeSet<String>) -> BTreeSet<&str> {
    columns.iter().map(|line| line.split('.').next().unwrap()).collect()
}

#[test]
fn a_column_that_became_nullable_would_be_seen() {
    let changed = SCHEMA.replacen("        slug -> Text,", "        slug -> Nullable<Text>,", 1);
    let (before, after) = (columns_of_schema(SCHEMA, false), columns_of_schema(&changed, false));
    let differences: Vec<&String> = before.symmetric_difference(&after).collect();
    assert_eq!(differences, ["outlets.slug text false 0", "outlets.slug text true 0"]);
}

#[actix_web::test]
async fn migrations_go_up_and_down_and_up_again() {
    let database = TestDatabase::create_empty().await;
    let settings = database.settings(&[]).database;
    migrate(&settings).await.unwrap();
    let first = columns_of_database(&database).await;
    migrate(&settings).await.unwrap();
    assert_eq!(columns_of_database(&database).await, first, "up twice is up once");
    revert_all(&settings).await.unwrap();
    assert_eq!(columns_of_database(&database).await, Vec::<String>::new());
    let left = if database.is_postgres() {
        "SELECT indexname::text AS line FROM pg_indexes WHERE schemaname = 'public'"
    } else {
        "SELECT name AS line FROM sqlite_master WHERE type <> 'table'"
    };
    let left = database.lines(left).await;
    assert!(left.iter().all(|name| name.contains("__diesel_schema_migrations")), "{left:?}");
    migrate(&settings).await.unwrap();
    assert_eq!(columns_of_database(&database).await, first);
}

/// What the migrations of one database make, as their text says.
#[derive(Debug, Default, PartialEq)]
struct Migrated {
    tables: BTreeMap<String, Table>,
    /// Name → table and columns.
    indexes: BTreeMap<String, (String, Vec<String>)>,
}

#[derive(Debug, Default, PartialEq)]
struct Table {
    /// Name → nullable.
    columns: BTreeMap<String, bool>,
    primary_key: Vec<String>,
    unique: BTreeSet<String>,
    /// Column → table and delete rule.
    foreign_keys: BTreeMap<String, (String, Option<String>)>,
}

fn migrations(backend: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(backend);
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn sql_of(backend: &str, file: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(backend);
    migrations(backend).iter().map(|name| fs::read_to_string(folder.join(name).join(file)).unwrap()).collect()
}

fn statements(sql: &str) -> Vec<String> {
    let code: String = sql.lines().map(|line| line.split("--").next().unwrap().to_owned() + " ").collect();
    code.split(';')
        .map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|s| !s.is_empty())
        .collect()
}

/// The pieces between commas that stand in no brackets.
fn split_at_commas(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut pieces) = (0, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                pieces.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(text[start..].trim());
    pieces
}

fn names(list: &str) -> Vec<String> {
    list.split(',').map(|name| name.trim().trim_end_matches(" DESC").to_owned()).collect()
}

fn table(body: &str) -> Table {
    let primary_key = Regex::new(r"^PRIMARY KEY \((.*)\)$").unwrap();
    let reference =
        Regex::new(r"REFERENCES (\w+) \(\w+\)(?: ON DELETE (CASCADE|NO ACTION|SET NULL|RESTRICT))?").unwrap();
    let mut table = Table::default();
    for piece in split_at_commas(body) {
        if let Some(found) = primary_key.captures(piece) {
            table.primary_key = names(&found[1]);
        } else if !piece.starts_with("CHECK") {
            let name = piece.split(' ').next().unwrap().to_owned();
            if piece.contains("PRIMARY KEY") {
                table.primary_key = vec![name.clone()];
            }
            if piece.contains("UNIQUE") {
                table.unique.insert(name.clone());
            }
            if let Some(found) = reference.captures(piece) {
                let rule = found.get(2).map(|rule| rule.as_str().to_owned());
                table.foreign_keys.insert(name.clone(), (found[1].to_owned(), rule));
            }
            table.columns.insert(name, !piece.contains("NOT NULL") && !piece.contains("PRIMARY KEY"));
        }
    }
    table
}

fn migrated(sql: &str) -> Migrated {
    let create_table = Regex::new(r"^CREATE TABLE (\w+) \((.*)\)(?: STRICT(?:, WITHOUT ROWID)?)?$").unwrap();
    let create_index = Regex::new(r"^CREATE (?:UNIQUE )?INDEX (\w+) ON (\w+) \(([^()]*)\)(?: WHERE .*)?$").unwrap();
    let add_column = Regex::new(r"^ALTER TABLE (\w+) ADD COLUMN (.*)$").unwrap();
    let drop_column = Regex::new(r"^ALTER TABLE (\w+) DROP COLUMN (\w+)$").unwrap();
    let rename_column = Regex::new(r"^ALTER TABLE (\w+) RENAME COLUMN (\w+) TO (\w+)$").unwrap();
    let drop_index = Regex::new(r"^DROP INDEX (\w+)$").unwrap();
    let mut all = Migrated::default();
    for statement in statements(sql) {
        if let Some(found) = create_table.captures(&statement) {
            all.tables.insert(found[1].to_owned(), table(&found[2]));
        } else if let Some(found) = create_index.captures(&statement) {
            all.indexes.insert(found[1].to_owned(), (found[2].to_owned(), names(&found[3])));
        } else if let Some(found) = add_column.captures(&statement) {
            let added = table(&found[2]);
            let table = all.tables.get_mut(&found[1]).unwrap();
            table.columns.extend(added.columns);
            table.foreign_keys.extend(added.foreign_keys);
            table.unique.extend(added.unique);
        } else if let Some(found) = drop_column.captures(&statement) {
            all.tables.get_mut(&found[1]).unwrap().columns.remove(&found[2]).unwrap();
        } else if let Some(found) = rename_column.captures(&statement) {
            let columns = &mut all.tables.get_mut(&found[1]).unwrap().columns;
            let nullable = columns.remove(&found[2]).unwrap();
            columns.insert(found[3].to_owned(), nullable);
        } else if let Some(found) = drop_index.captures(&statement) {
            all.indexes.remove(&found[1]).unwrap();
        } else {
            let changes_rows = statement.starts_with("INSERT ") || statement.starts_with("UPDATE ");
            assert!(changes_rows, "teach this test to read: {statement}");
        }
    }
    all
}

#[test]
fn both_databases_have_the_same_migrations_tables_columns_and_indexes() {
    assert_eq!(migrations("sqlite"), migrations("postgres"));
    let (sqlite, postgres) = (migrated(&sql_of("sqlite", "up.sql")), migrated(&sql_of("postgres", "up.sql")));
    assert!(!sqlite.tables.is_empty() && !sqlite.indexes.is_empty());
    for (name, table) in &sqlite.tables {
        assert_eq!(Some(table), postgres.tables.get(name), "{name}");
    }
    assert_eq!(sqlite, postgres);
    assert_eq!(statements(&sql_of("sqlite", "down.sql")), statements(&sql_of("postgres", "down.sql")));
}

/// Foreign keys without a delete rule, or without an index that begins with them.
fn faults_of_foreign_keys(migrated: &Migrated) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, table) in &migrated.tables {
        for (column, (_, rule)) in &table.foreign_keys {
            if rule.is_none() {
                faults.push(format!("{name}.{column} has no delete rule"));
            }
            let leads_index = migrated.indexes.values().any(|(of, columns)| of == name && &columns[0] == column);
            if !leads_index && table.primary_key.first() != Some(column) {
                faults.push(format!("{name}.{column} leads no index"));
            }
        }
    }
    faults
}

#[test]
fn every_foreign_key_has_an_index_and_a_delete_rule() {
    for backend in ["sqlite", "postgres"] {
        let migrated = migrated(&sql_of(backend, "up.sql"));
        assert!(migrated.tables.values().any(|table| !table.foreign_keys.is_empty()));
        assert_eq!(faults_of_foreign_keys(&migrated), Vec::<String>::new(), "{backend}");
    }
    let bad =
        "CREATE TABLE a (id uuid PRIMARY KEY, b uuid REFERENCES b (id), c uuid REFERENCES c (id) ON DELETE CASCADE);
               CREATE INDEX a_c ON a (id, c);";
    assert_eq!(
        faults_of_foreign_keys(&migrated(bad)),
        ["a.b has no delete rule", "a.b leads no index", "a.c leads no index"]
    );
}

#[test]
fn every_table_of_sqlite_is_strict() {
    let statements = statements(&sql_of("sqlite", "up.sql"));
    let tables: Vec<&String> = statements.iter().filter(|statement| statement.starts_with("CREATE TABLE")).collect();
    assert!(!tables.is_empty());
    for table in tables {
        assert!(table.ends_with(" STRICT") || table.ends_with(" STRICT, WITHOUT ROWID"), "{table}");
    }
}
