//! Which words of two texts correspond, wherever they stand.

use super::words::Word;

/// How two words correspond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// The same word in the same form.
    Same,
    /// Another form of the same word: "create", "creating".
    Inflected,
    /// A word derived from the same one: "migrant", "migration". Or the same name, spelled another way.
    Derived,
    /// A word that may stand for it: "accord", "agreement".
    Synonym,
}

impl Likeness {
    /// How much such a match counts, 1 at most.
    pub fn worth(self) -> f32 {
        match self {
            Self::Same => 1.0,
            Self::Inflected => 0.97,
            Self::Derived => 0.85,
            Self::Synonym => 0.75,
        }
    }
}

/// How two words correspond, if they do.
pub fn likeness(a: &Word, b: &Word) -> Option<Likeness> {
    if a.number.is_some() || b.number.is_some() {
        return (a.stem == b.stem).then_some(if a.form == b.form { Likeness::Same } else { Likeness::Inflected });
    }
    if a.form == b.form {
        Some(Likeness::Same)
    } else if a.stem == b.stem {
        Some(Likeness::Inflected)
    } else if a.is_function || b.is_function {
        None
    } else if a.root == b.root || is_misspelt(a, b) {
        Some(Likeness::Derived)
    } else if a.concepts.iter().any(|concept| b.concepts.contains(concept)) {
        Some(Likeness::Synonym)
    } else {
        None
    }
}

/// "Sergey" and "Sergei", "Minsitry" and "Ministry": long words that one edit parts.
fn is_misspelt(a: &Word, b: &Word) -> bool {
    let (a, b) = (a.form.as_bytes(), b.form.as_bytes());
    if a.len() < 6 || b.len() < 6 || a.len().abs_diff(b.len()) > 1 || a[0] != b[0] {
        return false;
    }
    let ahead = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let behind = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let longest = a.len().max(b.len());
    if ahead + behind + 1 >= longest {
        // One letter other, more or less; an "s" more is another form, and so is a number.
        return true;
    }
    // Two neighbours that changed places.
    a.len() == b.len() && ahead + behind + 2 == longest && a[ahead] == b[ahead + 1] && a[ahead + 1] == b[ahead]
}

/// Two words that correspond.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Index of the word in the one text.
    pub a: usize,
    /// Index of the word in the other.
    pub b: usize,
    /// How they correspond.
    pub likeness: Likeness,
    /// What the match is worth: its likeness by the weight of the lighter word.
    pub worth: f32,
}

/// How many partners at most are looked at for one word.
const MAX_PARTNERS: usize = 12;

/// Pairs the words with content one to one: the most telling first, then those whose neighbours match too, then those
/// at like places.
///
/// In the order of the words of `a`.
pub fn pair_words(a: &[Word], b: &[Word]) -> Vec<Pair> {
    // A sorted list is made faster than a map: this runs for each of hundreds of candidates.
    let with_content = b.iter().enumerate().filter(|(_, word)| word.weight > 0.0);
    let mut by_key: Vec<((u8, u64), usize)> =
        with_content.flat_map(|(at, word)| keys(word).map(move |key| (key, at))).collect();
    by_key.sort_unstable();
    let with_key = |key: (u8, u64)| {
        let first = by_key.partition_point(|(other, _)| *other < key);
        by_key[first..].iter().take_while(move |(other, _)| *other == key).map(|(_, at)| *at)
    };
    let mut partners: Vec<usize> = Vec::new();
    let place = |at: usize, of: usize| at as f32 / of.max(1) as f32;
    let mut possible: Vec<(Pair, f32)> = Vec::new();
    for (at, word) in a.iter().enumerate().filter(|(_, word)| word.weight > 0.0) {
        partners.clear();
        partners.extend(keys(word).flat_map(with_key));
        partners.sort_unstable();
        partners.dedup();
        if partners.is_empty() && word.form.len() >= 6 {
            partners.extend((0..b.len()).filter(|&other| b[other].weight > 0.0 && is_misspelt(word, &b[other])));
        }
        for &other in partners.iter().take(MAX_PARTNERS) {
            let Some(likeness) = likeness(word, &b[other]) else { continue };
            let worth = likeness.worth() * word.weight.min(b[other].weight);
            let company = usize::from(at > 0 && other > 0 && likeness_of_content(&a[at - 1], &b[other - 1]))
                + usize::from(
                    at + 1 < a.len() && other + 1 < b.len() && likeness_of_content(&a[at + 1], &b[other + 1]),
                );
            let rank = worth + 0.05 * company as f32 - 0.1 * (place(at, a.len()) - place(other, b.len())).abs();
            possible.push((Pair { a: at, b: other, likeness, worth }, rank));
        }
    }
    possible.sort_by(|(x, x_rank), (y, y_rank)| y_rank.total_cmp(x_rank).then(x.a.cmp(&y.a)).then(x.b.cmp(&y.b)));
    let (mut a_taken, mut b_taken) = (vec![false; a.len()], vec![false; b.len()]);
    let mut pairs = Vec::new();
    for (pair, _) in possible {
        if !a_taken[pair.a] && !b_taken[pair.b] {
            a_taken[pair.a] = true;
            b_taken[pair.b] = true;
            pairs.push(pair);
        }
    }
    pairs.sort_by_key(|pair| pair.a);
    pairs
}

fn likeness_of_content(a: &Word, b: &Word) -> bool {
    likeness(a, b).is_some()
}

/// Under what a word is looked up.
fn keys(word: &Word) -> impl Iterator<Item = (u8, u64)> + '_ {
    [(0, word.stem), (1, word.root)].into_iter().chain(word.concepts.iter().map(|concept| (2, u64::from(*concept))))
}

#[cfg(test)]
mod tests {
    use super::super::words::read_words;
    use super::*;

    fn pairs(a: &str, b: &str) -> Vec<(String, String, Likeness)> {
        let (a, b) = (read_words(a), read_words(b));
        pair_words(&a, &b)
            .iter()
            .map(|pair| (a[pair.a].form.to_string(), b[pair.b].form.to_string(), pair.likeness))
            .collect()
    }

    #[test]
    fn words_meet_by_form_root_and_group() {
        let found = pairs("The accord creates obstacles for migrants", "a treaty that created the migration");
        assert_eq!(
            found,
            [
                ("accord".into(), "treaty".into(), Likeness::Synonym),
                ("creates".into(), "created".into(), Likeness::Inflected),
                ("migrants".into(), "migration".into(), Likeness::Derived),
            ]
        );
    }

    #[test]
    fn numbers_meet_by_value_alone() {
        assert_eq!(pairs("forty trucks", "40 trucks").len(), 2);
        assert_eq!(pairs("forty trucks", "41 trucks").len(), 1);
    }
}
