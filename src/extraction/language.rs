//! Which language a text is in.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use whatlang::{Lang, Script};

use super::source::runs;

/// Texts with fewer letters than this say nothing about their language.
const FEWEST_LETTERS: usize = 12;
/// So many bytes tell English, where it is beyond doubt.
const ENOUGH_BYTES: usize = 2_000;
/// Of a long text, as many bytes are looked at.
const MOST_BYTES: usize = 40_000;

/// Common words of English that other languages in Latin script do not have, or hardly; the last lines are words of the news.
const ENGLISH: &str = "the of and to that is was for with by said has have had be been are were will would which their they this from not his her who but \
    should could there after when what we our you it its he she about into other these those than because told between against during before \
    while where also through its such any only both each how why \
    foreign met meet meeting talks says announced officials official government people security united states counterpart ready held \
    first last month year week today monday tuesday wednesday thursday friday saturday sunday";
/// Common words of English that other languages have too; they count half.
const SHARED: &str = "in on at as an or if more over all one two new most under no a i";

/// A word of sixteen bytes at most in lower case, as a number: quicker to look up than a string.
type ShortWord = u128;

static WEIGHTS: LazyLock<FxHashMap<ShortWord, f64>> = LazyLock::new(|| {
    let weighed = |words: &'static str, weight: f64| words.split_whitespace().map(move |word| (short(word), weight));
    weighed(ENGLISH, 1.0).chain(weighed(SHARED, 0.5)).collect()
});

/// A word as a number; of a longer one the last bytes.
fn short(word: &str) -> ShortWord {
    word.bytes().fold(0, |number, byte| number << 8 | ShortWord::from(byte.to_ascii_lowercase()))
}

/// Tells the language of a text as an ISO 639-1 code, or `None` when the text is too short or unclear.
///
/// English is decided by its small words first: a wire report full of foreign names has the letters of many languages, but only English
/// has "the", "of" and "said" in every line.
pub(crate) fn language_of(text: &str) -> Option<&'static str> {
    let text = head(text, MOST_BYTES);
    if text.chars().filter(|c| c.is_alphabetic()).take(FEWEST_LETTERS).count() < FEWEST_LETTERS {
        return None;
    }
    if english_share(head(text, ENOUGH_BYTES)) >= 0.3 {
        return Some("en");
    }
    let share = english_share(text);
    if share >= 0.25 {
        return Some("en");
    }
    let info = whatlang::detect(text)?;
    if info.script() == Script::Latin {
        // A headline in English may have one small word; no other language has that many of them.
        if share >= 0.1 && (info.lang() == Lang::Eng || !info.is_reliable()) {
            return Some("en");
        }
        if !info.is_reliable() && info.confidence() < 0.2 {
            return None;
        }
    }
    iso_639_1(info.lang())
}

/// The first part of a long text, cut between characters.
fn head(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

/// The share of words that are common words of English.
fn english_share(text: &str) -> f64 {
    let (mut english, mut all) = (0.0, 0_u32);
    for word in runs(text, char::is_alphabetic) {
        all += 1;
        if word.len() <= size_of::<ShortWord>() {
            english += WEIGHTS.get(&short(word)).copied().unwrap_or(0.0);
        }
    }
    if all < 3 { 0.0 } else { english / f64::from(all) }
}

/// The two-letter code of a language that the detector knows, where there is one.
fn iso_639_1(lang: Lang) -> Option<&'static str> {
    const CODES: &str = "epo-eo eng-en rus-ru cmn-zh spa-es por-pt ita-it ben-bn fra-fr deu-de ukr-uk kat-ka ara-ar hin-hi \
         jpn-ja heb-he yid-yi pol-pl amh-am jav-jv kor-ko nob-nb dan-da swe-sv fin-fi tur-tr nld-nl hun-hu \
         ces-cs ell-el bul-bg bel-be mar-mr kan-kn ron-ro slv-sl hrv-hr srp-sr mkd-mk lit-lt lav-lv est-et \
         tam-ta vie-vi urd-ur tha-th guj-gu uzb-uz pan-pa aze-az ind-id tel-te pes-fa mal-ml ori-or mya-my \
         nep-ne sin-si khm-km tuk-tk aka-ak zul-zu sna-sn afr-af lat-la slk-sk cat-ca tgl-tl hye-hy cym-cy";
    CODES
        .split(' ')
        .filter_map(|pair| pair.split_once('-'))
        .find(|(three, _)| *three == lang.code())
        .map(|(_, two)| two)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_english_wires_full_of_names() {
        for text in [
            "Bishkek ready to host Abdrakhmanov and Mirziyoyev, says Jeenbekov",
            "DUSHANBE, April 3. /KABAR/. Tajik Foreign Minister Sirojiddin Aslov met Uzbek counterpart Abdulaziz Kamilov on Tuesday.",
            "Envoy Ntlantla said the Mthatha accord holds.",
        ] {
            assert_eq!(language_of(text), Some("en"), "{text}");
        }
    }

    #[test]
    fn other_languages() {
        for (text, code) in [
            ("Министр заявил, что переговоры продолжатся в следующем месяце.", "ru"),
            ("Le ministre a déclaré que les négociations reprendraient la semaine prochaine à Genève.", "fr"),
            ("وقال الوزير إن المفاوضات ستستأنف الأسبوع المقبل في جنيف", "ar"),
            ("部长在记者会上表示，谈判将于下周继续举行。", "zh"),
            ("El ministro dijo que las negociaciones continuarán la próxima semana en Ginebra.", "es"),
        ] {
            assert_eq!(language_of(text), Some(code), "{text}");
        }
    }

    #[test]
    fn nothing_to_read() {
        for text in ["", "12345 67 8", "?!", "ok"] {
            assert_eq!(language_of(text), None);
        }
    }
}
