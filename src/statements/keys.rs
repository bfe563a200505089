//! How candidates are found among very many quotes: keys to store in an index, and a ranking of what they bring.

use rustc_hash::FxHashMap;

use super::lexicon::{hash, hash_with};
use super::score::Reading;

/// How many hash functions the signature has.
pub const SIGNATURE_LENGTH: usize = 32;
/// What stands for the speaker in keys where all reports that are compared are of one: they are still good where that
/// one is merged into another.
pub const ONE_SPEAKER: &str = "speaker";
/// How many rare words at most become keys.
const MAX_WORD_KEYS: usize = 16;
/// How many meanings at most become keys.
const MAX_CONCEPT_KEYS: usize = 8;

/// The keys of one report: two reports of one utterance share some.
///
/// Every key holds the speaker too, so that a key brings that speaker's quotes only. They are stable and may be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexKeys {
    /// Keys of the rarest words, the rarest first: names, numbers, uncommon words.
    pub words: Vec<u64>,
    /// Keys of what its words stand for, so that synonyms meet.
    pub concepts: Vec<u64>,
    /// Keys of the zones that it names.
    pub zones: Vec<u64>,
    /// The MinHash signature of its words: the share of equal values estimates the share of common words.
    pub signature: [u32; SIGNATURE_LENGTH],
}

impl IndexKeys {
    /// The keys of a report's text.
    #[must_use]
    pub fn of(speaker: &str, zones: &[String], reading: &Reading) -> Self {
        let seed = hash(speaker);
        let key = |kind: u8, value: u64| hash_with(hash_with(seed, &[kind]), &value.to_le_bytes());
        let mut content: Vec<_> = reading.words().iter().filter(|word| word.weight > 0.0).collect();
        let signature = signature(content.iter().map(|word| word.root));
        content.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.root.cmp(&b.root)));
        content.dedup_by_key(|word| word.root);
        let mut concepts: Vec<u64> = Vec::new();
        for concept in content.iter().flat_map(|word| word.concepts) {
            let key = key(2, u64::from(*concept));
            if !concepts.contains(&key) && concepts.len() < MAX_CONCEPT_KEYS {
                concepts.push(key);
            }
        }
        Self {
            words: content.iter().take(MAX_WORD_KEYS).map(|word| key(1, word.root)).collect(),
            concepts,
            zones: zones.iter().map(|zone| key(3, hash(zone))).collect(),
            signature,
        }
    }

    /// All keys to store, and to ask for.
    pub fn all(&self) -> impl Iterator<Item = u64> + '_ {
        self.words.iter().chain(&self.zones).chain(&self.concepts).copied()
    }

    /// How alike two reports seem, by their keys alone: what candidates are ranked by.
    #[must_use]
    pub fn resemblance(&self, other: &Self) -> f32 {
        let shared = |a: &[u64], b: &[u64]| a.iter().filter(|key| b.contains(key)).count() as f32;
        let equal = self.signature.iter().zip(&other.signature).filter(|(a, b)| a == b).count() as f32;
        // A rare word tells more than what many words may stand for.
        shared(&self.words, &other.words)
            + 0.5 * shared(&self.concepts, &other.concepts)
            + 0.5 * shared(&self.zones, &other.zones)
            + 4.0 * equal / SIGNATURE_LENGTH as f32
    }
}

/// Keys as a database holds them, in a column of text: half of each, which is enough among the quotes of one speaker in
/// some days.
///
/// They are written as hexadecimal digits: words, zones and meanings, parted by `/`.
///
/// ```
/// use onrecord::statements::{IndexKeys, Reading, StoredKeys};
///
/// let keys = |text| StoredKeys::of(&IndexKeys::of("brandt", &[], &Reading::new(text)));
/// let (a, b) = (keys("Kessler has a torn hamstring"), keys("Kessler would miss the season with a torn hamstring"));
/// assert!(a.resemblance(&b) >= 3.0);
/// assert_eq!(StoredKeys::from(a.to_string().as_str()), a);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredKeys {
    /// Of words, zones and meanings.
    parts: [Vec<u32>; 3],
}

impl StoredKeys {
    /// What is stored of a report's keys.
    #[must_use]
    pub fn of(keys: &IndexKeys) -> Self {
        let halves = |keys: &[u64]| keys.iter().map(|key| (key >> 32) as u32).collect();
        Self { parts: [halves(&keys.words), halves(&keys.zones), halves(&keys.concepts)] }
    }

    /// How alike two reports seem by them: what candidates are chosen by.
    #[must_use]
    pub fn resemblance(&self, other: &Self) -> f32 {
        let shared = |at: usize| self.parts[at].iter().filter(|key| other.parts[at].contains(key)).count() as f32;
        shared(0) + 0.5 * (shared(1) + shared(2))
    }
}

impl std::fmt::Display for StoredKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, keys) in self.parts.iter().enumerate() {
            if at > 0 {
                f.write_str("/")?;
            }
            keys.iter().try_for_each(|key| write!(f, "{key:08x}"))?;
        }
        Ok(())
    }
}

/// What cannot be read has no keys: it is found by nobody.
impl From<&str> for StoredKeys {
    fn from(text: &str) -> Self {
        let mut keys = Self::default();
        for (keys, text) in keys.parts.iter_mut().zip(text.split('/')) {
            let key = |digits: &[u8]| u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
            keys.extend(text.as_bytes().chunks_exact(8).filter_map(key));
        }
        keys
    }
}

/// The smallest value of each of the hash functions over all words.
fn signature(words: impl Iterator<Item = u64>) -> [u32; SIGNATURE_LENGTH] {
    let mut signature = [u32::MAX; SIGNATURE_LENGTH];
    for word in words {
        for (at, least) in signature.iter_mut().enumerate() {
            // SplitMix64 with the number of the function: a fixed, well mixed permutation for each.
            let mut z = word.wrapping_add((at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *least = (*least).min((z ^ (z >> 31)) as u32);
        }
    }
    signature
}

/// Ranks candidates by their keys; the indices of the best, the likest first, `limit` at most.
///
/// Candidates that share neither a word nor a meaning are left out.
#[must_use]
pub fn rank_candidates(new: &IndexKeys, candidates: &[&IndexKeys], limit: usize) -> Vec<usize> {
    let mut ranked: Vec<(usize, f32)> = candidates
        .iter()
        .enumerate()
        .map(|(at, keys)| (at, new.resemblance(keys)))
        .filter(|(_, alike)| *alike >= 1.0)
        .collect();
    ranked.sort_by(|(x, x_alike), (y, y_alike)| y_alike.total_cmp(x_alike).then(x.cmp(y)));
    ranked.truncate(limit);
    ranked.into_iter().map(|(at, _)| at).collect()
}

/// An index in memory: for imports, for tests, and as the pattern of the one in a database.
///
/// It holds a line for every key of every report, by key and day.
#[derive(Debug, Clone, Default)]
pub struct KeyIndex {
    /// Under each key the days and numbers of its reports, sorted.
    lines: FxHashMap<u64, Vec<(i32, u32)>>,
}

/// How many reports at most are read under one key.
pub const MAX_PER_KEY: usize = 200;

impl KeyIndex {
    /// Adds a report by its number, under the day it was said, as days since any fixed day.
    pub fn insert(&mut self, keys: &IndexKeys, day: i32, report: u32) {
        for key in keys.all() {
            let lines = self.lines.entry(key).or_default();
            // News comes mostly in order of its days: mostly at the end.
            let at = lines.partition_point(|line| *line <= (day, report));
            lines.insert(at, (day, report));
        }
    }

    /// The reports that share keys with this one and were said at most `window` days before or after; those that share
    /// most first.
    ///
    /// The cost is bounded: at most [`MAX_PER_KEY`] reports are read under a key, and `limit` come back.
    #[must_use]
    pub fn find(&self, keys: &IndexKeys, day: i32, window: i32, limit: usize) -> Vec<u32> {
        let mut shared: FxHashMap<u32, u32> = FxHashMap::default();
        for key in keys.all() {
            let Some(lines) = self.lines.get(&key) else { continue };
            let first = lines.partition_point(|line| line.0 < day.saturating_sub(window));
            let within = lines[first..].iter().take_while(|line| line.0 <= day.saturating_add(window));
            for (_, report) in within.take(MAX_PER_KEY) {
                *shared.entry(*report).or_default() += 1;
            }
        }
        let mut found: Vec<(u32, u32)> = shared.into_iter().collect();
        found.sort_by_key(|(report, shared)| (std::cmp::Reverse(*shared), *report));
        found.truncate(limit);
        found.into_iter().map(|(report, _)| report).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(speaker: &str, text: &str) -> IndexKeys {
        IndexKeys::of(speaker, &[], &Reading::new(text))
    }

    #[test]
    fn reports_of_one_utterance_share_keys_of_one_speaker_only() {
        let a = keys("brandt", "Kessler has a torn hamstring and will not play again this season.");
        let b = keys("brandt", "Kessler would miss the rest of the season after tearing a hamstring");
        let other = keys("keller", "Kessler would miss the rest of the season after tearing a hamstring");
        assert!(a.words.iter().filter(|key| b.words.contains(key)).count() >= 3);
        assert!(!a.all().any(|key| other.all().any(|others| key == others)));
        assert!(a.all().count() <= MAX_WORD_KEYS + MAX_CONCEPT_KEYS);
    }

    #[test]
    fn the_index_asks_by_day() {
        let a = keys("brandt", "Kessler has a torn hamstring");
        let mut index = KeyIndex::default();
        index.insert(&a, 100, 7);
        assert_eq!(index.find(&a, 103, 3, 10), [7]);
        assert!(index.find(&a, 104, 3, 10).is_empty());
    }

    #[test]
    fn keys_do_not_change_between_versions() {
        // They are stored: whoever changes them has to rebuild the index.
        let keys = keys("brandt", "Kessler has a torn hamstring");
        assert_eq!(keys.words.first().copied(), Some(KEY_OF_KESSLER));
    }

    const KEY_OF_KESSLER: u64 = 8_374_266_957_037_797_431;
}
