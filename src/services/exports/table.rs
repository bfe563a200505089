//! Exports as tables: a row a resource, for spreadsheets and for programs that read CSV (RFC 4180).

use crate::error::{Error, Result};
use crate::models::{Actor, Agreement, ArticleSummary, Outlet, Party, Quote, Role, Transition, Zone, name_of};

/// Between several values in one cell.
const SEPARATOR: &str = "; ";

/// What has a row in a table.
pub(super) trait Tabular {
    /// The names of its columns.
    const COLUMNS: &'static [&'static str];

    /// What stands in them.
    fn cells(&self) -> Vec<String>;
}

/// Writes a row, with a line end.
pub(super) fn write_row<S: AsRef<str>>(buffer: &mut Vec<u8>, cells: &[S]) -> Result<()> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(buffer);
    writer.write_record(cells.iter().map(|cell| harmless(cell.as_ref()))).map_err(Error::internal)?;
    writer.flush().map_err(Error::internal)
}

/// A text that no spreadsheet takes for a formula: whoever wrote an article must not run anything on the machine of whoever
/// opens the table. What begins like a formula gets an apostrophe before it (OWASP, "CSV Injection"); a number stays one.
fn harmless(text: &str) -> String {
    let begins_a_formula = |c: char| "=+-@\t\r\n＝＋－＠".contains(c);
    let is_number = || text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) && text.parse::<f64>().is_ok();
    if text.starts_with(begins_a_formula) && !is_number() { format!("'{text}") } else { text.to_owned() }
}

/// What a value is in a cell: nothing where there is none.
fn shown<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn named<T: serde::Serialize>(value: Option<&T>) -> String {
    value.map(name_of).unwrap_or_default()
}

fn joined(values: &[String]) -> String {
    values.join(SEPARATOR)
}

/// A quote, and what is known of the article that reports it.
pub(super) struct ReportedQuote<'a> {
    pub(super) quote: &'a Quote,
    pub(super) article: Option<&'a ArticleSummary>,
}

impl Tabular for ReportedQuote<'_> {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "kind",
        "text",
        "speaker",
        "speaker_name",
        "speaker_mention",
        "role",
        "resolved_by",
        "said_on",
        "said_on_precision",
        "zones",
        "outlet",
        "published_on",
        "article_title",
        "article_url",
        "article_id",
        "start",
        "end",
        "cue",
        "occasion",
        "nested_in",
        "confidence",
        "review",
        "extractor",
        "created_at",
        "updated_at",
        "version",
    ];

    fn cells(&self) -> Vec<String> {
        let Self { quote, article } = self;
        let speaker = quote.speaker.as_ref();
        let actor = speaker.and_then(|speaker| speaker.actor.as_ref());
        let zones: Vec<String> = quote.zones.iter().map(|zone| zone.slug.clone()).collect();
        vec![
            quote.id.to_string(),
            name_of(&quote.kind),
            quote.text.clone(),
            shown(actor.map(|actor| &actor.slug)),
            shown(actor.map(|actor| &actor.name)),
            shown(speaker.and_then(|speaker| speaker.mention.as_ref()).map(|mention| &mention.text)),
            shown(speaker.and_then(|speaker| speaker.role.as_ref())),
            named(speaker.and_then(|speaker| speaker.resolved_by.as_ref())),
            shown(quote.said_on.as_ref()),
            named(quote.said_on_precision.as_ref()),
            joined(&zones),
            shown(article.and_then(|article| article.outlet.as_ref()).map(|outlet| &outlet.slug)),
            shown(article.and_then(|article| article.published_on.as_ref())),
            shown(article.and_then(|article| article.title.as_ref())),
            shown(article.and_then(|article| article.url.as_ref())),
            quote.article_id.to_string(),
            shown(quote.segments.first().map(|segment| &segment.start)),
            shown(quote.segments.last().map(|segment| &segment.end)),
            shown(quote.cue.as_ref().map(|cue| &cue.text)),
            shown(quote.occasion.as_ref().map(|occasion| &occasion.text)),
            shown(quote.nested_in.as_ref()),
            quote.confidence.to_string(),
            name_of(&quote.review),
            quote.extractor.clone(),
            quote.created_at.to_string(),
            quote.updated_at.to_string(),
            quote.version.to_string(),
        ]
    }
}

/// An article with its text.
pub(super) struct ArticleRow<'a> {
    pub(super) article: &'a ArticleSummary,
    pub(super) text: &'a str,
}

impl Tabular for ArticleRow<'_> {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "outlet",
        "url",
        "title",
        "subtitle",
        "dateline",
        "published_on",
        "published_on_precision",
        "published_on_source",
        "language",
        "extraction",
        "extractor",
        "text_sha256",
        "text",
        "created_at",
        "updated_at",
        "version",
    ];

    fn cells(&self) -> Vec<String> {
        let Self { article, text } = self;
        vec![
            article.id.to_string(),
            shown(article.outlet.as_ref().map(|outlet| &outlet.slug)),
            shown(article.url.as_ref()),
            shown(article.title.as_ref()),
            shown(article.subtitle.as_ref()),
            shown(article.dateline.as_ref().map(|dateline| &dateline.text)),
            shown(article.published_on.as_ref()),
            named(article.published_on_precision.as_ref()),
            named(article.published_on_source.as_ref()),
            shown(article.language.as_ref()),
            name_of(&article.extraction),
            article.extractor.clone(),
            article.text_sha256.clone(),
            (*text).to_owned(),
            article.created_at.to_string(),
            article.updated_at.to_string(),
            article.version.to_string(),
        ]
    }
}

impl Tabular for Actor {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "slug",
        "name",
        "kind",
        "gender",
        "country",
        "parent",
        "aliases",
        "demonyms",
        "capital",
        "roles",
        "wikidata",
        "source",
        "review",
        "created_at",
        "updated_at",
        "version",
    ];

    fn cells(&self) -> Vec<String> {
        let role = |role: &Role| {
            let days = (shown(role.starts_on.as_ref()), shown(role.ends_on.as_ref()));
            format!("{} ({}/{})", role.title, days.0, days.1)
        };
        let roles: Vec<String> = self.roles.iter().map(role).collect();
        vec![
            self.id.to_string(),
            self.slug.clone(),
            self.name.clone(),
            name_of(&self.kind),
            named(self.gender.as_ref()),
            shown(self.country.as_ref()),
            shown(self.parent.as_ref().map(|parent| &parent.slug)),
            joined(&self.aliases),
            joined(&self.demonyms),
            shown(self.capital.as_ref()),
            joined(&roles),
            shown(self.wikidata.as_ref()),
            shown(self.source.as_ref()),
            name_of(&self.review),
            self.created_at.to_string(),
            self.updated_at.to_string(),
            self.version.to_string(),
        ]
    }
}

fn parties(parties: &[Party]) -> String {
    let party = |party: &Party| format!("{} ({})", party.actor.slug, name_of(&party.part));
    joined(&parties.iter().map(party).collect::<Vec<String>>())
}

impl Tabular for Zone {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "slug",
        "name",
        "kind",
        "status",
        "country",
        "parent",
        "description",
        "proposed_on",
        "agreed_on",
        "in_force_on",
        "ended_on",
        "transitions",
        "west",
        "south",
        "east",
        "north",
        "geometry_precision",
        "geometry_derivation",
        "aliases",
        "terms",
        "agreements",
        "parties",
        "wikidata",
        "sources",
        "created_at",
        "updated_at",
        "version",
    ];

    fn cells(&self) -> Vec<String> {
        let [west, south, east, north] = [0, 1, 2, 3].map(|side| shown(self.bbox.as_ref().map(|bbox| &bbox[side])));
        let agreements: Vec<String> = self.agreements.iter().map(|agreement| agreement.slug.clone()).collect();
        let transition = |row: &Transition| format!("{} ({})", row.on, name_of(&row.status));
        let transitions: Vec<String> = self.transitions.iter().map(transition).collect();
        vec![
            self.id.to_string(),
            self.slug.clone(),
            self.name.clone(),
            name_of(&self.kind),
            name_of(&self.status),
            shown(self.country.as_ref()),
            shown(self.parent.as_ref().map(|parent| &parent.slug)),
            shown(self.description.as_ref()),
            shown(self.lifecycle.proposed_on.as_ref()),
            shown(self.lifecycle.agreed_on.as_ref()),
            shown(self.lifecycle.in_force_on.as_ref()),
            shown(self.lifecycle.ended_on.as_ref()),
            joined(&transitions),
            west,
            south,
            east,
            north,
            shown(self.geometry_precision.as_ref()),
            shown(self.geometry_derivation.as_ref()),
            joined(&self.aliases),
            joined(&self.terms),
            joined(&agreements),
            parties(&self.parties),
            shown(self.wikidata.as_ref()),
            joined(&self.sources),
            self.created_at.to_string(),
            self.updated_at.to_string(),
            self.version.to_string(),
        ]
    }
}

impl Tabular for Agreement {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "slug",
        "name",
        "signed_on",
        "in_force_on",
        "place",
        "url",
        "parties",
        "zones",
        "sources",
        "created_at",
        "updated_at",
        "version",
    ];

    fn cells(&self) -> Vec<String> {
        let zones: Vec<String> = self.zones.iter().map(|zone| zone.slug.clone()).collect();
        vec![
            self.id.to_string(),
            self.slug.clone(),
            self.name.clone(),
            shown(self.signed_on.as_ref()),
            shown(self.in_force_on.as_ref()),
            shown(self.place.as_ref()),
            shown(self.url.as_ref()),
            parties(&self.parties),
            joined(&zones),
            joined(&self.sources),
            self.created_at.to_string(),
            self.updated_at.to_string(),
            self.version.to_string(),
        ]
    }
}

impl Tabular for Outlet {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "slug",
        "name",
        "kind",
        "country",
        "homepage",
        "aliases",
        "datelines",
        "domains",
        "marks",
        "wikidata",
        "source",
        "created_at",
        "updated_at",
        "version",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.slug.clone(),
            self.name.clone(),
            name_of(&self.kind),
            shown(self.country.as_ref()),
            shown(self.homepage.as_ref()),
            joined(&self.aliases.0),
            joined(&self.datelines.0),
            joined(&self.domains.0),
            joined(&self.marks.0),
            shown(self.wikidata.as_ref()),
            shown(self.source.as_ref()),
            self.created_at.to_string(),
            self.updated_at.to_string(),
            self.version.to_string(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_none() {
        for text in ["=1+1", "+49 30 1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "-1+2", "-"]
        {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["", "said", "-35.782", "+1.5", "1e5", "a=b", "'=1"] {
            assert_eq!(harmless(text), text);
        }
        let mut row = Vec::new();
        write_row(&mut row, &["a \"b\"", "=1", "c,d\ne"]).unwrap();
        assert_eq!(String::from_utf8(row).unwrap(), "\"a \"\"b\"\"\",'=1,\"c,d\ne\"\r\n");
    }
}
