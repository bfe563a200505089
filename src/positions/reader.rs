//! Reading one quote: which rules fire, what makes it conditional, and what that says together.

use super::lexicon::{Element, LEXICON, Literal, Pattern};
use super::{Position, Stance};
use crate::models::text::Span;
use crate::statements::words::{PlainWord, read_plain_words};

/// How many words a gap spans at most.
const GAP: usize = 3;
/// How many words before a pattern a negation may stand.
const NEGATION_REACH: usize = 3;
/// How many words at most lie between a pattern and the plan.
const NEAR: usize = 14;
/// A text has to say so much for one stance.
const ENOUGH: f32 = 0.7;

/// A rule that fired.
#[derive(Debug, Clone, PartialEq)]
struct Hit {
    start: usize,
    end: usize,
    stance: Stance,
    weight: f32,
    why: String,
}

pub fn read(text: &str, about: &[Span], others: &[Span]) -> Option<Position> {
    let words = read_plain_words(text);
    let plan = plan_words(&words, about);
    let sentences = sentences_about(&words, &plan);
    let hits = hits(&words, &plan, others, &sentences);
    let conditions = conditions(&words, &sentences);
    judge(&words, &hits, &conditions)
}

/// Which words name the plan: the given ones; where none is given, the nouns for one.
fn plan_words(words: &[PlainWord], about: &[Span]) -> Vec<bool> {
    let named = |word: &PlainWord| about.iter().any(|span| span.start <= word.start && word.end <= span.end);
    let noun = |word: &PlainWord| LEXICON.plan_nouns.contains(&word.stem);
    // "Other proposals" are not this one.
    let other = |at: usize| {
        at > 0 && matches!(words[at - 1].form.as_str(), "other" | "another" | "previous" | "earlier" | "former")
    };
    words
        .iter()
        .enumerate()
        .map(|(at, word)| if about.is_empty() { noun(word) && !other(at) } else { named(word) })
        .collect()
}

/// The sentences about the plan: those that name it, and the next one where it goes on with "it" or "this".
///
/// What is said of something else does not count: a speaker may reject the plans of others in the sentence after next.
fn sentences_about(words: &[PlainWord], plan: &[bool]) -> Vec<(usize, usize)> {
    let mut about = Vec::new();
    let mut was_named = false;
    for (from, to) in sentences(words) {
        let names = plan[from..to].contains(&true);
        let goes_on = || {
            words[from..to]
                .iter()
                .any(|word| LEXICON.anaphors.contains(&word.form) || LEXICON.plan_nouns.contains(&word.stem))
        };
        if names || (was_named && goes_on()) {
            about.push((from, to));
        }
        was_named = names;
    }
    about
}

/// Where the sentences begin and end, in words.
fn sentences(words: &[PlainWord]) -> Vec<(usize, usize)> {
    let starts: Vec<usize> = (0..words.len()).filter(|at| *at == 0 || words[*at].opens_sentence).collect();
    let ends = starts.iter().skip(1).copied().chain([words.len()]);
    starts.iter().copied().zip(ends).collect()
}

/// The rules that fire; where they overlap the heaviest, then the longest. In reading order.
fn hits(words: &[PlainWord], plan: &[bool], others: &[Span], sentences: &[(usize, usize)]) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    for &(from, to) in sentences {
        let sentence = &words[..to];
        for (start, rule) in (from..to).flat_map(|start| LEXICON.rules.iter().map(move |rule| (start, rule))) {
            let Some(end) = rule.patterns.iter().filter_map(|pattern| end_of(pattern, sentence, plan, start)).max()
            else {
                continue;
            };
            let is_negated = rule.negatable && is_negated(words, from, start);
            let (stance, weight) = match (rule.stance, is_negated) {
                (Stance::Supports, true) => (Stance::Opposes, rule.weight),
                (Stance::Opposes, true) => (Stance::Supports, rule.weight * 0.7),
                (stance, _) => (stance, rule.weight),
            };
            let near = &words[start.saturating_sub(NEAR).max(from)..(end + NEAR).min(to)];
            let first = start.saturating_sub(NEAR).max(from);
            let is_near =
                near.iter().enumerate().any(|(at, word)| plan[first + at] || LEXICON.anaphors.contains(&word.form));
            if !is_near || is_of_others(words, from, start, others) {
                continue;
            }
            let why = if is_negated { format!("not:{}", rule.name) } else { rule.name.clone() };
            hits.push(Hit { start, end, stance, weight, why });
        }
    }
    hits.sort_by(|x, y| {
        y.weight.total_cmp(&x.weight).then((y.end - y.start).cmp(&(x.end - x.start))).then(x.start.cmp(&y.start))
    });
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        // "not accept" is no acceptance, "nothing against" no opposition: what a heavier pattern covers says nothing
        // more.
        if !kept.iter().any(|other| other.start < hit.end && hit.start < other.end) {
            kept.push(hit);
        }
    }
    kept.sort_by_key(|hit| hit.start);
    kept
}

/// Where a pattern that begins at a word ends.
fn end_of(pattern: &[Element], words: &[PlainWord], plan: &[bool], start: usize) -> Option<usize> {
    let Some((first, rest)) = pattern.split_first() else { return Some(start) };
    match first {
        Element::Gap => (0..=GAP).find_map(|skipped| end_of(rest, words, plan, start + skipped)),
        Element::Plan => {
            // "the new safe zones" names it from the article on.
            let named = (start..words.len().min(start + 4)).find(|at| plan.get(*at).copied().unwrap_or(false))?;
            let end = (named..words.len()).find(|at| !plan.get(*at).copied().unwrap_or(false)).unwrap_or(words.len());
            end_of(rest, words, plan, end)
        }
        Element::Word { any, optional } => {
            let matches = |word: &&PlainWord| {
                any.iter().any(|literal| match literal {
                    Literal::Form(form) => word.form == *form,
                    Literal::Stem(stem) => word.stem == *stem || (stem == "not" && word.form.ends_with("n't")),
                })
            };
            match words.get(start).filter(matches) {
                Some(_) => end_of(rest, words, plan, start + 1),
                None if *optional => end_of(rest, words, plan, start),
                None => None,
            }
        }
    }
}

/// The words before a hit, the nearest first, as far back as a negation reaches.
fn before(words: &[PlainWord], from: usize, start: usize) -> impl Iterator<Item = &PlainWord> {
    words[from..start].iter().rev().take(NEGATION_REACH)
}

fn is_negated(words: &[PlainWord], from: usize, start: usize) -> bool {
    let negates = |word: &PlainWord| LEXICON.negations.contains(&word.form) || word.form.ends_with("n't");
    // "not, I believe, a mistake" is rare; "if not, we support it" is not.
    !words[start].follows_break && before(words, from, start).take_while(|word| word.form != "but").any(negates)
}

/// Whether the words before a hit name somebody else as who thinks so: "Washington supports the plan".
fn is_of_others(words: &[PlainWord], from: usize, start: usize, others: &[Span]) -> bool {
    let names = |word: &PlainWord| others.iter().any(|span| span.start <= word.start && word.end <= span.end);
    before(words, from, start).any(names)
}

/// A condition: its words, and whether a word such as "must" makes it one.
#[derive(Debug, Clone, Copy)]
struct Condition {
    start: usize,
    end: usize,
}

/// What makes the stance conditional; not overlapping, in reading order.
fn conditions(words: &[PlainWord], sentences: &[(usize, usize)]) -> Vec<Condition> {
    let mut found: Vec<Condition> = Vec::new();
    for &(from, to) in sentences {
        let sentence = &words[..to];
        for start in from..to {
            if found.last().is_some_and(|last| start < last.end) || is_no_condition(words, from, start) {
                continue;
            }
            let opened = |pattern: &Pattern| end_of(pattern, sentence, &[], start);
            let Some(opening) = LEXICON.conditions.iter().filter_map(opened).max() else { continue };
            let end = clause_end(words, start, opening, from, to);
            // "if" alone is no condition.
            if end > start + 1 {
                found.push(Condition { start, end });
            }
        }
    }
    found
}

/// "asked if", "as if", "even if", "what if" and "no longer subject to" set no condition.
fn is_no_condition(words: &[PlainWord], from: usize, start: usize) -> bool {
    let before = start.checked_sub(1).filter(|at| *at >= from).map(|at| words[at].form.as_str());
    let opens_question = words[start].form == "until" && before == Some("not");
    let reported = words[start].form == "if"
        && matches!(
            before,
            Some(
                "as" | "even" | "what" | "asked" | "ask" | "know" | "see" | "wonder" | "doubt" | "unclear" | "whether"
            )
        );
    let provided = words[start].form == "provided"
        && words.get(start + 1).is_some_and(|next| matches!(next.form.as_str(), "by" | "with" | "for" | "to" | "in"));
    // Whoever hears of it "only after the fact" asks for nothing.
    let after_the_fact = words[start].form == "only"
        && ["after", "the", "fact"].iter().zip(&words[start + 1..]).filter(|(form, word)| word.form == **form).count()
            == 3;
    opens_question || reported || provided || after_the_fact || matches!(before, Some("than"))
}

/// A condition ends with its clause: at the mark that closes it.
fn clause_end(words: &[PlainWord], start: usize, opening: usize, from: usize, to: usize) -> usize {
    // One that opens its sentence ends where the main clause begins; one that follows may hold commas of its own lists.
    let opens = start <= from + 1;
    let subject = |at: usize| {
        matches!(
            words[at].form.as_str(),
            "we" | "i"
                | "then"
                | "it"
                | "this"
                | "they"
                | "he"
                | "she"
                | "there"
                | "but"
                | "the"
                | "our"
                | "russia"
                | "moscow"
        )
    };
    let stops = |at: &usize| {
        let word = &words[*at];
        word.follows_break
            && (opens
                || matches!(word.form.as_str(), "but" | "and" | "otherwise" | "then" | "because" | "which" | "so")
                || subject(*at)
                || word.follows_stop)
    };
    (opening.max(start + 1)..to).find(stops).unwrap_or(to)
}

fn judge(words: &[PlainWord], hits: &[Hit], conditions: &[Condition]) -> Option<Position> {
    let inside =
        |hit: &Hit| conditions.iter().any(|condition| condition.start <= hit.start && hit.end <= condition.end);
    let sum = |stance: Stance| {
        hits.iter().filter(|hit| hit.stance == stance && !inside(hit)).map(|hit| hit.weight).sum::<f32>()
    };
    let (supports, mut opposes) = (sum(Stance::Supports), sum(Stance::Opposes));
    let (neutral, asks) = (sum(Stance::Neutral), sum(Stance::SeeksClarification));
    // "cannot vote for it unless": the refusal is the condition's other side.
    let turned = conditions.iter().any(|condition| matches!(words[condition.start].form.as_str(), "unless" | "until"));
    let refusals = hits.iter().filter(|hit| {
        hit.stance == Stance::Opposes && !inside(hit) && (hit.why == "will_not_have_it" || hit.why.starts_with("not:"))
    });
    let refused: f32 = refusals.map(|hit| hit.weight).sum();
    let for_it = if turned { supports.max(refused) } else { supports };
    if turned {
        opposes -= refused;
    }
    let conditional = !conditions.is_empty();
    let (stance, strength, against) = if neutral >= ENOUGH && neutral >= supports.max(opposes) {
        (Stance::Neutral, neutral, supports.max(opposes))
    } else if asks >= ENOUGH && asks >= supports.max(opposes) {
        (Stance::SeeksClarification, asks, supports.max(opposes))
    } else if opposes >= ENOUGH && opposes > for_it {
        (Stance::Opposes, opposes, for_it)
    } else if for_it >= ENOUGH && for_it > opposes {
        (if conditional { Stance::SupportsWithConditions } else { Stance::Supports }, for_it, opposes)
    } else if conditional && opposes == 0.0 && conditions.iter().any(|condition| is_demand(words, condition)) {
        // Who says on what terms a plan can be had does not refuse it.
        (Stance::SupportsWithConditions, 0.6, 0.0)
    } else {
        return None;
    };
    let why = hits.iter().filter(|hit| !inside(hit)).map(|hit| hit.why.clone());
    let mut why: Vec<String> =
        why.chain(conditions.iter().map(|condition| format!("condition:{}", words[condition.start].form))).collect();
    why.dedup();
    let shown = matches!(stance, Stance::SupportsWithConditions | Stance::Opposes);
    let spans = conditions
        .iter()
        .map(|condition| Span { start: words[condition.start].start, end: words[condition.end - 1].end });
    Some(Position {
        stance,
        conditions: if shown { spans.collect() } else { Vec::new() },
        confidence: 1.0 / (1.0 + (-(1.6 * (strength - against) - 0.2)).exp()),
        why,
    })
}

/// Whether a condition is said of the plan itself: "must be agreed with", "would require", "only with", not a mere
/// "if".
fn is_demand(words: &[PlainWord], condition: &Condition) -> bool {
    matches!(
        words[condition.start].form.as_str(),
        "must" | "should" | "need" | "needs" | "require" | "requires" | "required" | "only"
    )
}
