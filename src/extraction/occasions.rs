//! The event at which something was said: "after talks with Berg", "told a news conference in Vessby", "on Twitter".

use super::lexicon::{Bits, class};
use super::source::Source;
use super::tokens::{Kind, Token, is_word};

/// Prepositions that lead to an occasion.
const LEADS: [&str; 12] =
    ["in", "at", "during", "after", "before", "following", "on", "via", "through", "by", "over", "ahead"];

/// Prepositions that go on with one: "an interview with RBK", "a news conference in Vessby".
const GOES_ON: [&str; 8] = ["with", "in", "at", "of", "to", "on", "between", "for"];

/// Nouns for events and channels besides those of the lexicon; they only count behind a preposition.
const EVENTS: [&str; 50] = [
    "dinner",
    "lunch",
    "breakfast",
    "lecture",
    "sermon",
    "panel",
    "roundtable",
    "sidelines",
    "trial",
    "inquest",
    "vigil",
    "funeral",
    "march",
    "protest",
    "launch",
    "premiere",
    "podcast",
    "blog",
    "website",
    "webinar",
    "reception",
    "conversation",
    "consultations",
    "negotiations",
    "twitter",
    "facebook",
    "instagram",
    "telegram",
    "youtube",
    "vkontakte",
    "weibo",
    "telephone",
    "statements",
    "interviews",
    "briefings",
    "speeches",
    "meetings",
    "congress",
    "assembly",
    "gathering",
    "discussion",
    "discussions",
    "exchange",
    "presentation",
    "workshop",
    "seminar",
    "symposium",
    "audience",
    "channel",
    "tour",
];

/// Nouns of the lexicon that are more often something else: "in response to".
const NO_EVENTS: [&str; 5] = ["response", "reply", "news", "press", "report"];

/// Words that no noun phrase goes over.
const BREAKS: Bits = class::AUXILIARY
    | class::SUBORDINATOR
    | class::RELATIVE
    | class::FINITE_VERB
    | class::CONJUNCTION
    | class::SUBJECT_PRONOUN
    | class::NEGATION
    | class::WEEKDAY
    | class::MONTH
    | class::TIME_WORD;

/// The longest noun phrase, in tokens.
const LONGEST_PHRASE: usize = 9;
/// How many prepositional phrases may follow.
const MOST_PHRASES: usize = 3;

/// What an attribution says about where something was said.
pub struct Attribution<'a> {
    /// The text.
    pub source: &'a Source<'a>,
    /// All tokens.
    pub tokens: &'a [Token],
    /// Those of the attribution, outside the content, in order.
    pub at: &'a [usize],
    /// The tokens of the cue.
    pub cue: Option<(usize, usize)>,
    /// The tokens that name the speaker.
    pub mention: Option<(usize, usize)>,
}

impl Attribution<'_> {
    /// The occasion, as tokens: what was told ("told a briefing"), else what follows the cue, else what opens the sentence.
    pub fn occasion(&self) -> Option<(usize, usize)> {
        let (_, cue_end) = self.cue.unwrap_or_default();
        if let Some((at, end)) = self.cue.map(|cue| (cue.1, self.run_end(cue.1)))
            && self.at.contains(&at)
            && let Some(head) = self.phrase(at, end).filter(|&last| self.is_event(last - 1) && last > at + 1)
        {
            return Some((at, self.extended(head, end)));
        }
        let mut before = None;
        let mut aside = false;
        for &at in self.at {
            let token = &self.tokens[at];
            // "Berg, who spoke at the summit, said": where somebody once spoke.
            aside = (aside || token.is(class::RELATIVE)) && !token.is_char(',');
            if aside || self.mention.is_some_and(|(first, last)| first <= at && at < last) {
                continue;
            }
            if let Some(found) = self.led(at) {
                if at >= cue_end {
                    return Some(found);
                }
                before = before.or(Some(found).filter(|_| self.leads(at)));
            }
        }
        before
    }

    /// Whether a phrase before the cue stands for itself: at the start of the sentence or clause, or after "Speaking".
    ///
    /// "A participant in the talks said": it may belong to the speaker as well.
    fn leads(&self, at: usize) -> bool {
        let Some(&first) = self.at.first().filter(|&&first| first < at) else { return true };
        let (opening, before) = (&self.tokens[first], &self.tokens[at - 1]);
        let speaking = opening.is_word() && self.source.before(opening.end) == 'g' && opening.end - opening.start > 5;
        // "said at a briefing that …, adding that …": the occasion of both.
        let said = before.small && before.entry.is_some_and(|entry| !entry.cues.is_empty());
        speaking || said || matches!(before.kind, Kind::Punctuation(_))
    }

    /// The end of the run of tokens without a gap that holds this one.
    fn run_end(&self, at: usize) -> usize {
        let from = self.at.partition_point(|&other| other < at);
        let run = self.at[from..].iter().enumerate().take_while(|(offset, other)| **other == at + offset);
        at + run.count()
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|token| words.iter().any(|word| is_word(self.source, token, word)))
    }

    /// "after talks with Berg", "on Twitter"
    fn led(&self, at: usize) -> Option<(usize, usize)> {
        let token = &self.tokens[at];
        // Most words are told apart by their class alone.
        let may_lead = token.is(class::PREPOSITION | class::ADVERB) || self.is(at, &["ahead"]);
        if !may_lead || !self.is(at, &LEADS) {
            return None;
        }
        let end = self.run_end(at);
        // "ahead of the summit"
        let from = at + 1 + usize::from(self.is(at, &["ahead"]) && self.is(at + 1, &["of"]));
        let last = self.phrase(from, end)?;
        if self.is(at, &["ahead"]) && from == at + 1 || !self.is_event(last - 1) {
            return None;
        }
        Some((at, self.extended(last, end)))
    }

    fn is_event(&self, at: usize) -> bool {
        let event = self.tokens[at].is(class::OCCASION_NOUN) && !self.is(at, &NO_EVENTS);
        event || self.is(at, &EVENTS)
    }

    /// The end of the noun phrase that begins at a token: determiner, then words without verbs and prepositions.
    fn phrase(&self, from: usize, end: usize) -> Option<usize> {
        let mut at = from;
        while at < end.min(from + LONGEST_PHRASE) {
            let token = &self.tokens[at];
            let belongs = match token.kind {
                Kind::Word if at > from && token.is(class::DETERMINER | class::POSSESSIVE_PRONOUN) => false,
                Kind::Word => {
                    let verbal = token.small
                        && !token.is(class::OCCASION_NOUN | class::SAYING_NOUN)
                        && token.entry.is_some_and(|entry| !entry.cues.is_empty());
                    // "a statement published on Monday"
                    let participle =
                        at > from && self.is_event(at - 1) && token.small && self.source.before(token.end) == 'd';
                    !token.is(BREAKS | class::PREPOSITION | class::OBJECT_PRONOUN)
                        && !verbal
                        && !participle
                        && !self.is(at, &["that"])
                }
                Kind::Number | Kind::Possessive => true,
                Kind::Punctuation(_) => false,
            };
            if !belongs {
                break;
            }
            at += 1;
        }
        (at > from && self.tokens[at - 1].is_word()).then_some(at)
    }

    /// Over the phrases that belong to an event: "an interview | with RBK | in Vessby".
    fn extended(&self, from: usize, end: usize) -> usize {
        let mut at = from;
        for _ in 0..MOST_PHRASES {
            if at >= end || !self.is(at, &GOES_ON) {
                break;
            }
            let Some(last) = self.phrase(at + 1, end) else { break };
            // "on Monday" is no phrase; "on Syria" is what it was about.
            if self.is(at, &["on", "for"]) && !self.is_event(last - 1) {
                break;
            }
            at = last;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokenize;
    use super::*;

    /// The occasion of an attribution whose cue is the first "said" or "told".
    fn occasion(text: &str) -> Option<String> {
        let source = Source::new(text);
        let mut tokens = Vec::new();
        tokenize(&source, 0, source.len(), &mut tokens);
        let is_cue = |token: &Token| ["said", "told"].iter().any(|word| is_word(&source, token, word));
        let cue = tokens.iter().position(is_cue).map(|at| (at, at + 1));
        let at: Vec<usize> = (0..tokens.len()).collect();
        let attribution = Attribution { source: &source, tokens: &tokens, at: &at, cue, mention: None };
        let (first, last) = attribution.occasion()?;
        Some(source.slice(tokens[first].start, tokens[last - 1].end).to_owned())
    }

    #[test]
    fn events_and_channels() {
        for (text, expected) in [
            ("Berg said after talks with Holm on Monday", "after talks with Holm"),
            ("Berg told a news conference in Vessby on Monday", "a news conference in Vessby"),
            ("Berg said in an interview with Radio Vessby", "in an interview with Radio Vessby"),
            ("In a statement, the ministry said", "In a statement"),
            ("Berg said on Twitter", "on Twitter"),
            ("Berg said ahead of the summit", "ahead of the summit"),
            ("Speaking to reporters at a briefing, Berg said", "at a briefing"),
        ] {
            assert_eq!(occasion(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_occasion() {
        for text in [
            "Berg said on Monday",
            "Berg told reporters",
            "Berg told parliament",
            "A participant in the talks said",
            "Berg, who spoke at the summit, said",
            "Berg said in response to a question",
            "Berg said after her team won",
            "Berg said in Vessby",
        ] {
            assert_eq!(occasion(text), None, "{text}");
        }
    }
}
