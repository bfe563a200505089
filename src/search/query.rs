//! What people type into a search box, and what it asks for.

use super::words::{Stems, words};

/// Longest query, in characters.
const MAX_QUERY_CHARS: usize = 1_000;
/// Most words of a query, those of its phrases too.
const MAX_QUERY_WORDS: usize = 32;
/// A shorter beginning would stand for a good part of all words.
const MIN_PREFIX_CHARS: usize = 2;

/// What a text must hold, and must not, to be found.
///
/// Every word, `"phrase"` and `prefix*` must be there, in any order; none of those behind a `-`. Case, accents and the ending of
/// English words do not matter. Words that are joined (`de-escalation`) are a phrase.
///
/// ```
/// use onrecord::search::Query;
///
/// let query = Query::parse("safe zones -turkey \"no fly\" negot*")?;
/// assert_eq!(query.to_string(), "safe zone \"no fli\" negot* -turkey");
///
/// let error = Query::parse("safe \"zone").unwrap_err();
/// assert_eq!(error.to_string(), "the quotation mark at character 6 has no partner");
/// # Ok::<(), onrecord::search::QueryError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub(super) required: Vec<Clause>,
    pub(super) excluded: Vec<Clause>,
}

/// One thing that a text holds or not. Words are stems; the beginning of one is only folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clause {
    Word(String),
    /// Next to each other.
    Phrase(Vec<String>),
    Prefix(String),
    /// All of them.
    All(Vec<Clause>),
}

/// Why a query cannot be understood. Characters are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// A phrase does not end.
    #[error("the quotation mark at character {0} has no partner")]
    UnclosedPhrase(usize),
    /// A star that ends no word.
    #[error("the * at character {0} must end a word, as in negotiat*")]
    MisplacedStar(usize),
    /// A star after too little.
    #[error("the * at character {0} needs at least {MIN_PREFIX_CHARS} letters before it")]
    ShortPrefix(usize),
    /// A star in a phrase.
    #[error("the * at character {0} stands in a phrase, where words must be whole")]
    StarInPhrase(usize),
    /// There is no word in it.
    #[error("holds no word to look for")]
    NoWords,
    /// All that it says is what must not be there.
    #[error("only says what must not be there (the - at character {0}): give a word to look for too")]
    OnlyExclusions(usize),
    /// It is too long.
    #[error("must not be longer than {MAX_QUERY_CHARS} characters: character {0} is one too many")]
    TooLong(usize),
    /// It has too many words.
    #[error("must not hold more than {MAX_QUERY_WORDS} words: the one at character {0} is one too many")]
    TooManyWords(usize),
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// What is wrong, and at which character.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let characters: Vec<char> = text.chars().collect();
        if characters.len() > MAX_QUERY_CHARS {
            return Err(QueryError::TooLong(MAX_QUERY_CHARS + 1));
        }
        let mut reader = Reader { characters, at: 0, words: 0, stems: Stems::new() };
        let mut query = Self { required: Vec::new(), excluded: Vec::new() };
        let mut first_exclusion = None;
        while let Some(item) = reader.next_item()? {
            let Item { clause: Some(clause), start, is_excluded } = item else { continue };
            if is_excluded {
                first_exclusion.get_or_insert(start + 1);
            }
            let clauses = if is_excluded { &mut query.excluded } else { &mut query.required };
            if !clauses.contains(&clause) {
                clauses.push(clause);
            }
        }
        match (query.required.is_empty(), first_exclusion) {
            (false, _) => Ok(query),
            (true, Some(at)) => Err(QueryError::OnlyExclusions(at)),
            (true, None) => Err(QueryError::NoWords),
        }
    }

    /// The words that rank what is found, each once: a phrase ranks as its words do.
    pub(super) fn ranking_words(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for word in self.required.iter().flat_map(Clause::words) {
            if !found.contains(&word) {
                found.push(word);
            }
        }
        found
    }
}

impl Clause {
    fn words(&self) -> Vec<&str> {
        match self {
            Self::Word(word) => vec![word],
            Self::Phrase(words) => words.iter().map(String::as_str).collect(),
            Self::Prefix(_) => Vec::new(),
            Self::All(clauses) => clauses.iter().flat_map(Self::words).collect(),
        }
    }
}

impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let required = self.required.iter().map(|clause| ("", clause));
        for (index, (sign, clause)) in required.chain(self.excluded.iter().map(|clause| ("-", clause))).enumerate() {
            let space = if index > 0 { " " } else { "" };
            write!(f, "{space}{sign}{clause}")?;
        }
        Ok(())
    }
}

impl std::fmt::Display for Clause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Phrase(words) => write!(f, "\"{}\"", words.join(" ")),
            Self::Prefix(prefix) => write!(f, "{prefix}*"),
            Self::All(clauses) => {
                let all: Vec<String> = clauses.iter().map(ToString::to_string).collect();
                write!(f, "({})", all.join(" "))
            }
        }
    }
}

/// What stands between two spaces, or two quotation marks.
struct Item {
    /// `None` where there is no word in it, as in a lone dash.
    clause: Option<Clause>,
    start: usize,
    is_excluded: bool,
}

struct Reader {
    characters: Vec<char>,
    at: usize,
    words: usize,
    stems: Stems,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn next_item(&mut self) -> Result<Option<Item>, QueryError> {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        let start = self.at;
        let Some(first) = self.peek() else { return Ok(None) };
        let is_excluded = is_minus(first);
        if is_excluded {
            self.at += 1;
        }
        let clause = match self.peek() {
            Some(c) if is_quotation_mark(c) => self.phrase()?,
            _ => self.word()?,
        };
        Ok(Some(Item { clause, start, is_excluded }))
    }

    /// From a quotation mark to the next.
    fn phrase(&mut self) -> Result<Option<Clause>, QueryError> {
        let opening = self.at;
        let length = self.characters[opening + 1..].iter().position(|c| is_quotation_mark(*c));
        let closing = opening + 1 + length.ok_or(QueryError::UnclosedPhrase(opening + 1))?;
        self.at = closing + 1;
        if let Some(star) = self.characters[opening..closing].iter().position(|c| *c == '*') {
            return Err(QueryError::StarInPhrase(opening + star + 1));
        }
        if self.peek() == Some('*') {
            return Err(QueryError::MisplacedStar(self.at + 1));
        }
        let mut stems = self.stems_between(opening + 1, closing)?;
        Ok(if stems.len() > 1 { Some(Clause::Phrase(stems)) } else { stems.pop().map(Clause::Word) })
    }

    /// To the next space or quotation mark.
    fn word(&mut self) -> Result<Option<Clause>, QueryError> {
        let start = self.at;
        while self.peek().is_some_and(|c| !c.is_whitespace() && !is_quotation_mark(c)) {
            self.at += 1;
        }
        let piece = &self.characters[start..self.at];
        let Some(star) = piece.iter().position(|c| *c == '*') else {
            let mut stems = self.stems_between(start, self.at)?;
            return Ok(if stems.len() > 1 { Some(Clause::Phrase(stems)) } else { stems.pop().map(Clause::Word) });
        };
        if star + 1 < piece.len() || star == 0 || !piece[star - 1].is_alphanumeric() {
            return Err(QueryError::MisplacedStar(start + star + 1));
        }
        let text: String = piece[..star].iter().collect();
        let mut found = words(&text);
        self.count(found.len(), start)?;
        let Some(last) = found.pop().filter(|word| word.folded.chars().count() >= MIN_PREFIX_CHARS) else {
            return Err(QueryError::ShortPrefix(start + star + 1));
        };
        let mut clauses: Vec<Clause> = found.iter().map(|word| Clause::Word(self.stems.stem(&word.folded))).collect();
        clauses.push(Clause::Prefix(last.folded));
        Ok(if clauses.len() > 1 { Some(Clause::All(clauses)) } else { clauses.pop() })
    }

    fn stems_between(&mut self, start: usize, end: usize) -> Result<Vec<String>, QueryError> {
        let text: String = self.characters[start..end].iter().collect();
        let found = words(&text);
        self.count(found.len(), start)?;
        Ok(found.iter().map(|word| self.stems.stem(&word.folded)).collect())
    }

    fn count(&mut self, words: usize, at: usize) -> Result<(), QueryError> {
        self.words += words;
        if self.words > MAX_QUERY_WORDS { Err(QueryError::TooManyWords(at + 1)) } else { Ok(()) }
    }
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '−')
}

fn is_quotation_mark(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '″')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        Query::parse(text).map_or_else(|error| error.to_string(), |query| query.to_string())
    }

    #[test]
    fn a_query_is_words_phrases_exclusions_and_prefixes() {
        assert_eq!(read("Zones  ZONE zoné"), "zone");
        assert_eq!(read("“safe zones” -«Ankara talks» −Idlib"), "\"safe zone\" -\"ankara talk\" -idlib");
        assert_eq!(read("de-escalation al-Assad's"), "\"de escal\" \"al assad\"");
        assert_eq!(read("NEGOTIAT* -çavuş*"), "negotiat* -cavus*");
        assert_eq!(read("de-escal*"), "(de escal*)");
        assert_eq!(read("Lavrov - Kerry & (Geneva)"), "lavrov kerri geneva");
        assert_eq!(read("say\"no fly\"zone"), "say \"no fli\" zone");
        assert_eq!(read("\"peace\""), "peac");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_character() {
        for (query, error) in [
            ("", "holds no word to look for"),
            (" — \"\" -", "holds no word to look for"),
            ("-syria", "only says what must not be there (the - at character 1): give a word to look for too"),
            ("é \"open", "the quotation mark at character 3 has no partner"),
            ("a -\"b\" \"", "the quotation mark at character 8 has no partner"),
            ("neg*te", "the * at character 4 must end a word, as in negotiat*"),
            ("peace *", "the * at character 7 must end a word, as in negotiat*"),
            ("peace.*", "the * at character 7 must end a word, as in negotiat*"),
            ("\"a b\"*", "the * at character 6 must end a word, as in negotiat*"),
            ("p*", "the * at character 2 needs at least 2 letters before it"),
            ("\"no fl*\"", "the * at character 7 stands in a phrase, where words must be whole"),
        ] {
            assert_eq!(read(query), error, "{query}");
        }
        let long = "ab ".repeat(40);
        assert_eq!(read(&long), "must not hold more than 32 words: the one at character 97 is one too many");
        let long = "a".repeat(1_001);
        assert_eq!(read(&long), "must not be longer than 1000 characters: character 1001 is one too many");
    }
}
