//! Two wordings side by side: what they share, what each has that the other lacks, and what they say in other words.

use super::matching::{Likeness, Pair, likeness, pair_words};
use super::words::{Word, read_words};
use crate::models::text::Span;

/// What a stretch of two texts is to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DifferenceKind {
    /// The same words.
    Same,
    /// Other words at the same place: another form, a synonym, or a passage put differently.
    OtherWords,
    /// The same or like words at another place.
    Moved,
    /// Only the first text has it.
    OnlyA,
    /// Only the second text has it.
    OnlyB,
}

/// A stretch of one text and what stands for it in the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What the stretches are to each other.
    pub kind: DifferenceKind,
    /// In characters of the first text; `None` where it has nothing.
    pub a: Option<Span>,
    /// In characters of the second text; `None` where it has nothing.
    pub b: Option<Span>,
}

/// The alignment of two texts.
///
/// Every word of either stands in exactly one difference. They are in the order of the first text, with what only the
/// second has where it stands there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alignment {
    /// The stretches.
    pub differences: Vec<Difference>,
}

impl Alignment {
    /// The same, seen from the other text.
    #[must_use]
    pub fn swapped(self) -> Self {
        Self { differences: in_reading_order(self.differences.into_iter().map(swap).collect()) }
    }
}

fn swap(difference: Difference) -> Difference {
    let kind = match difference.kind {
        DifferenceKind::OnlyA => DifferenceKind::OnlyB,
        DifferenceKind::OnlyB => DifferenceKind::OnlyA,
        other => other,
    };
    Difference { kind, a: difference.b, b: difference.a }
}

fn order_key(difference: &Difference) -> (usize, usize) {
    let at = |span: Option<Span>| span.map_or(usize::MAX, |span| span.start);
    (at(difference.a), at(difference.b))
}

/// Those with words of the first text in its order; each of the others after what precedes it in the second.
fn in_reading_order(differences: Vec<Difference>) -> Vec<Difference> {
    let (mut only_b, mut ordered): (Vec<_>, Vec<_>) =
        differences.into_iter().partition(|difference| difference.a.is_none());
    ordered.sort_by_key(order_key);
    only_b.sort_by_key(order_key);
    for difference in only_b {
        let Some(span) = difference.b else { continue };
        // What was moved stands elsewhere: it is no neighbour.
        let before = ordered.iter().enumerate().filter(|(_, other)| other.kind != DifferenceKind::Moved);
        let at = before
            .filter(|(_, other)| other.b.is_some_and(|other| other.end <= span.start))
            .map(|(at, _)| at + 1)
            .max();
        ordered.insert(at.unwrap_or(0), difference);
    }
    ordered
}

/// Aligns two texts word by word.
///
/// Deterministic, and the same whichever comes first. Time grows with the product of the numbers of words; of a text of
/// more than 600 words, what follows is left out of the comparison.
///
/// ```
/// use onrecord::statements::{DifferenceKind, align};
///
/// let a = "The bridge will stay closed until May.";
/// let b = "the old bridge would remain closed";
/// let kinds: Vec<_> = align(a, b).differences.iter().map(|difference| difference.kind).collect();
/// use DifferenceKind::{OnlyA, OnlyB, OtherWords, Same};
/// assert_eq!(kinds, [Same, OnlyB, Same, OtherWords, Same, OnlyA]);
/// ```
#[must_use]
pub fn align(a: &str, b: &str) -> Alignment {
    // One way round only, whatever the order they come in: so it is the same from both sides.
    if a <= b {
        align_words(&read_words(a), &read_words(b))
    } else {
        align_words(&read_words(b), &read_words(a)).swapped()
    }
}

fn align_words(a: &[Word], b: &[Word]) -> Alignment {
    let anchors = anchors(a, b);
    let moved = moved(a, b, &anchors);
    let mut differences = Vec::new();
    let (mut at_a, mut at_b) = (0, 0);
    let ends = [(a.len(), b.len(), None)];
    for (next_a, next_b, kind) in anchors.iter().map(|anchor| (anchor.0, anchor.1, Some(anchor.2))).chain(ends) {
        gap(a, b, (at_a, next_a), (at_b, next_b), &moved, &mut differences);
        if let Some(likeness) = kind {
            let kind = if likeness == Likeness::Same { DifferenceKind::Same } else { DifferenceKind::OtherWords };
            let goes_on = (at_a, at_b) == (next_a, next_b);
            push(&mut differences, kind, Some(span(a, next_a, next_a + 1)), Some(span(b, next_b, next_b + 1)), goes_on);
        }
        (at_a, at_b) = (next_a + 1, next_b + 1);
    }
    for run in moved_runs(&moved) {
        let (first, last) = (run[0], run[run.len() - 1]);
        differences.push(Difference {
            kind: DifferenceKind::Moved,
            a: Some(span(a, first.a, last.a + 1)),
            b: Some(span(b, first.b, last.b + 1)),
        });
    }
    Alignment { differences: in_reading_order(differences) }
}

fn span(words: &[Word], start: usize, end: usize) -> Span {
    Span { start: words[start].start, end: words[end - 1].end }
}

/// Appends a stretch, or lengthens the last one of the same words where it goes on from there.
fn push(differences: &mut Vec<Difference>, kind: DifferenceKind, a: Option<Span>, b: Option<Span>, goes_on: bool) {
    if goes_on
        && kind == DifferenceKind::Same
        && let Some(last) = differences.last_mut().filter(|last| last.kind == kind)
        && let (Some(last_a), Some(last_b), Some(a), Some(b)) = (&mut last.a, &mut last.b, a, b)
    {
        (last_a.end, last_b.end) = (a.end, b.end);
        return;
    }
    differences.push(Difference { kind, a, b });
}

/// The pairs of words that stand in the same order in both texts and are worth most together.
fn anchors(a: &[Word], b: &[Word]) -> Vec<(usize, usize, Likeness)> {
    let worth = |i: usize, j: usize| -> u32 {
        let Some(likeness) = likeness(&a[i], &b[j]) else { return 0 };
        if a[i].is_function || b[j].is_function {
            return 12;
        }
        // Whole numbers, so that sums are exact.
        let weight = a[i].weight.min(b[j].weight).max(0.2);
        40 + (likeness.worth() * weight * 60.0) as u32
    };
    // best[i][j]: of the words from i and from j on. A match that goes on from the one before it is worth a little
    // more.
    let width = b.len() + 1;
    let mut best = vec![0_u32; (a.len() + 1) * width];
    let mut goes_on = vec![false; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let skip = best[(i + 1) * width + j].max(best[i * width + j + 1]);
            let own = worth(i, j);
            let with = if own == 0 {
                0
            } else {
                own + best[(i + 1) * width + j + 1] + if goes_on[(i + 1) * width + j + 1] { 6 } else { 0 }
            };
            best[i * width + j] = skip.max(with);
            goes_on[i * width + j] = own > 0 && with >= skip;
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut path = Vec::new();
    while i < a.len() && j < b.len() {
        if goes_on[i * width + j] {
            if let Some(likeness) = likeness(&a[i], &b[j]) {
                path.push((i, j, likeness));
            }
            (i, j) = (i + 1, j + 1);
        } else if best[(i + 1) * width + j] >= best[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    without_strays(a, b, path)
}

/// Leaves out matches of function words that do not stand by a match of content: "the" and "the" say nothing alone.
fn without_strays(a: &[Word], b: &[Word], path: Vec<(usize, usize, Likeness)>) -> Vec<(usize, usize, Likeness)> {
    let touches = |x: &(usize, usize, Likeness), y: &(usize, usize, Likeness)| y.0 - x.0 <= 2 && y.1 - x.1 <= 2;
    let mut keep: Vec<bool> = path.iter().map(|(i, j, _)| !a[*i].is_function && !b[*j].is_function).collect();
    for at in 1..path.len() {
        keep[at] |= keep[at - 1] && touches(&path[at - 1], &path[at]);
    }
    for at in (1..path.len()).rev() {
        keep[at - 1] |= keep[at] && touches(&path[at - 1], &path[at]);
    }
    // Texts of function words alone: "we will not" is all that there is.
    if !keep.contains(&true) {
        return path;
    }
    path.into_iter().zip(keep).filter_map(|(anchor, keep)| keep.then_some(anchor)).collect()
}

/// Words with content that correspond, but stand elsewhere.
fn moved(a: &[Word], b: &[Word], anchors: &[(usize, usize, Likeness)]) -> Vec<Pair> {
    let (mut rest_a, mut rest_b) = (a.to_vec(), b.to_vec());
    for (i, j, _) in anchors {
        rest_a[*i].weight = 0.0;
        rest_b[*j].weight = 0.0;
    }
    pair_words(&rest_a, &rest_b)
}

/// Moved words that stand side by side in both texts move together.
fn moved_runs(moved: &[Pair]) -> Vec<&[Pair]> {
    moved.chunk_by(|x, y| x.a + 1 == y.a && x.b + 1 == y.b).collect()
}

/// What lies between two anchors.
fn gap(a: &[Word], b: &[Word], in_a: (usize, usize), in_b: (usize, usize), moved: &[Pair], out: &mut Vec<Difference>) {
    let runs_a = runs(in_a, |at| moved.iter().any(|pair| pair.a == at));
    let runs_b = runs(in_b, |at| moved.iter().any(|pair| pair.b == at));
    let content =
        |words: &[Word], run: (usize, usize)| words[run.0..run.1].iter().filter(|word| !word.is_function).count();
    let are_other_words = |x: (usize, usize), y: (usize, usize)| {
        let (x, y) = (content(a, x), content(b, y));
        // Both say something, of about the same length; or neither does.
        (x == 0) == (y == 0) && x.max(y) <= 3 * x.min(y) && x.max(y) <= 12
    };
    for at in 0..runs_a.len().max(runs_b.len()) {
        match (runs_a.get(at), runs_b.get(at)) {
            (Some(x), Some(y)) if are_other_words(*x, *y) => {
                push(out, DifferenceKind::OtherWords, Some(span(a, x.0, x.1)), Some(span(b, y.0, y.1)), false);
            }
            (x, y) => {
                if let Some(x) = x {
                    push(out, DifferenceKind::OnlyA, Some(span(a, x.0, x.1)), None, false);
                }
                if let Some(y) = y {
                    push(out, DifferenceKind::OnlyB, None, Some(span(b, y.0, y.1)), false);
                }
            }
        }
    }
}

/// The stretches of a range without the words that are left out.
fn runs(range: (usize, usize), is_left_out: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in range.0..range.1 {
        if is_left_out(at) {
            continue;
        }
        match runs.last_mut().filter(|run| run.1 == at) {
            Some(run) => run.1 += 1,
            None => runs.push((at, at + 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(a: &str, b: &str) -> Vec<String> {
        let cut = |text: &str, span: Option<Span>| {
            span.map_or(String::new(), |span| text.chars().skip(span.start).take(span.end - span.start).collect())
        };
        let line = |difference: &Difference| {
            let mark = match difference.kind {
                DifferenceKind::Same => "=",
                DifferenceKind::OtherWords => "~",
                DifferenceKind::Moved => "^",
                DifferenceKind::OnlyA => "-",
                DifferenceKind::OnlyB => "+",
            };
            format!("{} {mark} {}", cut(a, difference.a), cut(b, difference.b)).trim().to_owned()
        };
        align(a, b).differences.iter().map(line).collect()
    }

    #[test]
    fn what_each_leaves_out_and_says_otherwise() {
        assert_eq!(
            shown(
                "We have asked the army for 120 soldiers and two more pumps.",
                "the town had requested 120 troops and a pair of additional pumps from the military"
            ),
            [
                "+ the town",
                "We -",
                "have ~ had",
                "asked ~ requested",
                "the -",
                "army ^ military",
                "for -",
                "120 = 120",
                "soldiers ~ troops",
                "and = and",
                "two more ~ a pair of additional",
                "pumps = pumps",
                "+ from the",
            ]
        );
    }

    #[test]
    fn nothing_is_compared_with_nothing() {
        assert_eq!(shown("", ""), Vec::<String>::new());
        assert_eq!(shown("", "A word"), ["+ A word"]);
        assert_eq!(shown("A word", "A word"), ["A word = A word"]);
    }
}
