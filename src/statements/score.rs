//! Whether two texts report the same utterance: a probability, and the named numbers that it comes from.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::lexicon::LEXICON;
use super::matching::{Likeness, Pair, pair_words};
use super::words::{Word, read_words};

const WEIGHTS: &str = include_str!("../../data/lexicon/statement_score.toml");

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let file: ModelFile = toml::from_str(WEIGHTS).unwrap_or_default();
    let weights = PARTS.map(|(name, _)| file.weights.get(name).copied().unwrap_or_default());
    Model { intercept: file.intercept, weights }
});

#[derive(Debug, Default, Deserialize)]
struct ModelFile {
    intercept: f32,
    weights: HashMap<String, f32>,
}

#[derive(Debug)]
struct Model {
    intercept: f32,
    /// In the order of [`PARTS`].
    weights: [f32; PARTS.len()],
}

/// The text of a quote, read once for all comparisons.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    words: Vec<Word>,
    total: f32,
    /// The roots of its words with content, each once and sorted.
    roots: Arc<[u64]>,
    /// Which of its words stand where a verb does.
    actions: Arc<[usize]>,
}

impl Reading {
    /// Reads a text. Any string will do.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let words = read_words(text);
        let total = words.iter().map(|word| word.weight).sum();
        let roots = sorted_once(words.iter().filter(|word| word.weight > 0.0).map(|word| word.root)).into();
        let actions = (0..words.len()).filter(|at| is_action(&words, *at)).collect();
        Self { words, total, roots, actions }
    }

    /// How much content there is: about the number of words that are neither function words nor common.
    #[must_use]
    pub fn content(&self) -> f32 {
        self.total
    }

    /// The same text, read among others: words that those share tell less here.
    ///
    /// Among ten answers about one bridge, "bridge" tells nothing of which answer it is. `own` are the roots of what it
    /// is compared with, sorted: that does not count as another.
    pub(super) fn among(&self, context: &Context, own: &[u64]) -> Self {
        let mut words = self.words.clone();
        for word in words.iter_mut().filter(|word| word.weight > 0.0) {
            let others = context
                .counts
                .get(&word.root)
                .copied()
                .unwrap_or(0)
                .saturating_sub(u32::from(own.binary_search(&word.root).is_ok()));
            word.weight /= 1.0 + DAMPING * others as f32;
        }
        let total = words.iter().map(|word| word.weight).sum();
        Self { words, total, roots: self.roots.clone(), actions: self.actions.clone() }
    }

    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    /// The roots of its words with content, each once and sorted.
    pub(super) fn roots(&self) -> &[u64] {
        &self.roots
    }
}

/// Roots of words, each once and sorted.
pub(super) fn sorted_once(roots: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut roots: Vec<u64> = roots.collect();
    roots.sort_unstable();
    roots.dedup();
    roots
}

/// How much less a word tells for every other text that has it.
const DAMPING: f32 = 0.4;

/// In how many other texts a word stands: what the same speaker said otherwise in those days.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Context {
    counts: FxHashMap<u64, u32>,
}

impl Context {
    /// Counts the words of a text, given once each by their roots.
    pub fn add(&mut self, roots: &[u64]) {
        for root in roots {
            *self.counts.entry(*root).or_default() += 1;
        }
    }
}

/// One of the numbers that a score comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScorePart {
    /// What it measures; [`PARTS`] explains.
    pub name: &'static str,
    /// What it is here, mostly from 0 to 1.
    pub value: f32,
    /// What it adds to the sum of which the logistic function makes the probability.
    pub contribution: f32,
}

/// How likely it is that two texts report one utterance.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The estimated probability.
    pub probability: f32,
    /// Which share of the shorter text the longer one has too, from 0 to 1.
    pub cover: f32,
    /// Whether they say opposite things, or count the same things differently.
    pub contradicts: bool,
    /// What the probability comes from, in the order of [`PARTS`].
    pub parts: Vec<ScorePart>,
}

/// The parts of a score, and what each measures.
pub const PARTS: [(&str, &str); 11] = [
    ("cover", "the share of the shorter text's content that the longer one has too"),
    ("cover_of_longer", "the share of the longer text's content that the shorter one has too"),
    ("evidence", "how much content is shared, however long the texts are"),
    ("neighbours", "the share of what is shared whose neighbours are shared too"),
    ("actions", "the share of the verbs of the shorter text that match; a half where none is seen"),
    ("rare", "how much of what is shared is rare: names, numbers, uncommon words"),
    ("rare_left", "the share of the shorter text that is rare and has no match"),
    ("numbers_differ", "the texts count the same thing differently, or have only different numbers"),
    ("polarity", "the share of what is shared that one of them negates"),
    ("opposites", "one says the opposite word of the other: north for south, open for close"),
    ("names_differ", "each names somebody or something that the other does not"),
];

/// Scores two texts; the same whichever comes first.
///
/// ```
/// use onrecord::statements::{Reading, score};
///
/// let a = Reading::new("We have asked the army for 120 soldiers and two more pumps.");
/// let b = Reading::new("the town had requested 120 troops and a pair of additional pumps from the military");
/// let c = Reading::new("the army had lost 40 soldiers in two weeks");
/// assert!(score(&a, &b).probability > 0.8);
/// assert!(score(&a, &c).probability < 0.1);
/// ```
#[must_use]
pub fn score(a: &Reading, b: &Reading) -> Score {
    // The longer first, then the greater, so that it is the same from both sides.
    let key = |reading: &Reading| (reading.words.len(), reading.words.iter().map(|word| word.stem).collect::<Vec<_>>());
    let a_is_longer = match b.total.total_cmp(&a.total) {
        std::cmp::Ordering::Equal => key(a) >= key(b),
        order => order.is_lt(),
    };
    let (long, short) = if a_is_longer { (a, b) } else { (b, a) };
    let values = features(long, short);
    let parts: Vec<ScorePart> = PARTS
        .iter()
        .zip(MODEL.weights)
        .zip(values)
        .map(|(((name, _), weight), value)| {
            // The sum of nothing is -0.
            ScorePart { name, value: value + 0.0, contribution: value * weight + 0.0 }
        })
        .collect();
    let sum = MODEL.intercept + parts.iter().map(|part| part.contribution).sum::<f32>();
    let [cover, .., numbers, _, opposites, _] = values;
    Score { probability: 1.0 / (1.0 + (-sum).exp()), cover, contradicts: numbers >= 1.0 || opposites > 0.0, parts }
}

/// Scores two texts among others that they are not: what the same speaker said otherwise in those days.
///
/// Words that the others share tell less. Statements are found by this score, with all other statements of the speaker
/// in the window for `others`.
#[must_use]
pub fn score_among(a: &Reading, b: &Reading, others: &[&Reading]) -> Score {
    let mut context = Context::default();
    others.iter().for_each(|other| context.add(other.roots()));
    score(&a.among(&context, &[]), &b.among(&context, &[]))
}

/// Two texts word by word: which words of either have a partner in the other.
struct Paired<'a> {
    long: &'a [Word],
    short: &'a [Word],
    pairs: Vec<Pair>,
    in_long: Vec<bool>,
    in_short: Vec<bool>,
}

impl<'a> Paired<'a> {
    fn new(long: &'a [Word], short: &'a [Word]) -> Self {
        let pairs = pair_words(long, short);
        let (mut in_long, mut in_short) = (vec![false; long.len()], vec![false; short.len()]);
        for pair in &pairs {
            in_long[pair.a] = true;
            in_short[pair.b] = true;
        }
        Self { long, short, pairs, in_long, in_short }
    }

    /// Words of the longer text without a partner, with their places.
    fn left_in_long(&self) -> impl Iterator<Item = (usize, &'a Word)> + '_ {
        self.long.iter().enumerate().filter(|(at, _)| !self.in_long[*at])
    }

    /// The same of the shorter text.
    fn left_in_short(&self) -> impl Iterator<Item = (usize, &'a Word)> + '_ {
        self.short.iter().enumerate().filter(|(at, _)| !self.in_short[*at])
    }
}

fn features(long: &Reading, short: &Reading) -> [f32; 11] {
    let paired = Paired::new(&long.words, &short.words);
    let shared: f32 = paired.pairs.iter().map(|pair| pair.worth).sum();
    if shared <= 0.0 {
        return [0.0; 11];
    }
    let of = |whole: f32| (shared / whole.max(0.01)).min(1.0);
    let share = |part: f32| (part / shared).min(1.0);
    let worth_of = |keep: &dyn Fn(&Pair) -> bool| -> f32 {
        paired.pairs.iter().filter(|pair| keep(pair)).map(|pair| pair.worth).sum()
    };
    let rare = |word: &Word| word.weight >= 1.0;
    let rare_shared = worth_of(&|pair| rare(&long.words[pair.a]) && pair.likeness != Likeness::Synonym);
    let rare_left: f32 = paired.left_in_short().filter(|(_, word)| rare(word)).map(|(_, word)| word.weight).sum();
    [
        of(short.total),
        of(long.total),
        shared / (shared + 3.0),
        share(neighbours(&paired)),
        actions(short, &paired),
        rare_shared / (rare_shared + 2.0),
        (rare_left / short.total.max(0.01)).min(1.0),
        numbers_differ(&paired),
        share(worth_of(&|pair| long.words[pair.a].is_negated != short.words[pair.b].is_negated)),
        opposites(&paired),
        names_differ(&paired),
    ]
}

/// How near neighbours stand, in words with content.
const NEAR: usize = 3;

/// The worth of the pairs whose next pair stands close by in both texts.
fn neighbours(paired: &Paired) -> f32 {
    /// How many words with content stand before each word.
    fn places(words: &[Word]) -> Vec<usize> {
        let seen = words.iter().scan(0, |seen, word| {
            let before = *seen;
            *seen += usize::from(word.weight > 0.0);
            Some(before)
        });
        seen.collect()
    }
    let Paired { pairs, .. } = paired;
    let (in_long, in_short) = (places(paired.long), places(paired.short));
    let places: Vec<(usize, usize)> = pairs.iter().map(|pair| (in_long[pair.a], in_short[pair.b])).collect();
    let close = |x: (usize, usize), y: (usize, usize)| x.0.abs_diff(y.0) <= NEAR && x.1.abs_diff(y.1) <= NEAR;
    (0..pairs.len())
        .filter(|&at| {
            let around = places.iter().enumerate().take(at + 3).skip(at.saturating_sub(2));
            around.into_iter().any(|(other, place)| other != at && close(*place, places[at]))
        })
        .map(|at| pairs[at].worth)
        .sum()
}

/// How much of what the shorter text says is done the longer one says too, from 0 to 1; a half where it says nothing of
/// the kind.
///
/// Two utterances about the same thing share its names; what is done to it tells them apart.
fn actions(short: &Reading, paired: &Paired) -> f32 {
    let matched = short.actions.iter().filter(|at| paired.in_short[**at]).count();
    if short.actions.is_empty() { 0.5 } else { matched as f32 / short.actions.len() as f32 }
}

/// Whether a word stands where a verb does: after an auxiliary, "to" or "not".
fn is_action(words: &[Word], at: usize) -> bool {
    const BEFORE: [&str; 34] = [
        "is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "do", "does", "did", "will", "would",
        "shall", "should", "can", "could", "may", "might", "must", "to", "not", "i", "we", "they", "he", "she", "it",
        "who", "don't", "won't", "never",
    ];
    let word = &words[at];
    at > 0
        && !word.is_function
        && word.number.is_none()
        && !word.is_name
        && !word.follows_break
        && BEFORE.contains(&&*words[at - 1].form)
}

/// How far a number reaches to what it counts, in words.
const COUNTS: usize = 3;

fn numbers_differ(paired: &Paired) -> f32 {
    let telling = |word: &Word| word.number.is_some_and(|value| value != 1.0);
    let count = |words: &[Word]| words.iter().filter(|word| telling(word)).count();
    let left_long: Vec<usize> = paired.left_in_long().filter(|(_, word)| telling(word)).map(|(at, _)| at).collect();
    let left_short: Vec<usize> = paired.left_in_short().filter(|(_, word)| telling(word)).map(|(at, _)| at).collect();
    if left_long.is_empty() || left_short.is_empty() {
        return 0.0;
    }
    let counts = |at: usize, other: usize| (at + 1..=at + COUNTS).contains(&other);
    // "340 households" and "210 households".
    let same_thing = left_short.iter().any(|&number| {
        paired.pairs.iter().any(|pair| counts(number, pair.b) && left_long.iter().any(|&other| counts(other, pair.a)))
    });
    let none_shared = left_short.len() == count(paired.short) && left_long.len() == count(paired.long);
    if same_thing {
        1.0
    } else if none_shared {
        0.5
    } else {
        0.0
    }
}

fn opposites(paired: &Paired) -> f32 {
    let has = |words: &[Word], stem: u64| words.iter().any(|word| word.stem == stem);
    // "did not continue" is no opposite of "stopped", and a text with both words speaks of both.
    let opposes = |word: &Word, other: &Word| {
        word.is_negated == other.is_negated && !has(paired.short, word.stem) && !has(paired.long, other.stem)
    };
    let opposite = paired.left_in_long().any(|(_, word)| {
        let with_stem =
            |stem: &u64| paired.left_in_short().any(|(_, other)| other.stem == *stem && opposes(word, other));
        LEXICON.opposites_of(word.stem).iter().any(with_stem)
    });
    f32::from(u8::from(opposite))
}

fn names_differ(paired: &Paired) -> f32 {
    let is_name = |word: &Word| word.is_name && word.number.is_none() && word.weight >= 1.0;
    let long_has = paired.left_in_long().any(|(_, word)| is_name(word));
    let short_has = paired.left_in_short().any(|(_, word)| is_name(word));
    f32::from(u8::from(long_has && short_has))
}
