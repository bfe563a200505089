//! What holds for statements and positions whatever the texts.

use onrecord::models::text::{QuoteKind, Span};
use onrecord::positions::read_position;
use onrecord::statements::{
    Constraints, Days, DifferenceKind, PreparedReport, Reading, Reason, Report, ReportId, Rules, StatementId, align,
    cluster, most_verbatim, provenance, score,
};
use proptest::prelude::*;

/// Words that meet, numbers, negations, marks; and whatever else there is.
fn text() -> impl Strategy<Value = String> {
    let words = "(the |We |not |no |plan|plans |deal|accord |forty-one |41 |half a million |U.S. |Russia |, |\\. |” |if |unless |zone |support |reject |don't |-|'s |12,5 |% ){0,25}";
    prop_oneof![3 => words, 1 => "\\PC{0,60}", 1 => any::<String>()]
}

fn report(id: u128, text: &str, kind: QuoteKind) -> Report {
    let day = Days::on(jiff::civil::date(2021, 1, 19));
    Report {
        id: ReportId(id),
        article: id % 3,
        outlet: format!("outlet {}", id % 3),
        speaker: "calder".to_owned(),
        text: text.to_owned(),
        kind,
        verbatim: vec![Span { start: 0, end: 3 }],
        said: Some(day),
        published: None,
        zones: Vec::new(),
        before: String::new(),
        after: String::new(),
    }
}

fn slices(text: &str, span: Span) -> bool {
    span.start < span.end && span.end <= text.chars().count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn an_alignment_covers_both_texts_in_order_and_is_the_same_from_both_sides(a in text(), b in text()) {
        let alignment = align(&a, &b);
        prop_assert_eq!(align(&b, &a).swapped(), alignment.clone());
        prop_assert_eq!(align(&a, &b), alignment.clone());
        for difference in &alignment.differences {
            prop_assert!(difference.a.is_none_or(|span| slices(&a, span)) && difference.b.is_none_or(|span| slices(&b, span)));
            let sides = (difference.a.is_some(), difference.b.is_some());
            let expected = match difference.kind {
                DifferenceKind::OnlyA => (true, false),
                DifferenceKind::OnlyB => (false, true),
                _ => (true, true),
            };
            prop_assert_eq!(sides, expected);
        }
        for side in [|d: &onrecord::statements::Difference| d.a, |d: &onrecord::statements::Difference| d.b] {
            let mut spans: Vec<Span> = alignment.differences.iter().filter_map(side).collect();
            spans.sort_unstable();
            prop_assert!(spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{:?}", spans);
        }
        let in_a: Vec<Span> = alignment.differences.iter().filter_map(|difference| difference.a).collect();
        prop_assert!(in_a.is_sorted());
    }

    #[test]
    fn a_text_is_aligned_with_itself(a in text()) {
        prop_assert!(align(&a, &a).differences.iter().all(|difference| difference.kind == DifferenceKind::Same && difference.a == difference.b));
    }

    #[test]
    fn a_score_is_a_probability_and_the_same_from_both_sides(a in text(), b in text()) {
        let (x, y) = (Reading::new(&a), Reading::new(&b));
        let found = score(&x, &y);
        prop_assert!((0.0..=1.0).contains(&found.probability) && (0.0..=1.0).contains(&found.cover));
        prop_assert!(found.parts.iter().all(|part| (0.0..=1.0).contains(&part.value)));
        prop_assert_eq!(found, score(&y, &x));
        let (first, second) = (report(1, &a, QuoteKind::Mixed), report(2, &b, QuoteKind::Direct));
        let copied = provenance(&first, &second);
        prop_assert_eq!(copied, provenance(&second, &first));
        prop_assert_eq!(most_verbatim(&[&first, &second]), Some(1));
    }

    #[test]
    fn a_position_has_spans_of_its_text(text in text(), start in 0..40_usize, end in 0..60_usize) {
        for about in [vec![], vec![Span { start, end }]] {
            if let Some(position) = read_position(&text, &about, &[Span { start: end, end: start }]) {
                prop_assert!((0.0..=1.0).contains(&position.confidence) && !position.why.is_empty());
                prop_assert!(position.conditions.iter().all(|span| slices(&text, *span)));
            }
        }
    }

    #[test]
    fn every_report_is_in_one_statement_and_decisions_hold(texts in prop::collection::vec(text(), 1..7), pair in (0..7_u128, 0..7_u128)) {
        let reports: Vec<PreparedReport> =
            texts.iter().enumerate().map(|(at, text)| PreparedReport::new(report(at as u128, text, QuoteKind::Direct))).collect();
        let decided = vec![(ReportId(pair.0), ReportId(pair.1))];
        let both = pair.0 != pair.1 && pair.0.max(pair.1) < texts.len() as u128;
        let together = Constraints { together: decided.clone(), ..Constraints::default() };
        let apart = Constraints { apart: decided, ..Constraints::default() };
        for (constraints, wanted) in [(together, true), (apart, false)] {
            let clusters = cluster(&reports, &constraints, &Rules::default());
            let mut all: Vec<usize> = clusters.iter().flat_map(|cluster| cluster.reports.clone()).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..texts.len()).collect::<Vec<_>>());
            let holds = |at: u128| clusters.iter().position(|cluster| cluster.reports.contains(&(at as usize)));
            if both {
                prop_assert_eq!(holds(pair.0) == holds(pair.1), wanted);
            }
        }
    }
}

const ARMY: [&str; 2] = [
    "We have asked the army for 120 soldiers and two more pumps.",
    "the town had requested 120 troops and a pair of additional pumps from the military",
];

#[test]
fn a_long_text_is_compared_in_bounded_time() {
    let a = "plan zone deal accord ".repeat(20_000);
    let b = "zone deal 41 forty-one ".repeat(20_000);
    let began = std::time::Instant::now();
    assert!(!align(&a, &b).differences.is_empty());
    let _ = score(&Reading::new(&a), &Reading::new(&b));
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}

#[test]
fn a_pinned_report_stays_where_it_was_put() {
    let reports: Vec<PreparedReport> =
        (0..2).map(|at| PreparedReport::new(report(at as u128, ARMY[at], QuoteKind::Direct))).collect();
    let together = cluster(&reports, &Constraints::default(), &Rules::default());
    assert_eq!(together.len(), 1);
    assert!(
        matches!(&together[0].reasons[..], [Reason::Likeness { report: ReportId(0), score }] if score.probability > 0.8)
    );

    let pinned = Constraints { pinned: [(ReportId(1), StatementId(77))].into(), ..Constraints::default() };
    let parted = cluster(&reports, &pinned, &Rules::default());
    assert_eq!(parted.iter().map(|cluster| cluster.id).collect::<Vec<_>>(), [StatementId(0), StatementId(77)]);
    assert_eq!(parted[1].reports, [1]);
}

#[test]
fn another_day_or_speaker_is_another_statement() {
    let on = |id: u128, day: i8, speaker: &str| {
        let said = Some(Days::on(jiff::civil::date(2021, 1, day)));
        PreparedReport::new(Report {
            said,
            speaker: speaker.to_owned(),
            ..report(id, ARMY[id as usize], QuoteKind::Direct)
        })
    };
    let statements = |reports: [PreparedReport; 2]| cluster(&reports, &Constraints::default(), &Rules::default()).len();
    assert_eq!(statements([on(0, 19, "calder"), on(1, 20, "calder")]), 1);
    assert_eq!(statements([on(0, 19, "calder"), on(1, 21, "calder")]), 2);
    assert_eq!(statements([on(0, 19, "calder"), on(1, 19, "brandt")]), 2);
    assert_eq!(statements([on(0, 19, ""), on(1, 19, "")]), 2);
}

#[test]
fn a_date_that_may_be_any_day_is_no_window() {
    let year = Days::of(jiff::civil::date(2021, 1, 1), onrecord::models::text::DatePrecision::Year);
    let vague = |id: u128| {
        PreparedReport::new(Report {
            said: None,
            published: Some(year),
            ..report(id, ARMY[id as usize], QuoteKind::Direct)
        })
    };
    assert_eq!(cluster(&[vague(0), vague(1)], &Constraints::default(), &Rules::default()).len(), 2);
}
