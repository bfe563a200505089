//! Statements that gained reports and lost none. What they say of their reports follows from what they said and from the new ones:
//! however many report one utterance, the next costs no more.

use std::collections::BTreeMap;

use super::{COMPARED, lead_of};
use crate::error::Result;
use crate::models::{Day, PlacedQuote, QuoteId, QuoteKind};
use crate::repository::Connection;
use crate::repository::statements;
use crate::repository::statements::placing::{self, Lead, StatementState};

/// A report that a statement gained.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gained {
    quote: QuoteId,
    kind: QuoteKind,
    /// The day under which it is listed.
    pub(super) sort_on: Day,
    /// The day under which its article is listed.
    article_day: Day,
}

impl Gained {
    pub(super) fn of(quote: &PlacedQuote) -> Self {
        Self { quote: quote.id, kind: quote.kind, sort_on: quote.sort_on, article_day: quote.article_day }
    }

    /// Whether the quote that shows what was said is a better one, or an earlier one, whatever the words: who only paraphrases shows
    /// it no better than somebody who quotes, and among those who paraphrase the first does.
    fn stays_behind(&self, lead_id: QuoteId, lead: &Lead) -> bool {
        self.kind == QuoteKind::Indirect
            && (lead.kind != QuoteKind::Indirect || (lead.article_day, lead_id) < (self.article_day, self.quote))
    }
}

/// Statements as they are with what they gained; their versions are counted by whoever writes them.
pub(super) async fn with_gains<'a>(
    connection: &mut Connection,
    all: impl Iterator<Item = (&'a StatementState, &'a [Gained])>,
) -> Result<Vec<StatementState>> {
    let all: BTreeMap<_, _> = all.map(|(state, gained)| (state.id, (state, gained))).collect();
    let leads = all.values().map(|(state, _)| state.lead_id).collect::<Vec<_>>();
    let leads = placing::find_leads(connection, &leads).await?;
    let mut grown = Vec::with_capacity(all.len());
    for (id, (state, gained)) in all {
        let lead = leads.get(&state.lead_id);
        let stays = lead.is_some_and(|lead| gained.iter().all(|one| one.stays_behind(state.lead_id, lead)));
        let lead_id = if stays {
            state.lead_id
        } else {
            let rows = statements::list_reports(connection, id, COMPARED as i64).await?;
            rows.get(lead_of(&rows)).map_or(state.lead_id, |lead| lead.quote_id)
        };
        let reports = state.reports + i64::try_from(gained.len()).unwrap_or_default();
        grown.push(StatementState {
            lead_id,
            sort_on: gained.iter().map(|one| one.sort_on).fold(state.sort_on, Day::min),
            reports,
            is_shared: reports > 1,
            ..state.clone()
        });
    }
    Ok(grown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn who_paraphrases_stays_behind_who_quotes_and_behind_who_did_before() {
        let (first, second) = (QuoteId::from_bits(1), QuoteId::from_bits(2));
        let (early, late) = (day("2017-05-04"), day("2017-05-05"));
        let gained = |kind, article_day| Gained { quote: second, kind, sort_on: article_day, article_day };
        let lead = |kind| Lead { kind, article_day: early };
        let (direct, indirect) = (QuoteKind::Direct, QuoteKind::Indirect);
        assert!(gained(indirect, late).stays_behind(first, &lead(direct)));
        assert!(gained(indirect, late).stays_behind(first, &lead(indirect)));
        assert!(gained(indirect, early).stays_behind(first, &lead(indirect)), "the one that came in first");
        assert!(!gained(direct, late).stays_behind(first, &lead(direct)), "the words decide");
        let later_lead = Lead { kind: indirect, article_day: late };
        assert!(!gained(indirect, early).stays_behind(first, &later_lead), "of an earlier article");
    }
}
