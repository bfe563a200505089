//! The rules of `data/lexicon/stance.toml`, compiled once for the process.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Stance;
use crate::statements::words::stem_of;

const STANCE: &str = include_str!("../../data/lexicon/stance.toml");

/// The rules that every reading shares.
pub static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    // The file is compiled in and a test reads it. A broken one leaves every quote without a position.
    let file: StanceFile = toml::from_str(STANCE).unwrap_or_default();
    Lexicon::compile(&file)
});

/// The compiled rules.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// What speaks for a stance.
    pub rules: Vec<Rule>,
    /// What opens a condition.
    pub conditions: Vec<Pattern>,
    /// Stems of nouns for what a stance is about.
    pub plan_nouns: Vec<String>,
    /// Words that stand for the plan in the sentence after one that names it.
    pub anaphors: Vec<String>,
    /// Words that turn what follows into its opposite.
    pub negations: Vec<String>,
}

/// Patterns that speak for one stance.
#[derive(Debug)]
pub struct Rule {
    /// Goes into `why`.
    pub name: String,
    /// What it speaks for.
    pub stance: Stance,
    /// How much.
    pub weight: f32,
    /// Whether a negation before it turns it round.
    pub negatable: bool,
    /// The patterns.
    pub patterns: Vec<Pattern>,
}

/// A pattern: one element after another.
pub type Pattern = Vec<Element>;

/// An element of a pattern.
#[derive(Debug, PartialEq)]
pub enum Element {
    /// One of these words; or nothing, if it is optional.
    Word {
        /// The words.
        any: Vec<Literal>,
        /// Whether it may be absent.
        optional: bool,
    },
    /// The zone or proposal.
    Plan,
    /// Up to three words.
    Gap,
}

/// A word of a pattern.
#[derive(Debug, PartialEq)]
pub enum Literal {
    /// This form.
    Form(String),
    /// Any form with this stem.
    Stem(String),
}

#[derive(Debug, Default, Deserialize)]
struct StanceFile {
    plan_nouns: String,
    anaphors: String,
    negations: String,
    conditions: Vec<String>,
    rule: Vec<RuleLine>,
}

#[derive(Debug, Deserialize)]
struct RuleLine {
    name: String,
    stance: Stance,
    weight: f32,
    #[serde(default = "yes")]
    negatable: bool,
    patterns: Vec<String>,
}

fn yes() -> bool {
    true
}

impl Lexicon {
    fn compile(file: &StanceFile) -> Self {
        let rules = file.rule.iter().map(|line| Rule {
            name: line.name.clone(),
            stance: line.stance,
            weight: line.weight,
            negatable: line.negatable,
            patterns: line.patterns.iter().map(|text| pattern(text)).collect(),
        });
        Self {
            rules: rules.collect(),
            conditions: file.conditions.iter().map(|text| pattern(text)).collect(),
            plan_nouns: file.plan_nouns.split_whitespace().map(stem_of).collect(),
            anaphors: file.anaphors.split_whitespace().map(str::to_owned).collect(),
            negations: file.negations.split_whitespace().map(str::to_owned).collect(),
        }
    }
}

fn pattern(text: &str) -> Pattern {
    let element = |part: &str| match part {
        "*" => Element::Gap,
        "{plan}" => Element::Plan,
        _ => {
            let (words, optional) = part.strip_suffix('?').map_or((part, false), |words| (words, true));
            let literal = |word: &str| match word.strip_prefix('=') {
                Some(form) => Literal::Form(form.to_owned()),
                None => Literal::Stem(stem_of(word)),
            };
            Element::Word { any: words.split('|').map(literal).collect(), optional }
        }
    };
    text.split_whitespace().map(element).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read() {
        let file: StanceFile = toml::from_str(STANCE).unwrap();
        let lexicon = Lexicon::compile(&file);
        assert!(lexicon.rules.len() >= 12 && !lexicon.conditions.is_empty());
        for rule in &lexicon.rules {
            assert!(rule.stance != Stance::SupportsWithConditions, "conditions are read by themselves: {}", rule.name);
            for pattern in &rule.patterns {
                assert!(
                    matches!(pattern.first(), Some(Element::Word { optional: false, .. } | Element::Plan)),
                    "{}",
                    rule.name
                );
            }
        }
    }
}
