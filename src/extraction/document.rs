//! The facts about an article that its text tells: title, dateline, outlet, date, language, and the regions of the page.

use std::borrow::Cow;

use crate::models::text::{DateSource, Dateline, Region, RegionKind, Span};

use super::dateline::{DatelineParser, FoundDateline};
use super::regions::{self, Known, Layout};
use super::source::replaced;
use super::{Document, GazetteerSource, Hints, language};

mod address;
pub(crate) mod evidence;
pub(crate) mod furniture;
pub(crate) mod headline;
pub(crate) mod lines;
pub(crate) mod outlet;
mod phrases;
pub(crate) mod publication;

use evidence::EvidenceReader;
use lines::Piece;
use outlet::{Outlets, Page};
use publication::Clues;

/// Reads documents; compiled once from what is known about outlets, people and zones.
///
/// ```
/// use onrecord::extraction::{DocumentReader, GazetteerSource, Hints};
/// use onrecord::models::text::RegionKind;
///
/// let reader = DocumentReader::new(&GazetteerSource::default());
/// let text = "All news\n\nFerries to run again on the lower Tarn\n\n\
///     TARN, August 19. /KOR/. The ferries on the lower Tarn will run again from Monday, the harbour master said on Friday.";
/// let document = reader.read(text, &Hints::default());
/// assert_eq!(document.title.as_deref(), Some("Ferries to run again on the lower Tarn"));
/// assert_eq!(document.dateline.and_then(|dateline| dateline.agency).as_deref(), Some("KOR"));
/// let kinds: Vec<RegionKind> = document.regions.iter().map(|region| region.kind).collect();
/// assert_eq!(kinds, [RegionKind::Navigation, RegionKind::Title, RegionKind::Dateline, RegionKind::Body]);
/// ```
#[derive(Debug, Clone, Default)]
pub struct DocumentReader {
    datelines: DatelineParser,
    outlets: Outlets,
    evidence: EvidenceReader,
}

impl DocumentReader {
    /// Compiles a reader.
    ///
    /// # Marks of an outlet
    ///
    /// [`KnownOutlet::marks`](super::KnownOutlet::marks) are pieces of page furniture by which a page without a dateline is told:
    /// - `line:Short address`: a whole line;
    /// - `start:Norden journalists report`: the beginning of a line;
    /// - `date:dd/mm/yyyy`: how the page prints its date (`dd/mm/yyyy`, `mm/dd/yyyy`, `dd.mm.yyyy` or `yyyy-mm-dd`), only next to another mark;
    /// - anything else: words anywhere in the text.
    ///
    /// A mark that holds one of the outlet's own names is enough alone. Of others two are needed, and more than any other outlet has.
    /// `line:` and `start:` are never looked for in the story itself.
    #[must_use]
    pub fn new(source: &GazetteerSource) -> Self {
        let signs = source.outlets.iter().flat_map(|outlet| outlet.datelines.iter().map(String::as_str));
        Self {
            datelines: DatelineParser::new(signs),
            outlets: Outlets::new(&source.outlets),
            evidence: EvidenceReader::new(source),
        }
    }

    /// Reads the facts and regions of a text; what the client said wins.
    #[must_use]
    pub fn read(&self, text: &str, hints: &Hints<'_>) -> Document {
        let pieces = lines::pieces(text);
        let about_outlet = |text: &str| self.outlets.is_self_description(text);
        let layout = regions::lay_out(
            &pieces,
            Known { datelines: &self.datelines, title: hints.title, is_about_outlet: &about_outlet },
        );
        let agency = layout.dateline.as_ref().and_then(|(_, found)| found.agency.as_deref());
        let page = Page { text, pieces: &pieces, kinds: &layout.kinds, agency, url: hints.url, title: hints.title };
        let outlet = hints.outlet.or_else(|| self.outlets.of_page(page)).map(str::to_owned);
        let of_kind = |kind: RegionKind| {
            pieces.iter().zip(&layout.kinds).filter(move |(_, k)| **k == kind).map(|(piece, _)| piece.text)
        };
        let story: Vec<Cow<'_, str>> = of_kind(RegionKind::Body).map(folded).collect();
        let story: Vec<&str> = story.iter().map(|text| &**text).collect();
        let span = |at: usize| Span { start: pieces[at].start, end: pieces[at].end };
        let given = hints.published_on.map(|date| (date, hints.published_source.unwrap_or(DateSource::Request)));
        let deduce = || {
            publication::deduce(&Clues {
                url: hints.url,
                bylines: of_kind(RegionKind::Byline).collect(),
                dateline: layout.dateline.as_ref().and_then(|(_, found)| found.date.as_deref()),
                story: &story,
                style: outlet.as_deref().and_then(|slug| self.outlets.date_style(slug)),
                evidence: self.evidence.read(&story),
            })
        };
        let published = publication::stated(given, hints.url).or_else(deduce);
        Document {
            title: hints
                .title
                .map(|title| title.trim().to_owned())
                .or_else(|| layout.title.map(|at| one_line(pieces[at].text))),
            title_span: layout.title.map(span),
            subtitle: layout.subtitle.map(|at| one_line(pieces[at].text)),
            subtitle_span: layout.subtitle.map(span),
            dateline: layout.dateline.as_ref().map(|(at, found)| dateline(&pieces[*at], found)),
            outlet,
            published,
            language: hints.language.map(str::to_owned).or_else(|| language_of(&story, text)),
            regions: regions_of(&pieces, &layout),
        }
    }

    /// The slug of the outlet whose address this is.
    #[must_use]
    pub fn outlet_of_url(&self, url: &str) -> Option<&str> {
        self.outlets.of_url(url)
    }

    /// Whether an outlet has this slug.
    #[must_use]
    pub fn has_outlet(&self, slug: &str) -> bool {
        self.outlets.has(slug)
    }

    /// The slug of the outlet with this name, as a page's metadata gives it.
    #[must_use]
    pub fn outlet_named(&self, name: &str) -> Option<&str> {
        self.outlets.named(name)
    }
}

/// A paragraph with plain spaces, so that "Ida\u{a0}Holm" is found under her name.
fn folded(text: &str) -> Cow<'_, str> {
    let with = |c: char| match c {
        '’' => '\'',
        c if c.is_whitespace() => ' ',
        c => c,
    };
    replaced(text, |byte| byte != b' ' && char::from(byte).is_whitespace(), with)
}

/// A headline as one line without the marks of Markdown.
fn one_line(text: &str) -> String {
    furniture::plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The language of the story; of the whole text when the story is too short to tell.
fn language_of(story: &[&str], text: &str) -> Option<String> {
    let mut sample = String::new();
    for paragraph in story {
        sample.push_str(paragraph);
        sample.push('\n');
        if sample.len() > 20_000 {
            break;
        }
    }
    language::language_of(&sample).or_else(|| language::language_of(text)).map(str::to_owned)
}

fn dateline(piece: &Piece<'_>, found: &FoundDateline) -> Dateline {
    let text = &piece.text[found.start..found.end];
    let start = piece.start + piece.text[..found.start].chars().count();
    Dateline {
        text: text.to_owned(),
        start,
        end: start + text.chars().count(),
        place: found.place.clone(),
        date: found.date.clone(),
        agency: found.agency.clone(),
    }
}

/// The regions of the pieces: the dateline cut off from its paragraph, furniture in a row put together.
fn regions_of(pieces: &[Piece<'_>], layout: &Layout) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for (at, (piece, kind)) in pieces.iter().zip(&layout.kinds).enumerate() {
        if let Some((_, found)) = layout.dateline.as_ref().filter(|(dated, _)| *dated == at) {
            let line = dateline(piece, found);
            regions.push(Region { kind: RegionKind::Dateline, start: line.start, end: line.end });
            let rest = &piece.text[found.end..];
            let blank = rest.chars().take_while(|c| c.is_whitespace()).count();
            if line.end + blank < piece.end {
                regions.push(Region { kind: *kind, start: line.end + blank, end: piece.end });
            }
            continue;
        }
        let in_a_row = matches!(kind, RegionKind::Navigation | RegionKind::Related | RegionKind::Boilerplate);
        match regions.last_mut().filter(|last| in_a_row && last.kind == *kind) {
            Some(last) => last.end = piece.end,
            None => regions.push(Region { kind: *kind, start: piece.start, end: piece.end }),
        }
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extraction::{KnownActor, KnownOutlet, KnownRole, KnownZone, Office};
    use jiff::civil::date;
    use std::fmt::Write;
    use std::sync::LazyLock;

    static READER: LazyLock<DocumentReader> = LazyLock::new(reader);

    fn reader() -> DocumentReader {
        let role = KnownRole {
            office: Some("foreign".to_owned()),
            starts_on: Some(date(2009, 3, 1)),
            ends_on: Some(date(2012, 3, 1)),
            ..KnownRole::default()
        };
        DocumentReader::new(&GazetteerSource {
            actors: vec![KnownActor { name: "Ida Holm".to_owned(), roles: vec![role], ..KnownActor::default() }],
            zones: vec![KnownZone {
                name: "Tarn quiet zone".to_owned(),
                starts_on: Some(date(2011, 6, 20)),
                ..KnownZone::default()
            }],
            outlets: vec![KnownOutlet {
                slug: "kor".to_owned(),
                name: "KOR".to_owned(),
                datelines: vec!["/KOR/".to_owned()],
                marks: vec!["line:All reports".to_owned(), "date:dd.mm.yyyy".to_owned()],
                ..KnownOutlet::default()
            }],
            offices: vec![Office { key: "foreign".to_owned(), nouns: vec!["foreign minister".to_owned()] }],
        })
    }

    /// Regions are sorted, do not overlap, are not empty, and begin and end with a character that is not blank.
    fn check(text: &str) -> Document {
        let document = READER.read(text, &Hints::default());
        let chars: Vec<char> = text.chars().collect();
        let mut end = 0;
        for region in &document.regions {
            assert!(
                end <= region.start && region.start < region.end && region.end <= chars.len(),
                "{region:?} in {text:?}"
            );
            assert!(
                !chars[region.start].is_whitespace() && !chars[region.end - 1].is_whitespace(),
                "{region:?} in {text:?}"
            );
            end = region.end;
        }
        if let Some(line) = &document.dateline {
            assert_eq!(chars[line.start..line.end].iter().collect::<String>(), line.text);
        }
        document
    }

    #[test]
    fn a_wire_report() {
        let document = check(
            "All reports\r\n\r\nEnvoys to meet again\u{a0}on Tarn\r\n\r\nBoth sides speak of progress after a long night\r\n\r\n\
             TARN, August 19. /KOR/. Foreign Minister Ida\u{a0}Holm said on Friday that the envoys will meet again about the Tarn quiet zone.",
        );
        assert_eq!(document.title.as_deref(), Some("Envoys to meet again on Tarn"));
        assert_eq!(document.subtitle.as_deref(), Some("Both sides speak of progress after a long night"));
        assert_eq!(document.outlet.as_deref(), Some("kor"));
        assert_eq!(document.language.as_deref(), Some("en"));
        assert_eq!(document.published.map(|published| published.date), Some(date(2011, 8, 19)));
    }

    #[test]
    fn what_the_client_says_wins() {
        let hints = Hints {
            url: Some("https://a.example/2014/05/06/x"),
            outlet: Some("mine"),
            title: Some("Second line"),
            published_on: Some(date(2013, 1, 2)),
            published_source: None,
            language: Some("fr"),
        };
        let document = READER.read(
            "First line\nSecond line\n\nThe envoys met on Friday and said that they would meet again soon.",
            &hints,
        );
        assert_eq!(document.title.as_deref(), Some("Second line"));
        assert_eq!(document.title_span, Some(Span { start: 11, end: 22 }));
        assert_eq!((document.outlet.as_deref(), document.language.as_deref()), (Some("mine"), Some("fr")));
        assert_eq!(
            document.published.map(|published| (published.date, published.source)),
            Some((date(2013, 1, 2), DateSource::Request))
        );
    }

    #[test]
    fn texts_that_are_no_article() {
        for text in [
            "",
            " ",
            "\n\n\r",
            "\u{feff}",
            "---",
            "?",
            "All news",
            "וזה טקסט בעברית על שיחות השלום בעיר.",
            "مرحبا\n\nوقال الوزير إن المحادثات ستستأنف.",
        ] {
            check(text);
        }
        assert_eq!(check("Just one line without a stop").regions.len(), 1);
    }

    #[test]
    fn any_string_gives_sound_regions() {
        const PARTS: &[&str] = &[
            "\n",
            "\n\n",
            "\r\n",
            "\t",
            " ",
            "\u{a0}",
            "\u{2028}",
            "\u{200b}",
            "MOSCOW, May 4. /KOR/. ",
            "BONN (AP) — ",
            "\"",
            "”",
            "[",
            "](#)",
            "**",
            "© ",
            "AP Photo/X Y",
            "(File)",
            "---",
            "All news",
            "Get short URL",
            "With reporting by AP",
            "said on May 4",
            "30/01/2017",
            "07.08.2014",
            "Foreign Minister Ida Holm",
            "Ünïcödé",
            "😀",
            "中文。",
            "a",
            "The envoys met on Friday and spoke for hours about the draft. ",
            "READ MORE: ",
            "you please click",
            "http://x/2011/",
            "•",
            "# ",
            "KOR has been declared ",
            "in 2011 ",
            "Tarn quiet zone ",
            "last month",
            "proposed ",
            "Sept. 31",
            "February 29",
            "99:99 GMT +",
            "[1]",
            "İ",
            "ß",
        ];
        let mut state = 7_u64;
        for _ in 0..400 {
            let mut text = String::new();
            for _ in 0..40 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(PARTS[usize::try_from(state >> 33).unwrap_or(0) % PARTS.len()]);
            }
            check(&text);
        }
    }

    #[test]
    fn long_texts_take_time_with_their_length() {
        let mut numbered = String::new();
        for at in 0..8_000 {
            let _ = writeln!(numbered, "Line {at} of a list\n");
        }
        for text in [
            "\n".repeat(200_000),
            "x".repeat(200_000),
            "said on May 4 ".repeat(14_000),
            "Foreign Minister Ida Holm ".repeat(8_000),
            "[(".repeat(100_000),
            "A/".repeat(100_000),
            numbered,
        ] {
            check(&text);
        }
    }
}
