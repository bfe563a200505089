//! `column IN (…)` that is prepared once.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Array, Bool, HasSqlType, IntoNullable, Nullable, SqlType};
use diesel::sqlite::Sqlite;

/// Whether a column holds one of some values.
///
/// It asks the same as diesel's `eq_any`, of which SQLite has to prepare each statement anew: for most reads that takes longer than
/// to run it. Here the number of values is made up to a power of two by more of the last, so that there are few statements, and
/// each stays prepared.
///
/// ```ignore
/// mentions::table.filter(one_of(mentions::quote_id, quote_ids))
/// ```
#[derive(Debug, Clone)]
pub struct OneOf<C, ST, V> {
    column: C,
    values: Vec<V>,
    sql_type: PhantomData<ST>,
}

/// More values than this are too seldom for their statement to be kept.
const MOST_KEPT: usize = 256;

/// Whether `column` holds one of `values`; never where there are none.
pub fn one_of<C, ST, V>(column: C, values: Vec<V>) -> OneOf<C, ST, V>
where
    C: Expression,
    C::SqlType: IntoNullable<Nullable = Nullable<ST>>,
    ST: SqlType,
{
    OneOf { column, values, sql_type: PhantomData }
}

impl<C, ST, V> Expression for OneOf<C, ST, V> {
    type SqlType = Nullable<Bool>;
}

impl<C: ValidGrouping<()>, ST, V> ValidGrouping<()> for OneOf<C, ST, V> {
    type IsAggregate = is_aggregate::No;
}

impl<C: AppearsOnTable<QS>, ST, V, QS> AppearsOnTable<QS> for OneOf<C, ST, V> {}

impl<C, ST, V> QueryId for OneOf<C, ST, V> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, ST: 'static, V> QueryFragment<Pg> for OneOf<C, ST, V>
where
    C: QueryFragment<Pg>,
    V: ToSql<ST, Pg>,
    Vec<V>: ToSql<Array<ST>, Pg>,
    Pg: HasSqlType<ST> + HasSqlType<Array<ST>>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if self.values.is_empty() {
            // Beside `OR` this falls away. With an array that happens to be empty, a plan is made anew each time.
            out.push_sql("FALSE");
            return Ok(());
        }
        self.column.walk_ast(out.reborrow())?;
        // An index gives the rows of one value in its order, and those of several one value after the other: to be sorted.
        if let [only] = self.values.as_slice() {
            out.push_sql(" = ");
            return out.push_bind_param::<ST, V>(only);
        }
        out.push_sql(" = ANY(");
        out.push_bind_param::<Array<ST>, Vec<V>>(&self.values)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C, ST, V> QueryFragment<Sqlite> for OneOf<C, ST, V>
where
    C: QueryFragment<Sqlite>,
    V: ToSql<ST, Sqlite>,
    Sqlite: HasSqlType<ST> + Backend,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let Some(last) = self.values.last() else {
            // No row has it, and an index says so: beside `OR`, a plain "false" would have all rows looked at.
            self.column.walk_ast(out.reborrow())?;
            out.push_sql(" IN (NULL)");
            return Ok(());
        };
        let count = self.values.len();
        let places = if count > MOST_KEPT {
            out.unsafe_to_cache_prepared();
            count
        } else {
            count.next_power_of_two()
        };
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        for (at, value) in self.values.iter().chain(std::iter::repeat(last)).take(places).enumerate() {
            if at > 0 {
                out.push_sql(", ");
            }
            out.push_bind_param::<ST, V>(value)?;
        }
        out.push_sql(")");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::ActorId;
    use crate::schema::actors;

    fn sqlite(slugs: &[&str]) -> String {
        let slugs = slugs.iter().map(|slug| (*slug).to_owned()).collect();
        let query = actors::table.filter(one_of(actors::slug, slugs)).select(actors::slug);
        diesel::debug_query::<Sqlite, _>(&query).to_string()
    }

    #[test]
    fn three_values_are_asked_for_as_four() {
        assert!(sqlite(&["a", "b", "c"]).contains("IN (?, ?, ?, ?)"), "{}", sqlite(&["a", "b", "c"]));
        assert!(sqlite(&["a", "b", "c"]).contains(r#"["a", "b", "c", "c"]"#), "{}", sqlite(&["a", "b", "c"]));
        assert!(sqlite(&[]).contains("IN (NULL)"), "{}", sqlite(&[]));
        assert_eq!(sqlite(&["a"; 300]).matches('?').count(), 300);
    }

    #[test]
    fn postgresql_takes_them_as_one() {
        let query = actors::table.filter(one_of(actors::slug, vec!["a".to_owned(); 3])).select(actors::slug);
        assert!(diesel::debug_query::<Pg, _>(&query).to_string().contains("= ANY($1)"));
        let query = actors::table.filter(one_of(actors::slug, vec!["a".to_owned()])).select(actors::slug);
        assert!(diesel::debug_query::<Pg, _>(&query).to_string().contains("= $1"));
    }

    #[test]
    fn nothing_is_one_of_none() {
        let named = one_of(actors::id, Vec::<ActorId>::new()).or(one_of(actors::slug, vec!["a".to_owned()]));
        let query = actors::table.filter(named).select(actors::slug);
        let sql = diesel::debug_query::<Pg, _>(&query).to_string();
        assert!(sql.contains(r#"WHERE (FALSE OR "actors"."slug" = $1)"#), "{sql}");
    }
}
