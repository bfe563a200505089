//! What an article says somebody is: "mayor Anna Keller", "the mayor, Anna Keller", "Anna Keller, a teacher".

use super::cast::{Named, Occurrence};
use super::lexicon::{Bits, class};
use super::persons;
use super::source::Source;
use super::tokens::{Kind, Token, is_word, lower};

/// A noun phrase beside a name, in tokens.
#[derive(Debug, Clone, Copy)]
pub struct Descriptor {
    /// Whom it describes.
    pub who: Named,
    /// The first token.
    pub first: usize,
    /// The token after the last.
    pub last: usize,
    /// The noun that it turns on.
    pub head: usize,
}

impl Descriptor {
    /// The noun and the titles right before it: "Detective Inspector".
    pub fn heads<'t>(&self, tokens: &'t [Token]) -> impl Iterator<Item = &'t Token> {
        let before = (self.first..self.head)
            .rev()
            .map(|at| &tokens[at])
            .take_while(|token| token.is(class::TITLE | class::PERSON_NOUN));
        std::iter::once(&tokens[self.head]).chain(before)
    }

    /// The words of the phrase.
    pub fn words<'t>(&self, tokens: &'t [Token]) -> &'t [Token] {
        tokens.get(self.first..self.last).unwrap_or_default()
    }
}

/// Words that no noun phrase about a person goes over.
const BREAKS: Bits = class::AUXILIARY
    | class::SUBORDINATOR
    | class::RELATIVE
    | class::FINITE_VERB
    | class::CONJUNCTION
    | class::SUBJECT_PRONOUN
    | class::OBJECT_PRONOUN
    | class::NEGATION
    | class::WEEKDAY;

/// The longest descriptor, in tokens.
const LONGEST: usize = 14;

/// The descriptors beside a name.
pub fn beside(source: &Source, tokens: &[Token], name: &Occurrence) -> Vec<Descriptor> {
    let found =
        [before(source, tokens, name.first), apposed_before(source, tokens, name), after(source, tokens, name.last)];
    let whole = |(first, last, head)| Descriptor { who: name.who, first, last, head };
    found.into_iter().flatten().map(whole).collect()
}

type Phrase = (usize, usize, usize);

/// "union leader Hilde Strand"
fn before(source: &Source, tokens: &[Token], name: usize) -> Option<Phrase> {
    let head = name.checked_sub(1).filter(|_| !parted(source, tokens, name))?;
    // "Novelist Clara Whitcombe": at the start of a sentence any noun has a capital.
    let opens = tokens[head].capital
        && (parted(source, tokens, head) || matches!(tokens[head - 1].kind, Kind::Punctuation(_)))
        && !tokens[head].is(BREAKS
            | class::PREPOSITION
            | class::DETERMINER
            | class::ADVERB
            | class::POSSESSIVE_PRONOUN);
    if opens && tokens[head].is_word() {
        return Some((head, name, head));
    }
    if !is_noun(source, &tokens[head]) {
        // "Secretary of State Jane Roe"
        let of = head.checked_sub(2).filter(|&title| is_word(source, &tokens[title + 1], "of"))?;
        let title = &tokens[of];
        let office = tokens[head].is(class::BODY_NOUN)
            && title.capital | title.is(class::TITLE) | is_past(source, &tokens[of..=of]);
        return office.then_some((of, name, of));
    }
    let mut first = head;
    while first > 0 && name - first < LONGEST && !parted(source, tokens, first) {
        let token = &tokens[first - 1];
        if token.is(class::DETERMINER) {
            first -= 1;
            break;
        }
        let belongs = match token.kind {
            Kind::Possessive | Kind::Number => true,
            Kind::Word => !token.is(BREAKS | class::PREPOSITION | class::ADVERB) && !is_reporting(token),
            Kind::Punctuation(_) => false,
        };
        if !belongs {
            break;
        }
        first -= 1;
    }
    Some((first, name, head))
}

/// "The mayor of Brdo, Ivan Hribar, said"
fn apposed_before(source: &Source, tokens: &[Token], name: &Occurrence) -> Option<Phrase> {
    let comma = name.first.checked_sub(1).filter(|&at| tokens[at].is_char(','))?;
    let closed = tokens.get(name.last).is_none_or(|next| {
        matches!(next.kind, Kind::Punctuation(_)) || is_reporting(next) || next.is(class::AUXILIARY)
    });
    if !closed {
        return None;
    }
    let mut first = comma;
    while first > 0 && comma - first < LONGEST && !parted(source, tokens, first) {
        let token = &tokens[first - 1];
        if matches!(token.kind, Kind::Punctuation(_)) || token.is(BREAKS) || is_reporting(token) {
            break;
        }
        first -= 1;
    }
    // "led by a surgeon from the south, Jane Roe"
    if first + 1 < comma
        && let Some(by) = (first..comma).find(|&at| tokens[at].is(class::PREPOSITION))
        && tokens[by + 1..comma].first().is_some_and(|next| ["a", "an"].iter().any(|word| is_word(source, next, word)))
    {
        first = by + 1;
    }
    let opens = tokens.get(first)?;
    let person = |token: &Token| {
        token.is(class::PERSON_NOUN | class::TITLE)
            || token.is_word() && persons::look_up(&lower(source, token)).is_some()
    };
    if !opens.is(class::DETERMINER | class::POSSESSIVE_PRONOUN) && !person(opens) {
        return None;
    }
    let head = head_of(source, tokens, first, comma)?;
    person(&tokens[head]).then_some((first, comma, head))
}

/// "Ivan Hribar, 61, the mayor of Brdo,"
fn after(source: &Source, tokens: &[Token], name: usize) -> Option<Phrase> {
    let mut first = name;
    if !tokens.get(first)?.is_char(',') {
        return None;
    }
    first += 1;
    if tokens.get(first)?.kind == Kind::Number && tokens.get(first + 1)?.is_char(',') {
        first += 2;
    }
    let opens = tokens.get(first)?;
    let whole_country = opens.capital && tokens.get(first + 1).is_some_and(|next| next.kind == Kind::Possessive);
    if !opens.is(class::DETERMINER | class::POSSESSIVE_PRONOUN | class::TITLE | class::PERSON_NOUN) && !whole_country {
        return None;
    }
    let end = (first + 1..tokens.len().min(first + LONGEST)).find(|&at| parted(source, tokens, at));
    let end = end.unwrap_or(tokens.len().min(first + LONGEST));
    let length = tokens[first..end].iter().take_while(|token| {
        !matches!(token.kind, Kind::Punctuation(_)) && (!token.is(BREAKS) || token.is(class::CONJUNCTION))
    });
    let last = first + length.count();
    let head = head_of(source, tokens, first, last)?;
    is_noun(source, &tokens[head]).then_some((first, last, head))
}

/// Whether a line ends before a token.
pub fn parted(source: &Source, tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|at| tokens.get(at)) else { return true };
    tokens
        .get(at)
        .is_none_or(|token| token.start > before.end + 1 && (before.end..token.start).any(|at| source.at(at) == '\n'))
}

/// The last noun before a preposition or "and".
fn head_of(source: &Source, tokens: &[Token], first: usize, last: usize) -> Option<usize> {
    let end = (first..last)
        .find(|&at| tokens[at].is(class::PREPOSITION | class::CONJUNCTION) && !tokens[at].is(class::PERSON_NOUN))
        .unwrap_or(last);
    end.checked_sub(1).filter(|&head| head >= first && is_noun(source, &tokens[head]))
}

/// Whether a word can be a noun for a person: a title, or a word in small letters that is neither verb nor particle.
fn is_noun(source: &Source, token: &Token) -> bool {
    if token.kind != Kind::Word {
        return false;
    }
    if token.is(class::TITLE | class::PERSON_NOUN) {
        return !token.is(class::DETERMINER);
    }
    let ends = |end: &str| {
        token.end - token.start > end.len() + 2
            && end.chars().rev().enumerate().all(|(back, c)| source.at(token.end - 1 - back) == c)
    };
    let function = BREAKS
        | class::PREPOSITION
        | class::ADVERB
        | class::DETERMINER
        | class::POSSESSIVE_PRONOUN
        | class::BODY_NOUN
        | class::TIME_WORD;
    let verbal = is_reporting(token) || ["ed", "ing", "ly"].iter().any(|end| ends(end));
    let person = || token.capital && persons::look_up(&lower(source, token)).is_some();
    (token.small || person()) && !token.is(function) && !verbal
}

fn is_reporting(token: &Token) -> bool {
    token.small
        && token.entry.is_some_and(|entry| !entry.cues.is_empty())
        && !token.is(class::PERSON_NOUN | class::TITLE)
}

/// The full word of a title that is printed short: "senator" of "sen.".
pub fn in_full(title: &str) -> Option<&'static str> {
    const SHORT: [(&str, &str); 13] = [
        ("sen", "senator"),
        ("gov", "governor"),
        ("rep", "representative"),
        ("gen", "general"),
        ("col", "colonel"),
        ("lt", "lieutenant"),
        ("capt", "captain"),
        ("maj", "major"),
        ("sgt", "sergeant"),
        ("adm", "admiral"),
        ("dr", "doctor"),
        ("prof", "professor"),
        ("rev", "reverend"),
    ];
    let title = title.strip_suffix('.').unwrap_or(title);
    SHORT.iter().find(|(short, _)| *short == title).map(|(_, full)| *full)
}

/// Whether a phrase holds a word that sets its bearer apart from who bears the bare title: "deputy", "former".
pub fn qualifies(source: &Source, phrase: &[Token]) -> bool {
    phrase.iter().any(|token| {
        ["deputy", "vice", "assistant", "former", "ex", "acting", "late", "then"]
            .iter()
            .any(|word| is_word(source, token, word))
    })
}

/// Whether a phrase says that somebody no longer holds an office: "then-Secretary of State", "former minister".
pub fn is_past(source: &Source, phrase: &[Token]) -> bool {
    let begins = |token: &Token, prefix: &str| {
        prefix.chars().enumerate().all(|(at, c)| source.at(token.start + at).eq_ignore_ascii_case(&c))
    };
    phrase.iter().any(|token| {
        ["former", "then", "late", "ex", "ousted", "onetime"].iter().any(|word| is_word(source, token, word))
            || token.is_word() && (begins(token, "then-") || begins(token, "ex-"))
    })
}
