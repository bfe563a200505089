//! Organisations that an article names and the gazetteer lacks: "the Polar Deep Institute (PDI)", later "the institute".

use super::body_words::{in_names, is_trade};
use super::cast::{Cast, Hit};
use super::descriptors;
use super::lexicon::class;
use super::source::Source;
use super::speakers::REACH;
use super::tokens::{Kind, Token, is_word, lower};

/// An organisation by its name in full.
#[derive(Debug, Clone)]
pub struct Body {
    /// The name without its article.
    pub name: String,
    /// What stands in brackets behind it, else the first letters of its words.
    pub abbreviation: String,
    /// Where the name stands first, in tokens.
    pub first: usize,
    /// The token after the name.
    pub last: usize,
    /// The noun beside the name that alone told that it is one, in small letters: "airline".
    pub trade: Option<String>,
}

/// How many tokens a name may have.
const LONGEST: usize = 12;

/// The organisations of a text in the order of their names.
pub fn find(source: &Source, tokens: &[Token], cast: &Cast) -> Vec<Body> {
    let mut bodies: Vec<Body> = Vec::new();
    let mut at = cast.headline.1;
    while at < tokens.len() {
        let last = name_end(source, tokens, at);
        // "Glassmaker Arvid & Sons": at the start of a sentence.
        let first = at + usize::from(last > at + 1 && is_trade(source, &tokens[at]));
        let found = (last > first + 1).then(|| body(source, tokens, cast, first, last)).flatten();
        let found = found.or_else(|| traded(source, tokens, cast, &bodies, first, last));
        if let Some(body) = found
            && bodies.len() < REACH
        {
            bodies.push(body);
        }
        at = last.max(at + 1);
    }
    bodies
}

fn begins(token: &Token) -> bool {
    let function = class::SUBJECT_PRONOUN
        | class::AUXILIARY
        | class::CONJUNCTION
        | class::SUBORDINATOR
        | class::PREPOSITION
        | class::DETERMINER
        | class::POSSESSIVE_PRONOUN
        | class::WEEKDAY
        | class::MONTH
        | class::RELATIVE
        | class::ADVERB;
    token.kind == Kind::Word && token.capital && !token.is(function)
}

/// Where a run of capitalised words ends that may go over "of", "for" and "and".
fn name_end(source: &Source, tokens: &[Token], first: usize) -> usize {
    if !begins(&tokens[first]) {
        return first;
    }
    let mut at = first + 1;
    while at < tokens.len().min(first + LONGEST) && !descriptors::parted(source, tokens, at) {
        let token = &tokens[at];
        let goes_on = tokens.get(at + 1).is_some_and(begins);
        let of = ["of", "for"].iter().any(|word| is_word(source, token, word));
        // "Metal and Furnace Workers' Union", but not "Jane Roe and Polar Institute".
        let and =
            is_word(source, token, "and") && tokens[first..at].iter().filter(|token| token.is_word()).count() == 1;
        let plural = source.before(token.start) == 's' && token.start == tokens[at - 1].end;
        let owner = match token.kind {
            // "Lightermen's Union", but not "Norland's Union".
            Kind::Possessive => plural && token.end == token.start + 1 || source.before(token.start) == 'n',
            Kind::Punctuation('\'') => plural,
            _ => false,
        };
        let ampersand = token.is_char('&');
        let joins = (of || and || owner || ampersand)
            && (goes_on || owner && tokens.get(at + 1).is_some_and(|next| is_word(source, next, "and")));
        if !(begins(token) || joins) {
            break;
        }
        at += 1;
    }
    at
}

fn body(source: &Source, tokens: &[Token], cast: &Cast, first: usize, last: usize) -> Option<Body> {
    let words = &tokens[first..last];
    let is_of = |token: &Token| ["of", "for"].iter().any(|word| is_word(source, token, word));
    let head = words.iter().position(is_of).unwrap_or(words.len()).checked_sub(1).map(|at| &words[at])?;
    let bracketed = bracketed(source, tokens, last);
    let is_head = head.is(class::BODY_NOUN) || in_names().heads.has(source, head);
    // "Farmers' Union", but not "Farmer Roe of the Polar Institute".
    let person = words[0].is(class::PERSON_NOUN)
        && !words.get(1).is_some_and(|next| next.kind == Kind::Possessive || next.is_char('\''));
    if !(is_head || bracketed.is_some()) || person {
        return None;
    }
    let (start, end) = (words[0].start, words[words.len() - 1].end);
    let known = |hit: &Hit| hit.start <= start && end <= hit.end || hit.start < start || hit.end > end;
    let names_person = cast.occurrences_within(first, last).iter().any(|name| name.full);
    if cast.hits_near(start, end).iter().any(known) || names_person && bracketed.is_none() && !is_head {
        return None;
    }
    let initials = || words.iter().filter(|token| token.capital).map(|token| source.at(token.start)).collect();
    let abbreviation = bracketed.map_or_else(initials, str::to_owned);
    Some(Body { name: source.slice(start, end).to_owned(), abbreviation, first, last, trade: None })
}

/// "airline Norfly", and "Norfly" after that.
fn traded(source: &Source, tokens: &[Token], cast: &Cast, bodies: &[Body], first: usize, last: usize) -> Option<Body> {
    let words = tokens.get(first..last).filter(|words| !words.is_empty())?;
    let (start, end) = (words[0].start, words[words.len() - 1].end);
    let name = source.slice(start, end);
    // "the airline, Norfly,"
    let comma = |at: usize| tokens.get(at).is_some_and(|token| token.is_char(','));
    let noun = first.checked_sub(if first > 1 && comma(first - 1) && comma(last) { 2 } else { 1 });
    let before = noun.filter(|&noun| !descriptors::parted(source, tokens, first) && is_trade(source, &tokens[noun]));
    let trade = before.map(|noun| lower(source, &tokens[noun])).or_else(|| trade_after(source, tokens, last));
    if !cast.hits_near(start, end).is_empty() || words[0].is(class::TITLE | class::PERSON_NOUN) {
        return None;
    }
    let person = cast.occurrences_within(first, last).iter().any(|name| name.full);
    let again = || bodies.iter().find(|body| body.name == name).and_then(|body| body.trade.clone());
    let trade = trade.filter(|_| !person).or_else(again)?;
    let abbreviation = bracketed(source, tokens, last).unwrap_or_default().to_owned();
    Some(Body { name: name.to_owned(), abbreviation, first, last, trade: Some(trade) })
}

/// "Parat, the pilots' union,": the noun of what follows a name.
fn trade_after(source: &Source, tokens: &[Token], comma: usize) -> Option<String> {
    let opens = tokens.get(comma + 1)?;
    if !tokens[comma].is_char(',') || !["the", "a", "an", "its"].iter().any(|word| is_word(source, opens, word)) {
        return None;
    }
    let words = tokens[comma + 2..].iter().take(7).take_while(|token| {
        (token.is_word() || token.kind == Kind::Possessive || token.is_char('\''))
            && !token.is(class::PREPOSITION | class::RELATIVE)
    });
    let words: Vec<&Token> = words.take_while(|token| !is_word(source, token, "that")).collect();
    let head = words.last().filter(|head| head.small)?;
    let body = is_trade(source, head) || head.is(class::BODY_NOUN) && !head.is(class::PERSON_NOUN);
    // Countries and places are called so too.
    let place = ["side", "state", "nation", "country", "house", "center", "centre", "site", "front"];
    (body && !place.iter().any(|word| is_word(source, head, word))).then(|| lower(source, head))
}

/// "(PDI)" after a name.
fn bracketed<'a>(source: &Source<'a>, tokens: &[Token], at: usize) -> Option<&'a str> {
    let [open, word, close] = tokens.get(at..at + 3)? else { return None };
    (open.is_char('(') && word.all_capitals && close.is_char(')')).then(|| source.slice(word.start, word.end))
}
