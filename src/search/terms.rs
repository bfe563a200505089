//! The terms of a text, as the index asks for them while it takes a document in.

use std::collections::HashMap;

use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use super::words::{Stems, for_each_word};

/// Stems that are remembered. News use few words, each of them often, and to stem one takes longer than to look it up.
const REMEMBERED: usize = 16_384;

/// Makes terms of words.
#[derive(Clone)]
pub(super) struct Terms {
    /// `None` where whole words are the terms.
    stems: Option<RememberedStems>,
    tokens: Vec<Token>,
}

impl Terms {
    /// The name of the one whose terms are stems.
    pub(super) const STEMS: &'static str = "stems";
    /// The name of the one whose terms are whole words.
    pub(super) const WORDS: &'static str = "words";

    /// Tells an index what the names in its schema mean.
    pub(super) fn register(index: &tantivy::Index) {
        for (name, stems) in [(Self::STEMS, Some(RememberedStems::default())), (Self::WORDS, None)] {
            let terms = Self { stems, tokens: Vec::new() };
            index.tokenizers().register(name, TextAnalyzer::from(terms));
        }
    }
}

impl Tokenizer for Terms {
    type TokenStream<'a> = TermStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> TermStream<'a> {
        let Self { stems, tokens } = self;
        let mut count = 0;
        for_each_word(text, |folded, _, _| {
            if tokens.len() == count {
                tokens.push(Token::default());
            }
            // Those of the text before are written over: their letters have room already.
            if let Some(token) = tokens.get_mut(count) {
                token.position = count;
                token.text.clear();
                token.text.push_str(stems.as_mut().map_or(folded, |stems| stems.of(folded)));
            }
            count += 1;
        });
        TermStream { tokens: &mut tokens[..count], next: 0 }
    }
}

/// The terms of one text, in order.
pub(super) struct TermStream<'a> {
    tokens: &'a mut [Token],
    /// One more than the place of the one that is shown.
    next: usize,
}

impl TokenStream for TermStream<'_> {
    fn advance(&mut self) -> bool {
        self.next += 1;
        self.next <= self.tokens.len()
    }

    fn token(&self) -> &Token {
        &self.tokens[self.next - 1]
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.tokens[self.next - 1]
    }
}

/// Stems, with those that were asked for last.
struct RememberedStems {
    stems: Stems,
    /// The place of a word's stem in `known`.
    places: HashMap<String, usize>,
    known: Vec<String>,
}

impl RememberedStems {
    fn of(&mut self, folded: &str) -> &str {
        let place = match self.places.get(folded) {
            Some(place) => *place,
            None => self.remember(folded),
        };
        &self.known[place]
    }

    fn remember(&mut self, folded: &str) -> usize {
        if self.known.len() == REMEMBERED {
            self.places.clear();
            self.known.clear();
        }
        let place = self.known.len();
        self.known.push(self.stems.stem(folded));
        self.places.insert(folded.to_owned(), place);
        place
    }
}

impl Default for RememberedStems {
    fn default() -> Self {
        Self { stems: Stems::new(), places: HashMap::new(), known: Vec::new() }
    }
}

impl Clone for RememberedStems {
    /// One that remembers nothing yet: a segment has its own.
    fn clone(&self) -> Self {
        Self::default()
    }
}
