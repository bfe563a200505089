//! The steps in order: regions → tokens → paragraphs → quotes → speakers → mentions.

use jiff::civil::Date;

use super::answers::{self, Answer};
use super::cast::Cast;
use super::confidence;
use super::gazetteer::{Gazetteer, KnownRole};
use super::marks;
use super::mentions;
use super::names;
use super::occasions;
use super::quotes::{self, Collector, Link, Raw};
use super::said;
use super::sentences::Paragraph;
use super::source::Source;
use super::speakers::{Article, Entity, Resolved, Resolver, possible_days};
use super::tokens::{self, Token};
use super::{Document, ExtractedQuote, ExtractedSpeaker, Extraction, SpeakerActor};
use crate::models::text::{DatePrecision, RegionKind, Segment, TextSpan};

/// Reads the quotes and mentions of a text whose regions are known.
pub fn read(gazetteer: &Gazetteer, text: &str, document: Document) -> Extraction {
    let source = Source::new(text);
    let mut tokens = Vec::with_capacity(source.len() / 5);
    let story = tokenize(&source, &document, &mut tokens);
    let paragraphs = &story.paragraphs;
    let singles = marks::prefers_singles(&source, &tokens[story.headline.1..]);
    let mut collector = Collector::new(&source, &tokens);
    for &(first, last) in paragraphs {
        let mut quoted = marks::pair(&source, &tokens, first, last, collector.is_open());
        quoted.iter_mut().for_each(|quoted| quoted.single &= !singles);
        marks::cut_unclosed(&tokens, &mut quoted);
        collector.read(&Paragraph::new(&tokens, first, last, quoted));
    }
    collector.read_nested();
    let cast = names::read(gazetteer, &source, &tokens, story.headline);
    let quoted = quotes::marked(&collector.raws);
    let text = Article { source: &source, tokens: &tokens, sentences: &collector.sentences, quoted: &quoted };
    let resolver = Resolver::new(gazetteer, text, &cast, document.published.as_ref());
    let answers = answers::all(resolver, &tokens, &collector.raws, &collector.subjects, paragraphs);
    let finisher = Finisher { gazetteer, source: &source, tokens: &tokens, cast: &cast, document: &document };
    let raws = &collector.raws;
    let mut quotes: Vec<ExtractedQuote> =
        (0..raws.len()).filter_map(|index| finisher.quote(raws, index, answers.get(index)?)).collect();
    quotes.sort_by_key(|quote| {
        (quote.segments[0].start, std::cmp::Reverse(quote.segments[quote.segments.len() - 1].end))
    });
    nest(&mut quotes);
    for quote in &mut quotes {
        quote.confidence = confidence::probability(quote.kind, &quote.why, quote.nested_in.is_some());
    }
    let mentions = mentions::find(gazetteer, &source, &document, &cast, &tokens);
    Extraction { document, quotes, mentions }
}

/// The headline and the story in one stream of tokens.
struct Story {
    /// The tokens of the headline: it names people, and nobody's quotes are read from it.
    headline: (usize, usize),
    /// The paragraphs as ranges of tokens.
    paragraphs: Vec<(usize, usize)>,
}

/// Splits the headline and the paragraphs. Quotes are read from the body and the subtitle only.
fn tokenize(source: &Source, document: &Document, tokens: &mut Vec<Token>) -> Story {
    let mut story = Story { headline: (0, 0), paragraphs: Vec::new() };
    for region in &document.regions {
        let headline = region.kind == RegionKind::Title && tokens.is_empty();
        if !(headline || matches!(region.kind, RegionKind::Body | RegionKind::Subtitle))
            || region.end > source.len()
            || region.start >= region.end
        {
            continue;
        }
        // Each paragraph is a region of its own.
        let first = tokens.len();
        tokens::tokenize(source, region.start, region.end, tokens);
        if headline {
            story.headline = (first, tokens.len());
        } else if tokens.len() > first {
            story.paragraphs.push((first, tokens.len()));
        }
    }
    story
}

/// Marks quotes that stand inside the content of another one.
fn nest(quotes: &mut [ExtractedQuote]) {
    let mut open: Vec<usize> = Vec::new();
    for index in 0..quotes.len() {
        let (start, _) = extent(&quotes[index]);
        while open.last().is_some_and(|&outer| extent(&quotes[outer]).1 <= start) {
            open.pop();
        }
        let outer = open.iter().rev().take(8).copied().find(|&outer| {
            // Whatever is said word for word inside it cuts both in the same places.
            let outer = &quotes[outer].segments;
            let within =
                |inner: &Segment| outer.iter().any(|segment| segment.start <= inner.start && inner.end <= segment.end);
            quotes[index].segments.iter().all(within)
        });
        quotes[index].nested_in = outer;
        open.push(index);
    }
}

fn extent(quote: &ExtractedQuote) -> (usize, usize) {
    let start = quote.segments.first().map_or(0, |segment| segment.start);
    (start, quote.segments.last().map_or(start, |segment| segment.end))
}

/// The day of a quote is looked for in as many tokens.
const LONGEST_ATTRIBUTION: usize = 400;

/// How many quotes before and after one may share its sentence.
const SIBLINGS: usize = 3;

/// Turns raw quotes into those that are given out.
struct Finisher<'a> {
    gazetteer: &'a Gazetteer,
    source: &'a Source<'a>,
    tokens: &'a [Token],
    cast: &'a Cast,
    document: &'a Document,
}

impl Finisher<'_> {
    fn quote(&self, raws: &[Raw], index: usize, answer: &Answer) -> Option<ExtractedQuote> {
        let raw = &raws[index];
        let resolved = answer.who.as_ref();
        let segments: Vec<Segment> = raw
            .segments
            .iter()
            .filter_map(|&(first, last, verbatim)| {
                let (start, end) = quotes::characters(self.source, self.tokens, first, last, verbatim)?;
                Some(Segment { start, end, verbatim })
            })
            .collect();
        if segments.is_empty() {
            return None;
        }
        let attribution = self.attribution(raws, index);
        let said_on = self.said_on(&attribution);
        Some(ExtractedQuote {
            kind: raw.kind,
            cue: raw.cue.map(|(first, last)| self.span(first, last)),
            speaker: self.speaker(raw, resolved),
            said_on,
            occasion: self.occasion(raw, &attribution),
            // That depends on the quotes around it too.
            confidence: 0.0,
            why: confidence::reasons(self.source, self.tokens, raw, answer, said_on.is_some()),
            nested_in: None,
            segments,
        })
    }

    fn span(&self, first: usize, last: usize) -> TextSpan {
        self.source.span(self.tokens[first].start, self.tokens[last.max(first + 1) - 1].end)
    }

    fn speaker(&self, raw: &Raw, resolved: Option<&Resolved>) -> Option<ExtractedSpeaker> {
        let mention = match raw.link {
            Link::Mention(first, last) => Some(self.span(first, last)),
            _ => None,
        };
        if mention.is_none() && resolved.is_none() {
            return None;
        }
        Some(ExtractedSpeaker {
            mention,
            actor: resolved.map(|resolved| self.actor(&resolved.entity)),
            resolved_by: resolved.map(|resolved| resolved.by),
            role: resolved.and_then(|resolved| self.role(resolved)),
        })
    }

    fn actor(&self, entity: &Entity) -> SpeakerActor {
        match entity {
            Entity::Known(actor) => {
                let actor = &self.gazetteer.actors()[*actor];
                SpeakerActor::Known { slug: actor.slug.clone(), name: actor.name.clone() }
            }
            Entity::Stranger(index) => {
                let stranger = &self.cast.strangers[*index];
                SpeakerActor::New { name: stranger.name.clone(), kind: stranger.kind }
            }
            Entity::New(name, kind) => SpeakerActor::New { name: name.clone(), kind: *kind },
        }
    }

    /// The role that the mention names, else the one that was held on the day of the article and began last.
    fn role(&self, resolved: &Resolved) -> Option<String> {
        let Entity::Known(actor) = resolved.entity else { return None };
        let roles = &self.gazetteer.actors()[actor].roles;
        if let Some(role) = resolved.role.and_then(|role| roles.get(role)) {
            return Some(role.title.clone());
        }
        let (first, last) = possible_days(self.document.published.as_ref()?);
        let held = |day: Date| {
            let holds = |role: &&KnownRole| {
                role.starts_on.is_none_or(|start| start <= day) && role.ends_on.is_none_or(|end| day <= end)
            };
            roles.iter().filter(holds).max_by_key(|role| role.starts_on).map(|role| role.title.clone())
        };
        // Where only the year is known, a role counts that was held at both its ends.
        held(last).filter(|title| held(first).as_ref() == Some(title))
    }

    fn said_on(&self, attribution: &[usize]) -> Option<(Date, DatePrecision)> {
        let tokens: Vec<&Token> = attribution.iter().map(|&at| &self.tokens[at]).collect();
        said::day(self.source, &tokens, self.document.published.as_ref())
    }

    fn occasion(&self, raw: &Raw, attribution: &[usize]) -> Option<TextSpan> {
        let mention = match raw.link {
            Link::Mention(first, last) => Some((first, last)),
            _ => None,
        };
        let (source, tokens, cue) = (self.source, self.tokens, raw.cue);
        let (first, last) = occasions::Attribution { source, tokens, at: attribution, cue, mention }.occasion()?;
        Some(self.span(first, last))
    }

    /// The tokens of the attributing sentence that are no content, of this quote or of another one in the sentence.
    fn attribution(&self, raws: &[Raw], index: usize) -> Vec<usize> {
        let raw = &raws[index];
        let (first, mut last) = raw.sentence;
        // What stands behind the content belongs to something else.
        if let (Some((_, cue_end)), Some(&(start, ..))) = (raw.cue, raw.segments.first())
            && cue_end <= start
        {
            last = last.min(start);
        }
        let last = last.min(first + LONGEST_ATTRIBUTION).max(first);
        let near = &raws[index.saturating_sub(SIBLINGS)..raws.len().min(index + SIBLINGS + 1)];
        let siblings = near.iter().filter(|other| other.sentence == raw.sentence);
        let mut contents: Vec<(usize, usize)> =
            siblings.flat_map(|other| &other.segments).map(|&(start, end, _)| (start, end)).collect();
        contents.sort_unstable();
        let mut contents = contents.into_iter().peekable();
        let mut inside_until = 0;
        let outside = |at: &usize| {
            while let Some((_, end)) = contents.next_if(|(start, _)| start <= at) {
                inside_until = inside_until.max(end);
            }
            *at >= inside_until
        };
        (first..last).filter(outside).collect()
    }
}
