//! Where in a text the words of a query stand.

use super::query::{Clause, Query};
use super::words::{Stems, Word, words};

/// The places that match, in order, without overlap: offsets of the first character and after the last (Unicode scalar values).
pub(super) fn highlights(query: &Query, text: &str) -> Vec<(usize, usize)> {
    let stems = Stems::new();
    let words = words(text);
    let stemmed: Vec<String> = words.iter().map(|word| stems.stem(&word.folded)).collect();
    let mut places = Vec::new();
    for clause in &query.required {
        find(clause, &words, &stemmed, &mut places);
    }
    places.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::with_capacity(places.len());
    for (start, end) in places {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

fn find(clause: &Clause, words: &[Word], stemmed: &[String], places: &mut Vec<(usize, usize)>) {
    match clause {
        Clause::Word(stem) => {
            let same = words.iter().zip(stemmed).filter(|(_, other)| *other == stem);
            places.extend(same.map(|(word, _)| (word.start, word.end)));
        }
        Clause::Prefix(prefix) => {
            let same = words.iter().filter(|word| word.folded.starts_with(prefix.as_str()));
            places.extend(same.map(|word| (word.start, word.end)));
        }
        Clause::Phrase(phrase) => {
            for (window, found) in stemmed.windows(phrase.len()).zip(words.windows(phrase.len())) {
                if let (true, Some(first), Some(last)) = (window == phrase, found.first(), found.last()) {
                    places.push((first.start, last.end));
                }
            }
        }
        Clause::All(clauses) => clauses.iter().for_each(|clause| find(clause, words, stemmed, places)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(query: &str, text: &str) -> String {
        let query = Query::parse(query).unwrap();
        let characters: Vec<char> = text.chars().collect();
        let mut marked = String::new();
        let mut at = 0;
        for (start, end) in highlights(&query, text) {
            marked.extend(&characters[at..start]);
            marked.push('[');
            marked.extend(&characters[start..end]);
            marked.push(']');
            at = end;
        }
        marked.extend(&characters[at..]);
        marked
    }

    #[test]
    fn what_a_query_finds_is_marked() {
        assert_eq!(marked("zones", "Zonés in a zone’s zone"), "[Zonés] in a [zone]’s [zone]");
        assert_eq!(marked("\"safe zones\" -x", "A safe zone, safe x zone."), "A [safe zone], safe x zone.");
        assert_eq!(
            marked("negot* us", "Negotiating with the U.S., negotiators"),
            "[Negotiating] with the [U.S]., [negotiators]"
        );
        assert_eq!(marked("safe \"safe zone\"", "über safe zone"), "über [safe zone]");
        assert_eq!(marked("de-escal*", "de-escalation"), "[de]-[escalation]");
    }
}
