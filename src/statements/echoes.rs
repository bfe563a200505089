//! Who copied whom, and who has the very words.

use super::report::Report;
use super::words::{Word, read_words};
use crate::models::text::QuoteKind;

/// Where the words of a report come from, as far as another report tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The same text, reporter's words included: one was copied from the other, or both from one wire.
    Echo,
    /// The speaker's words are the same, the reporter's are not: both heard them, or one took them from the other.
    SameWords,
    /// Worded independently: another translation, or a report of its own.
    Independent,
}

/// Whether a report echoes another, and what tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Provenance {
    /// Where the words come from.
    pub origin: Origin,
    /// The share of the shorter content that stands word for word in the other, in runs of some length; 0 to 1.
    pub copied: f32,
    /// The same share of the words around the content: the attribution and what goes with it; 0 to 1.
    pub copied_around: f32,
}

/// How long a run of equal words has to be to tell of copying.
const RUN: usize = 4;
/// How many words of a reporter's own have to agree; fewer agree by chance.
const MIN_REPORTER_WORDS: usize = 7;

/// Compares the wording of two reports of one utterance.
///
/// The words of a speaker agree in two honest reports: what gives a copy away is that the reporter's words agree too.
/// Those are the whole content of an indirect quote, what is not in quotation marks in a mixed one, and the attribution
/// around a direct one.
#[must_use]
pub fn provenance(a: &Report, b: &Report) -> Provenance {
    let (words_a, words_b) = (read_words(&a.text), read_words(&b.text));
    let copied = copied_share(&words_a, &words_b);
    let around_a = read_words(&format!("{} ¶ {}", a.before, a.after));
    let around_b = read_words(&format!("{} ¶ {}", b.before, b.after));
    let enough_around = around_a.len().min(around_b.len()) >= RUN;
    let copied_around = if enough_around { copied_share(&around_a, &around_b) } else { 0.0 };
    let own_words = reporters_words(a, &words_a).min(reporters_words(b, &words_b));
    let origin = if copied < 0.8 {
        Origin::Independent
    } else if (own_words >= MIN_REPORTER_WORDS && copied >= 0.9) || copied_around >= 0.8 {
        Origin::Echo
    } else {
        Origin::SameWords
    };
    Provenance { origin, copied, copied_around }
}

/// How many words of a report's content are the reporter's.
fn reporters_words(report: &Report, words: &[Word]) -> usize {
    match report.kind {
        QuoteKind::Direct => 0,
        QuoteKind::Indirect => words.len(),
        QuoteKind::Mixed => {
            let marked =
                |word: &Word| report.verbatim.iter().any(|span| span.start <= word.start && word.end <= span.end);
            words.iter().filter(|word| !marked(word)).count()
        }
    }
}

/// The share of the shorter text that stands in the longer in runs of [`RUN`] equal words, or as a whole.
fn copied_share(a: &[Word], b: &[Word]) -> f32 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let forms = |words: &[Word]| words.iter().map(|word| word.form.clone()).collect::<Vec<_>>();
    let (short, long) = (forms(short), forms(long));
    if short.is_empty() {
        return 0.0;
    }
    let run = RUN.min(short.len());
    let known: rustc_hash::FxHashSet<&[std::sync::Arc<str>]> = long.windows(run).collect();
    let mut copied = vec![false; short.len()];
    for (at, window) in short.windows(run).enumerate() {
        if known.contains(window) {
            copied[at..at + run].fill(true);
        }
    }
    copied.iter().filter(|copied| **copied).count() as f32 / short.len() as f32
}

/// Which of the reports of one utterance has the speaker's very words: the index of the most literal.
///
/// Direct quotes before mixed ones; among those the one whose words most others in quotation marks agree with, then the
/// longest, then the first. `None` where nobody quotes. Two direct quotes in different words are translations: no more
/// can be said than which is the fullest.
#[must_use]
pub fn most_verbatim(reports: &[&Report]) -> Option<usize> {
    let quoted: Vec<(usize, Vec<Word>)> = reports
        .iter()
        .enumerate()
        .filter(|(_, report)| report.kind != QuoteKind::Indirect)
        .map(|(at, report)| (at, read_words(&report.text)))
        .collect();
    let key = |at: usize, words: &[Word]| {
        let agree = quoted.iter().filter(|(other, others)| *other != at && copied_share(words, others) >= 0.8).count();
        let literal = match reports[at].kind {
            QuoteKind::Direct => words.len(),
            _ => words.len().saturating_sub(reporters_words(reports[at], words)),
        };
        (reports[at].kind == QuoteKind::Direct, agree, literal, std::cmp::Reverse(at))
    };
    quoted.iter().max_by_key(|(at, words)| key(*at, words)).map(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::super::report::ReportId;
    use super::*;

    fn report(kind: QuoteKind, text: &str, before: &str, after: &str) -> Report {
        Report {
            id: ReportId(0),
            article: 0,
            outlet: String::new(),
            speaker: "galt".to_owned(),
            text: text.to_owned(),
            kind,
            verbatim: Vec::new(),
            said: None,
            published: None,
            zones: Vec::new(),
            before: before.to_owned(),
            after: after.to_owned(),
        }
    }

    #[test]
    fn a_reporters_words_give_a_copy_away() {
        let wire = report(
            QuoteKind::Indirect,
            "the patrol had come under fire north of the highway and had returned fire",
            "",
            "",
        );
        let own = report(QuoteKind::Indirect, "the patrol was shot at north of the highway and shot back", "", "");
        assert_eq!(provenance(&wire, &wire).origin, Origin::Echo);
        assert_eq!(provenance(&wire, &own).origin, Origin::Independent);
    }

    #[test]
    fn a_speakers_words_do_not() {
        let text = "No member of the patrol was hurt in the incident on the highway.";
        let wire = report(QuoteKind::Direct, text, "", "spokeswoman Irina Galt told reporters late on Wednesday");
        let own = report(QuoteKind::Direct, text, "Asked about the night's events, Galt replied:", "");
        assert_eq!(provenance(&wire, &own).origin, Origin::SameWords);
        assert_eq!(provenance(&wire, &wire.clone()).origin, Origin::Echo);
    }

    #[test]
    fn the_most_literal_report_is_the_direct_one_that_others_agree_with() {
        let indirect =
            report(QuoteKind::Indirect, "the bridge would remain closed until all the bolts had been checked", "", "");
        let direct = report(QuoteKind::Direct, "The bridge stays shut until every bolt is checked.", "", "");
        let longer =
            report(QuoteKind::Direct, "The bridge stays shut until every bolt is checked. I mean every one.", "", "");
        let other = report(
            QuoteKind::Direct,
            "We keep the bridge closed and we will inspect all of the bolts first, one after another.",
            "",
            "",
        );
        assert_eq!(most_verbatim(&[&indirect]), None);
        assert_eq!(most_verbatim(&[&indirect, &direct]), Some(1));
        assert_eq!(most_verbatim(&[&indirect, &direct, &other, &longer]), Some(3));
    }
}
