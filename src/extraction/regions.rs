//! The layout of a page: which of its pieces are the story, and which stand around it.
//!
//! First every piece is judged by its own wording (`document/furniture.rs`), then by its neighbours: the head of the page down to
//! the first paragraph, the story, and its tail. What stays open in the story is [`RegionKind::Body`].

use crate::models::text::RegionKind;

use super::dateline::{DatelineParser, FoundDateline};
use super::document::furniture::{self, Wording};
use super::document::headline;
use super::document::lines::{Piece, ends_sentence};

/// The head of a page is looked for in as many pieces.
const LONGEST_HEAD: usize = 80;

/// What each piece of a page is.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// The kind of each piece, in their order.
    pub kinds: Vec<RegionKind>,
    /// The index of the headline.
    pub title: Option<usize>,
    /// The index of the line under the headline.
    pub subtitle: Option<usize>,
    /// The index of the paragraph that opens with the dateline, and the dateline.
    pub dateline: Option<(usize, FoundDateline)>,
}

/// What is known about a page before it is read.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    /// Reads datelines.
    pub datelines: &'a DatelineParser,
    /// The headline, if the client gave it.
    pub title: Option<&'a str>,
    /// Tells whether a paragraph is a sentence of an outlet about itself.
    pub is_about_outlet: &'a dyn Fn(&str) -> bool,
}

/// Works out what each piece of a page is.
pub(crate) fn lay_out(pieces: &[Piece<'_>], known: Known<'_>) -> Layout {
    let wordings: Vec<Wording<'_>> = pieces.iter().map(|piece| Wording::new(piece.text)).collect();
    let kinds = wordings.iter().map(Wording::kind).collect();
    let mut draft = Draft { pieces, wordings, kinds };
    draft.mark_repeated_captions();
    let given = known.title.and_then(|title| headline::position_of(title, pieces, LONGEST_HEAD));
    let dateline = draft.find_dateline(known.datelines, given);
    let prose = draft.first_prose(given);
    let dated = dateline.as_ref().map(|(at, _)| *at);
    let body = [prose, dated].into_iter().flatten().min();
    let title = given.or_else(|| headline::choose(&draft, body, dated.is_some() && dated == body));
    let body = draft.start_of_story(title, body, dated);
    let subtitle = draft.settle_head(title, body, dated);
    if let Some(body) = body {
        draft.settle_tail(body, known.is_about_outlet);
        draft.settle_story(body);
    }
    Layout { kinds: draft.finish(body), title, subtitle, dateline }
}

/// A layout in the making: `None` is still open.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    /// The pieces of the page.
    pub pieces: &'a [Piece<'a>],
    /// Their words.
    pub wordings: Vec<Wording<'a>>,
    /// Their kinds.
    pub kinds: Vec<Option<RegionKind>>,
}

impl Draft<'_> {
    fn is_open(&self, at: usize) -> bool {
        self.kinds.get(at).is_some_and(Option::is_none)
    }

    fn set_open(&mut self, range: std::ops::Range<usize>, kind: impl Fn(&Piece<'_>) -> RegionKind) {
        for at in range {
            if self.is_open(at) {
                self.kinds[at] = Some(kind(&self.pieces[at]));
            }
        }
    }

    /// Whether a piece reads as a paragraph of prose.
    pub fn is_prose(&self, at: usize) -> bool {
        let piece = &self.pieces[at];
        let long = piece.words >= 12 || piece.len() >= 80 || (piece.words <= 2 && piece.len() >= 40);
        long && (ends_sentence(piece.text) || piece.words >= 30)
    }

    /// Marks a line that stands there twice, once with a credit or both times as a sentence, as a caption; and so the line above a credit.
    fn mark_repeated_captions(&mut self) {
        let mut headline_seen = false;
        for at in 0..self.pieces.len().saturating_sub(1) {
            // The first line that is left may be the headline; then a credit below it belongs to the picture between it and the story.
            let may_be_caption = headline_seen;
            headline_seen |= self.is_open(at);
            let a = &self.pieces[at];
            if a.words < 4 || a.len() > 600 {
                continue;
            }
            let (x, y) = (&self.wordings[at].plain, &self.wordings[at + 1].plain);
            let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
            let rest = long.strip_prefix(&**short).map(str::trim);
            let one_is_caption = [at, at + 1].iter().any(|at| self.kinds[*at] == Some(RegionKind::Caption));
            let repeated = match rest {
                Some("") => ends_sentence(short) || one_is_caption,
                Some(credit) => one_is_caption || furniture::kind_of(credit) == Some(RegionKind::Credit),
                None => false,
            };
            if repeated {
                self.kinds[at] = Some(RegionKind::Caption);
                self.kinds[at + 1] = Some(RegionKind::Caption);
            } else if self.is_open(at)
                && self.kinds[at + 1] == Some(RegionKind::Credit)
                && !a.gap_after
                && a.words <= 60
                && (may_be_caption || ends_sentence(a.text))
            {
                self.kinds[at] = Some(RegionKind::Caption);
            }
        }
    }

    /// The first paragraph that opens with a dateline, after the given headline.
    fn find_dateline(&self, parser: &DatelineParser, given: Option<usize>) -> Option<(usize, FoundDateline)> {
        let from = given.map_or(0, |at| at + 1);
        let found = (from..self.pieces.len())
            .filter(|at| self.is_open(*at))
            .take(LONGEST_HEAD)
            .find_map(|at| parser.parse(self.pieces[at].text).map(|dateline| (at, dateline)))?;
        // A dateline stands before prose, or alone above it.
        let (at, dateline) = &found;
        let alone = self.pieces[*at].text.len() == dateline.end;
        (self.is_prose(*at) || self.pieces[*at].words >= 12 || (alone && *at + 1 < self.pieces.len())).then_some(found)
    }

    /// The first piece of prose after the given headline.
    fn first_prose(&self, given: Option<usize>) -> Option<usize> {
        let from = given.map_or(0, |at| at + 1);
        let open = |at: &usize| self.is_open(*at);
        (from..self.pieces.len())
            .filter(open)
            .find(|at| self.is_prose(*at))
            .or_else(|| (from..self.pieces.len()).filter(open).find(|at| self.pieces[*at].words >= 20))
    }

    /// Moves the start of the story up to short sentences before the first long paragraph, or to the first line of a text without prose.
    fn start_of_story(&self, title: Option<usize>, body: Option<usize>, dated: Option<usize>) -> Option<usize> {
        let from = title.map_or(0, |at| at + 1);
        let Some(body) = body else {
            let sentence = |at: &usize| self.is_open(*at) && ends_sentence(self.pieces[*at].text);
            return (from..self.pieces.len())
                .find(sentence)
                .or_else(|| (from..self.pieces.len()).find(|at| self.is_open(*at) && title.is_none()));
        };
        if dated == Some(body) {
            return Some(body);
        }
        (from..body).find(|at| self.is_open(*at) && opens_story(&self.pieces[*at])).or(Some(body))
    }

    /// Settles everything before the story; returns the subtitle.
    fn settle_head(&mut self, title: Option<usize>, body: Option<usize>, dated: Option<usize>) -> Option<usize> {
        let body_at = body.unwrap_or(self.pieces.len());
        let Some(title) = title else {
            self.set_open(0..body_at, |_| RegionKind::Navigation);
            self.drop_page_dates(body_at);
            return None;
        };
        self.kinds[title] = Some(RegionKind::Title);
        let above = |piece: &Piece<'_>| {
            if ends_sentence(piece.text) && piece.words >= 6 { RegionKind::Caption } else { RegionKind::Navigation }
        };
        self.set_open(0..title, above);
        self.drop_page_dates(title);
        let subtitle = self.find_subtitle(title, body_at, dated);
        if let Some(subtitle) = subtitle {
            self.kinds[subtitle] = Some(RegionKind::Subtitle);
        }
        self.set_open(
            title + 1..body_at,
            |piece| if piece.words >= 5 { RegionKind::Related } else { RegionKind::Navigation },
        );
        subtitle
    }

    /// A date above the headline with more of the menu between them is the day on which the page was loaded.
    fn drop_page_dates(&mut self, end: usize) {
        for at in 0..end {
            if self.kinds[at] == Some(RegionKind::Byline)
                && self.kinds.get(at + 1) == Some(&Some(RegionKind::Navigation))
                && at + 1 < end
            {
                self.kinds[at] = Some(RegionKind::Navigation);
            }
        }
    }

    /// The line under the headline that sums the story up: no full stop, or a sentence directly above the dateline.
    fn find_subtitle(&mut self, title: usize, body: usize, dated: Option<usize>) -> Option<usize> {
        for at in title + 1..body {
            let piece = &self.pieces[at];
            if !self.is_open(at) {
                continue;
            }
            if piece.words >= 5 && piece.words <= 60 {
                if self.kinds.get(at + 1) == Some(&Some(RegionKind::Credit)) {
                    self.kinds[at] = Some(RegionKind::Caption);
                    continue;
                }
                return Some(at);
            }
        }
        let (lead, dated) = (self.pieces.get(body)?, dated?);
        let follows = body == title + 1 && dated > body && (body + 1..dated).all(|at| !self.is_open(at));
        let told_on = super::dates::single_weekday(lead.text).is_some();
        (follows && !told_on && lead.len() <= 250).then_some(body)
    }

    /// Finds the end of the story and settles what comes after it.
    fn settle_tail(&mut self, body: usize, is_about_outlet: &dyn Fn(&str) -> bool) {
        let count = self.pieces.len();
        let prose: Vec<bool> = (0..count).map(|at| at >= body && self.is_open(at) && self.is_prose(at)).collect();
        let mut left: usize = (body..count).filter(|at| prose[*at]).map(|at| self.pieces[at].len()).sum();
        let mut told: usize = 0;
        for (at, piece) in self.pieces.iter().enumerate().skip(body) {
            let size = if prose[at] { piece.len() } else { 0 };
            left -= size;
            let ends = self.wordings[at].ends_story();
            let is_notice = || {
                ends || (piece.len() >= 30 && (is_about_outlet(piece.text) || furniture::asks_the_reader(piece.text)))
            };
            // A masthead in the middle of a page does not end the story when most of it is still to come.
            if told > 0 && ((ends && left < told.saturating_mul(3)) || (left.saturating_mul(2) <= told && is_notice()))
            {
                if self.is_open(at) {
                    self.kinds[at] = Some(RegionKind::Boilerplate);
                }
                self.set_open(at + 1..count, |piece| {
                    if piece.words >= 14 || (piece.words >= 6 && ends_sentence(piece.text)) {
                        RegionKind::Boilerplate
                    } else {
                        RegionKind::Related
                    }
                });
                break;
            }
            told += size;
        }
        let Some(last) = (body..count)
            .rev()
            .find(|at| self.is_open(*at) && (self.is_prose(*at) || ends_story_line(&self.pieces[*at])))
        else {
            return;
        };
        self.set_open(last + 1..count, |_| RegionKind::Related);
    }

    /// Settles headings, captions and lists of links between the paragraphs of the story.
    fn settle_story(&mut self, body: usize) {
        let mut at = body;
        while at < self.pieces.len() {
            if !self.is_open(at) || !is_short_line(&self.pieces[at]) {
                at += 1;
                continue;
            }
            let end = (at..self.pieces.len())
                .find(|next| !self.is_open(*next) || !is_short_line(&self.pieces[*next]))
                .unwrap_or(self.pieces.len());
            let after_header = at > 0
                && self.kinds[at - 1] == Some(RegionKind::Related)
                && furniture::is_related_header(self.pieces[at - 1].text);
            let kind = match end - at {
                _ if after_header => Some(RegionKind::Related),
                1 if self.kinds.get(at + 1) == Some(&Some(RegionKind::Credit)) => Some(RegionKind::Caption),
                1 | 2 if at > body => Some(RegionKind::Heading),
                // Three lines in a row that each could be a headline are links; shorter or bulleted ones are a list in the story.
                n if n >= 3
                    && self.pieces[at..end].iter().all(|piece| piece.words >= 4 && !is_list_item(piece.text)) =>
                {
                    Some(RegionKind::Related)
                }
                _ => None,
            };
            if let Some(kind) = kind {
                self.set_open(at..end, |_| kind);
            }
            at = end;
        }
    }

    /// Everything still open from the start of the story on is the story.
    fn finish(self, body: Option<usize>) -> Vec<RegionKind> {
        let from = body.unwrap_or(usize::MAX);
        self.kinds
            .into_iter()
            .enumerate()
            .map(|(at, kind)| kind.unwrap_or(if at >= from { RegionKind::Body } else { RegionKind::Navigation }))
            .collect()
    }
}

/// A line without the end of a sentence that is too short for a paragraph.
fn is_short_line(piece: &Piece<'_>) -> bool {
    let text = piece.text;
    piece.words <= 14
        && piece.len() <= 140
        && !ends_sentence(text)
        && !text.ends_with([':', ';', ',', '-', '–', '—'])
        && !opens_with_quote(text)
        && !is_list_item(text)
}

/// A short line above the first paragraph that belongs to the story: a sentence, or "The minister said:".
fn opens_story(piece: &Piece<'_>) -> bool {
    (ends_sentence(piece.text) && piece.words >= 2) || (piece.text.ends_with(':') && piece.words >= 3)
}

/// A line at the end that may be the last line of the story although it is short.
fn ends_story_line(piece: &Piece<'_>) -> bool {
    let text = piece.text;
    // "What next for the ferries?" is a link rather than the end of a story.
    let stated = ends_sentence(text) && !text.ends_with(['?', '!']);
    (stated && piece.len() >= 4) || piece.words >= 19 || opens_with_quote(text)
}

fn opens_with_quote(text: &str) -> bool {
    text.trim_start_matches(['*', '_']).starts_with(['"', '“', '«', '„', '\'', '‘'])
}

fn is_list_item(text: &str) -> bool {
    let figures = text.chars().take_while(char::is_ascii_digit).count();
    text.starts_with(['•', '·', '▪', '–', '—'])
        || text.starts_with("- ")
        || text.starts_with("* ")
        || (figures > 0 && text[figures..].starts_with(['.', ')']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extraction::document::lines;
    use RegionKind::{Body, Boilerplate, Byline, Caption, Credit, Heading, Navigation, Related, Subtitle, Title};

    fn kinds(text: &str) -> Vec<RegionKind> {
        let datelines = DatelineParser::new(["(Norden)", "/KOR/"].into_iter());
        let known = Known {
            datelines: &datelines,
            title: None,
            is_about_outlet: &|text| text.starts_with("Norden correspondents"),
        };
        lay_out(&lines::pieces(text), known).kinds
    }

    const P1: &str = "Envoys from both river states opened talks on Friday about the buffer zone along the lower Tarn, the mediator said.";
    const P2: &str = "\"We have a draft on the table,\" the mediator told reporters, adding that only the maps were missing from the envoys' folder.";

    #[test]
    fn a_page_with_everything_around_it() {
        let text = format!(
            "Latest news\nHome | World | Sport\n\nEnvoys open talks on Tarn buffer zone\n\nThe mediator hopes for a signature before the harvest\n\
             A ferry on the lower Tarn © Norden/Ida Holm\nA ferry on the lower Tarn\n© Norden/Ida Holm\n\n{P1}\n\nMaps and markers\n\n{P2}\n\n\
             [READ MORE: The ferrymen's winter](#)\n\n{P2}\n\nWith reporting by Kor and Vest\nNorden correspondents work in nine countries and \
             print what others cannot, every day of the year.\nSend to a friend\nFerries stay moored for a second week\n"
        );
        assert_eq!(
            kinds(&text),
            [
                Navigation,
                Navigation,
                Title,
                Subtitle,
                Caption,
                Caption,
                Credit,
                Body,
                Heading,
                Body,
                Related,
                Body,
                Boilerplate,
                Boilerplate,
                Navigation,
                Related
            ]
        );
    }

    #[test]
    fn a_credit_below_the_headline() {
        let text = format!("All news\nEnvoys open talks on Tarn buffer zone\n© Norden/Ida Holm\n{P1}\n{P2}");
        assert_eq!(kinds(&text), [Navigation, Title, Credit, Body, Body]);
    }

    #[test]
    fn plain_prose_is_all_body() {
        let text = [P1, P2, "No one disagreed.", P1].join("\n\n");
        assert_eq!(kinds(&text), [Body, Body, Body, Body]);
        assert_eq!(kinds(P1), [Body]);
        assert_eq!(kinds(&[P1, P2].join("\n")), [Body, Body]);
        assert_eq!(kinds(&format!("It rained in Tarn.\n\n{P1}")), [Body, Body]);
    }

    #[test]
    fn a_lead_may_stand_before_the_dateline() {
        let text = format!(
            "A barge at night. (File)\n\nEnvoys open talks on Tarn buffer zone\n\n© NORDEN / Ida Holm\nEurope\nGet short URL\n\n{P1}\n\nTARN (Norden) — {P2}"
        );
        assert_eq!(kinds(&text), [Caption, Title, Credit, Navigation, Navigation, Body, Body]);
    }

    #[test]
    fn a_date_line_is_a_byline_and_a_page_date_is_not() {
        let text = format!("Envoys open talks on Tarn buffer zone\n\n---\n\n19/08/2011\n\n{P1}");
        assert_eq!(kinds(&text), [Title, Navigation, Byline, Body]);
        let text = format!("Friday, 19 August 2022\nHome\nEnvoys open talks on Tarn buffer zone\n\n{P1}");
        assert_eq!(kinds(&text), [Navigation, Navigation, Title, Body]);
        let text = format!("11:20 GMT +302 March 2023\nEnvoys open talks on Tarn buffer zone\n\n{P1}");
        assert_eq!(kinds(&text), [Navigation, Title, Body]);
    }

    #[test]
    fn only_furniture() {
        assert_eq!(
            kinds("All news\nListen Live\n---\n© Norden/Ida Holm"),
            [Navigation, Navigation, Navigation, Credit]
        );
        assert_eq!(kinds(""), []);
    }

    #[test]
    fn related_lists() {
        let text = format!(
            "{P1}\n\nRelated stories\nFerries stay moored\nWhat the buffer zone means for eel fishing\n\n{P2}\n\nFerries stay moored for a second week\nWhat next for the ferries?\nTarn, Ida Holm, ferries"
        );
        assert_eq!(kinds(&text), [Body, Related, Related, Related, Body, Related, Related, Related]);
    }
}
