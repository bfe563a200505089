//! Why a quote was found, in words, and how probable it is, computed from those words.
//!
//! The probability is a logistic regression: every reason has a weight in `data/lexicon/confidence.toml`, the weights are added
//! up, and the logistic function makes a probability of the sum. `tests/eval/calibrate` fits the weights.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::answers::Answer;
use super::lexicon::class;
use super::quotes::{Link, Raw};
use super::source::Source;
use super::tokens::{self, Token};
use crate::models::text::{QuoteKind, ResolvedBy};

const WEIGHTS: &str = include_str!("../../data/lexicon/confidence.toml");

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    // The file is compiled in and a test reads it. Without it every quote would be as probable as not.
    toml::from_str(WEIGHTS).unwrap_or_default()
});

/// Sentences with more tokens than this are long.
const LONG_SENTENCE: usize = 45;
/// Lengths of a content in tokens: up to so many, and what that is called.
const LENGTHS: [(usize, &str); 5] =
    [(2, "length:1-2"), (5, "length:3-5"), (10, "length:6-10"), (20, "length:11-20"), (40, "length:21-40")];

/// The weights, in logits.
#[derive(Debug, Default, Deserialize)]
struct Model {
    intercept: f64,
    /// By reason; `cue:*` stands for every cue that has no weight of its own.
    weights: FxHashMap<String, f64>,
}

impl Model {
    fn weight(&self, reason: &str) -> f64 {
        let any_cue = || self.weights.get("cue:*").filter(|_| reason.starts_with("cue:"));
        self.weights.get(reason).or_else(any_cue).copied().unwrap_or_default()
    }
}

/// The reasons for a quote: the rules that found it, its marks, its cue, how its speaker was resolved, and what else makes it
/// likely or doubtful.
pub fn reasons(source: &Source, tokens: &[Token], raw: &Raw, answer: &Answer, has_day: bool) -> Vec<String> {
    let mut why: Vec<&str> = raw.rules.clone();
    if raw.kind != QuoteKind::Indirect {
        why.push(if raw.open { "unclosed_marks" } else { "closed_marks" });
    }
    why.push(speaker(answer));
    why.extend(answer.who.as_ref().and_then(|resolved| resolved.doubt));
    if answer.who.is_none() && names_pronoun(tokens, raw) {
        why.push("open_pronoun");
    }
    let length: usize = raw.segments.iter().map(|&(first, last, _)| last.saturating_sub(first)).sum();
    why.push(LENGTHS.iter().find(|(most, _)| length <= *most).map_or("length:41-", |(_, name)| name));
    if raw.segments.len() > 1 {
        why.push("several_segments");
    }
    if raw.sentence.1.saturating_sub(raw.sentence.0) > LONG_SENTENCE {
        why.push("long_sentence");
    }
    if has_day {
        why.push("day_told");
    }
    if !has_verb(tokens, raw) {
        why.push("no_verb");
    }
    let mut why: Vec<String> = why.into_iter().map(str::to_owned).collect();
    if let Some((first, last)) = raw.cue {
        let words: Vec<String> = tokens[first..last].iter().map(|token| tokens::lower(source, token)).collect();
        why.push(format!("cue:{}", words.join(" ")));
    }
    why
}

fn speaker(answer: &Answer) -> &'static str {
    match answer.who.as_ref().map(|resolved| resolved.by) {
        Some(ResolvedBy::Name) => "speaker:name",
        Some(ResolvedBy::Alias) => "speaker:alias",
        Some(ResolvedBy::Surname) => "speaker:surname",
        Some(ResolvedBy::Descriptor) => "speaker:descriptor",
        Some(ResolvedBy::Pronoun) => "speaker:pronoun",
        Some(ResolvedBy::Continuation) => "speaker:continuation",
        Some(ResolvedBy::Review) => "speaker:review",
        None => answer.reason,
    }
}

fn names_pronoun(tokens: &[Token], raw: &Raw) -> bool {
    matches!(raw.link, Link::Mention(first, _) if tokens.get(first).is_some_and(|token| token.is(class::SUBJECT_PRONOUN)))
}

fn has_verb(tokens: &[Token], raw: &Raw) -> bool {
    let mut content = raw.segments.iter().filter_map(|&(first, last, _)| tokens.get(first..last)).flatten();
    content.any(|token| token.is(class::AUXILIARY | class::FINITE_VERB | class::MODAL))
}

/// The estimated probability that content and speaker of a quote are both right, with two digits.
pub fn probability(kind: QuoteKind, why: &[String], nested: bool) -> f32 {
    let model = &*MODEL;
    let kind = match kind {
        QuoteKind::Direct => "kind:direct",
        QuoteKind::Indirect => "kind:indirect",
        QuoteKind::Mixed => "kind:mixed",
    };
    let nested = if nested { model.weight("nested") } else { 0.0 };
    let reasons: f64 = why.iter().map(|reason| model.weight(reason)).sum();
    let probability = 1.0 / (1.0 + (-(model.intercept + model.weight(kind) + nested + reasons)).exp());
    // Nothing is certain.
    ((probability * 100.0).round() / 100.0).clamp(0.01, 0.99) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_are_read() {
        let model: Model = toml::from_str(WEIGHTS).unwrap();
        assert!(model.intercept.is_finite() && model.intercept.abs() < 10.0);
        assert!(model.weights.len() >= 20, "{} weights", model.weights.len());
        for (reason, weight) in &model.weights {
            assert!(weight.is_finite() && weight.abs() < 10.0, "{reason}: {weight}");
        }
        assert!(model.weights.contains_key("cue:*"));
        assert!((MODEL.intercept - model.intercept).abs() < 1e-12);
    }

    #[test]
    fn a_plain_quotation_is_surer_than_a_vague_one() {
        let probability = |kind, why: &[&str]| {
            let why: Vec<String> = why.iter().map(|reason| (*reason).to_owned()).collect();
            super::probability(kind, &why, false)
        };
        let plain = ["quote_before", "closed_marks", "speaker:surname", "length:11-20", "cue:said"];
        let vague = ["clause_after", "no_speaker", "length:1-2", "long_sentence", "no_verb", "cue:mumbled"];
        let (plain, vague) = (probability(QuoteKind::Direct, &plain), probability(QuoteKind::Indirect, &vague));
        assert!(plain > 0.85 && vague < 0.75 && vague > 0.0, "{plain} and {vague}");
    }
}
