//! Who is in the reader's mind: the persons of the sentences just before.

use super::lexicon::class;
use super::pronouns::Who;
use super::speakers::{Entity, Resolver};

/// How many sentences back anybody is remembered without being named.
const SENTENCES: usize = 7;

/// How many names a sentence is looked through for.
const NAMES: usize = 40;

impl Resolver<'_> {
    /// The tokens of the sentence in which a token stands, up to it, and of those before, the nearest first.
    fn sentences_before(&self, at: usize) -> impl Iterator<Item = (usize, usize)> {
        let here = self.sentences.partition_point(|&start| start <= at);
        let ends = std::iter::once(at).chain(self.sentences[..here].iter().rev().copied());
        self.sentences[..here].iter().rev().copied().zip(ends).take(SENTENCES)
    }

    /// The last person who fits and was the subject of a sentence, or was introduced by it.
    ///
    /// Nobody, where somebody without a name was its subject.
    pub(super) fn in_focus(&self, at: usize, fits: impl Fn(&Entity) -> bool) -> Option<Entity> {
        for (start, end) in self.sentences_before(at) {
            let noted = self.subjects.iter().rev().skip_while(|noted| noted.token >= end);
            let mut noted = noted.take_while(|noted| noted.token >= start);
            while let Some(subject) = noted.next() {
                match &subject.who {
                    Who::Actor(entity) if fits(entity) => {
                        let mut shared = noted.take_while(|other| other.phrase == subject.phrase);
                        let two = shared.any(
                            |other| matches!(&other.who, Who::Actor(another) if another != entity && fits(another)),
                        );
                        return (!two).then(|| entity.clone());
                    }
                    Who::Person(_) => return None,
                    _ => {}
                }
            }
            if let Some(entity) = self.introduced_in(start, end, &fits).pop() {
                return Some(entity);
            }
        }
        None
    }

    /// The only one whom the sentence before introduces, where no person is its subject.
    ///
    /// "The prize went to Jane Roe. She said"
    pub(super) fn introduced_before(&self, at: usize, fits: impl Fn(&Entity) -> bool) -> Option<Entity> {
        let mut before = self.sentences_before(at).take(2);
        let (start, _) = before.next()?;
        let (earlier, end) = before.next().unwrap_or((start, start));
        let subject =
            self.subjects.iter().rev().take_while(|noted| noted.token >= earlier).any(|noted| match &noted.who {
                Who::Actor(entity) => self.is_person(entity),
                Who::Person(_) => true,
                Who::Other => false,
            });
        // "She thanked Jane Roe. She said"
        let opening = self.tokens.get(earlier..end.min(earlier + 4)).unwrap_or_default();
        if subject || opening.iter().any(|token| token.is(class::SUBJECT_PRONOUN)) {
            return None;
        }
        let mut introduced = self.introduced_in(earlier, end, &fits);
        (introduced.len() == 1).then(|| introduced.pop()).flatten()
    }

    /// Who fits and is named for the first time between two tokens, outside quotation marks.
    fn introduced_in(&self, first: usize, last: usize, fits: &impl Fn(&Entity) -> bool) -> Vec<Entity> {
        let names = self.cast.occurrences_within(first, last).iter().take(NAMES);
        let new = names.filter(|name| {
            name.full && self.cast.introductions.get(&name.who) == Some(&name.first) && !self.is_quoted(name.first)
        });
        new.map(|name| Entity::from(name.who)).filter(|entity| fits(entity)).collect()
    }

    fn is_quoted(&self, at: usize) -> bool {
        let after = self.quoted.partition_point(|marked| marked.0 <= at);
        after.checked_sub(1).is_some_and(|before| at < self.quoted[before].1)
    }
}
