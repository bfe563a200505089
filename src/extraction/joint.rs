//! Several speakers at once: "A and B said" is no one actor.

use super::descriptors;
use super::lexicon::class;
use super::names;
use super::speakers::Resolver;
use super::tokens::{Kind, Token, is_word};

impl Resolver<'_> {
    /// Whether the tokens name several speakers, or the last of several.
    pub fn is_joint(&self, first: usize, last: usize) -> bool {
        self.tokens.get(first..last).is_some_and(|mention| {
            mention.len() > 1 && self.joint_parts(first, mention).is_some() || self.ends_joint(first)
        })
    }

    /// "Brandt Stahl and its rival Kessler AG said": a name and "and" stand before, and no verb before them.
    pub(super) fn ends_joint(&self, first: usize) -> bool {
        let Some(and) = first.checked_sub(1).filter(|&and| is_word(self.source, &self.tokens[and], "and")) else {
            return false;
        };
        let parted = |at| descriptors::parted(self.source, self.tokens, at);
        if parted(first) || !self.ends_name(and) {
            return false;
        }
        for at in (0..and).rev().take(12) {
            let token = &self.tokens[at];
            let verbal = token.is(class::AUXILIARY
                | class::FINITE_VERB
                | class::SUBORDINATOR
                | class::RELATIVE
                | class::PREPOSITION)
                || token.small
                    && (token.entry.is_some_and(|entry| !entry.cues.is_empty())
                        || self.source.before(token.end) == 'd');
            // "Family-owned" has a capital.
            if verbal || matches!(token.kind, Kind::Punctuation(_)) {
                return false;
            }
            if parted(at) {
                return true;
            }
        }
        false
    }

    /// "A and B": two speakers are not one actor. The parts, as tokens.
    pub(super) fn joint_parts(&self, first: usize, mention: &[Token]) -> Option<Vec<(usize, usize)>> {
        let is_and = |token: &Token| token.is_char('&') || is_word(self.source, token, "and");
        let and = mention.iter().position(is_and).filter(|&and| and > 0 && and + 1 < mention.len())?;
        if self.in_body(first + and) {
            return None;
        }
        let (left, right) = (&mention[..and], &mention[and + 1..]);
        if self.hits(mention).iter().any(|hit| hit.start < mention[and].start && mention[and].end < hit.end) {
            return None;
        }
        let at = first + and;
        let listed = |comma: usize| {
            let next = &mention[comma + 1];
            comma > 0
                && comma + 1 < and
                && !next.is(class::DETERMINER | class::TITLE | class::PERSON_NOUN)
                && self.ends_name(first + comma)
                && next.capital
        };
        let commas: Vec<usize> = (0..and).filter(|&comma| mention[comma].is_char(',')).collect();
        if !commas.iter().all(|&comma| listed(comma)) {
            return None;
        }
        let named = |part: &[Token]| {
            part.iter()
                .any(|token| token.capital && token.kind == Kind::Word && !token.is(class::DETERMINER | class::TITLE))
        };
        let body = right.last().is_some_and(|token| token.is(class::BODY_NOUN) && token.capital);
        let starts_name = self.cast.occurrences_within(at + 1, at + 2).iter().any(|name| name.full);
        let joint = self.ends_name(at) && !(body && right.len() < 3 && !right[0].is(class::DETERMINER))
            || left[0].is(class::DETERMINER) && left[left.len() - 1].small && starts_name
            || !left[left.len() - 1].small && !right[0].small && named(left) && named(right) && !body;
        joint.then(|| {
            let mut from = first;
            let ends = commas.into_iter().map(|comma| first + comma).chain([at, first + mention.len()]);
            ends.map(|to| (std::mem::replace(&mut from, to + 1), to)).filter(|(from, to)| from < to).collect()
        })
    }

    /// Whether a known name, a stranger's or an acronym ends before a token.
    fn ends_name(&self, at: usize) -> bool {
        let Some(token) = at.checked_sub(1).map(|at| &self.tokens[at]) else { return false };
        let occurs = self.cast.occurrences_within(at.saturating_sub(8), at).iter().any(|name| name.last == at);
        let hit = self
            .cast
            .hits_near(token.start, token.end)
            .iter()
            .any(|hit| hit.end == token.end && names::named(self.gazetteer, hit).next().is_some());
        occurs || hit || token.all_capitals && token.entry.is_none()
    }
}
