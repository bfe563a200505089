//! First names and the pronouns that they tell, from `data/lexicon/first_names.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::models::text::Gender;

// A test reads the file; a broken one would leave first names untold, not the program without a process.
static FILE: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| toml::from_str(include_str!("../../data/lexicon/first_names.toml")).unwrap_or_default());

static NAMES: LazyLock<FxHashMap<&'static str, Option<Gender>>> = LazyLock::new(|| {
    let lists = [("female", Some(Gender::Female)), ("male", Some(Gender::Male)), ("either", None)];
    let words = |list: &str| FILE.get(list).map(|words| words.split_whitespace()).into_iter().flatten();
    lists.into_iter().flat_map(|(list, gender)| words(list).map(move |word| (word, gender))).collect()
});

/// What a first name tells of its bearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstName {
    /// It is no first name that is known.
    Unknown,
    /// Given to women and men alike.
    Either,
    /// Given to women, or to men.
    Of(Gender),
}

/// What a word tells when it is read as a first name, whatever its case and accents.
///
/// Of "Jean-Luc" the first part counts that tells a pronoun.
pub fn look_up(word: &str) -> FirstName {
    let mut found = FirstName::Unknown;
    for part in word.split('-').take(2) {
        let plain: String = part.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
        match NAMES.get(plain.as_str()) {
            None => {}
            Some(None) => found = FirstName::Either,
            Some(Some(gender)) => return FirstName::Of(*gender),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_read() {
        for list in ["female", "male", "either"] {
            assert!(FILE.get(list).is_some_and(|words| words.split_whitespace().count() > 100), "{list}");
        }
    }

    #[test]
    fn first_names_tell_a_pronoun() {
        assert_eq!(look_up("Hilde"), FirstName::Of(Gender::Female));
        assert_eq!(look_up("Inés"), FirstName::Of(Gender::Female));
        assert_eq!(look_up("Jean-Luc"), FirstName::Of(Gender::Male));
        assert_eq!(look_up("Rupert"), FirstName::Of(Gender::Male));
        assert_eq!(look_up("Casey"), FirstName::Either);
        assert_eq!(look_up("Ministry"), FirstName::Unknown);
    }
}
