"""The figures as tables: how sure the extractor says it is beside how often it is right, and the page for people."""
import collections
import dataclasses

import mistakes
import scoring
import sets

BINS = 10
# What people who annotate the same articles reach against each other: 20 articles of PolNeAR, five or six annotators each.
PEOPLE = {
    "overlap F1": 0.73,
    "joint F1": 0.68,
    "recall of direct": 0.96,
    "recall of mixed": 0.84,
    "recall of indirect": 0.67,
    "speaker": 0.93,
}
COLUMNS = [
    "overlap P", "overlap R", "overlap F1", "joint F1", "recall of direct", "recall of indirect", "recall of mixed", "speaker", "actor",
]


@dataclasses.dataclass
class Measurement:
    """What was measured on a set."""

    measured: sets.Set
    figures: scoring.Figures
    # How many days were right, wrong, missed, invented.
    days: dict | None
    mistakes: collections.Counter
    # (confidence, whether right) of every quote, where those are not the program's own: see `calibration.held_out`.
    held_out: list | None = None

    def trials(self):
        return self.held_out or self.figures.trials


def reliability(trials):
    """For each bin: how many quotes, how sure on average, and the share that is right."""
    bins = [[] for _ in range(BINS)]
    for confidence, right in trials:
        bins[min(int(confidence * BINS + 1e-9), BINS - 1)].append((confidence, right))
    return [
        (len(found), sum(confidence for confidence, _ in found) / len(found), sum(right for _, right in found) / len(found))
        if found
        else (0, None, None)
        for found in bins
    ]


def calibration_error(trials):
    """By how much a bin's confidence and its share that is right differ, weighted by the number of quotes in it."""
    rows = [row for row in reliability(trials) if row[0]]
    return sum(number * abs(sure - right) for number, sure, right in rows) / max(len(trials), 1)


def print_reliability(measurements):
    print("\nHow often a quote with this confidence has its content and its speaker right:")
    for measurement in measurements:
        trials = measurement.trials()
        told = ", cross-validated" if measurement.held_out else ""
        print(f"  {measurement.measured.name}{told}: {len(trials)} quotes, expected calibration error {calibration_error(trials):.3f}")
        if measurement.measured.totals_only:
            continue
        for at, (number, sure, right) in enumerate(reliability(trials)):
            if number:
                print(f"    {at / BINS:.1f} to {(at + 1) / BINS:.1f}   {number:5}   said {sure:.2f}   right {right:.2f}")


def cell(value):
    return "–" if value is None else f"{value:.2f}"


def table(head, rows):
    lines = ["| " + " | ".join(row) + " |" for row in [head, *rows]]
    lines.insert(1, "|" + "---|" * len(head))
    return "\n".join(lines)


def page(measurements):
    """The page for people, in Markdown."""
    figures = [
        [measurement.measured.title, str(measurement.figures.known)]
        + [cell(measurement.figures.flat().get(name)) for name in COLUMNS]
        for measurement in measurements
    ]
    figures.append(["*People against people, PolNeAR*", "–"] + [cell(PEOPLE.get(name)) for name in COLUMNS])
    seen = [measurement for measurement in measurements if not measurement.measured.totals_only]
    counts = sum((measurement.mistakes for measurement in seen), collections.Counter())
    return TEMPLATE.format(
        figures=table(["set", "quotes", "P", "R", "F1", "F1 with speaker", "direct", "indirect", "mixed", "speaker", "actor"], figures),
        sources="\n".join(f"- **{m.measured.title}**: {m.measured.source}." for m in measurements),
        days="\n".join(
            f"- {m.measured.title}: of {sum(m.days.values())} days, "
            f"{m.days['right']} right, {m.days['wrong']} wrong, {m.days['missed']} missed, {m.days['invented']} where the text names none."
            for m in measurements
            if m.days
        ),
        nested="\n".join(
            f"- {m.measured.title}: {m.figures.nested.right} of {m.figures.nested.of} quotes inside another speaker's words."
            for m in measurements
            if m.figures.nested.of
        ),
        reliability=reliability_table(seen),
        errors="\n".join(
            f"- {m.measured.title}: {calibration_error(m.trials()):.3f}." for m in measurements
        ),
        mistakes="\n".join(
            f"{number}. **{mistakes.KINDS[kind].what}** ({count}).\n   *{mistakes.KINDS[kind].example}*"
            for number, (kind, count) in enumerate(counts.most_common(10), 1)
        ),
    )


def reliability_table(measurements):
    columns = [reliability(measurement.trials()) for measurement in measurements]
    rows = []
    for at in range(BINS):
        row = [f"{at / BINS:.1f} – {(at + 1) / BINS:.1f}"]
        for column in columns:
            number, sure, right = column[at]
            row += [str(number), cell(sure), cell(right)]
        rows.append(row)
    head = ["confidence"]
    for measurement in measurements:
        head += [f"{measurement.measured.short}: quotes", "said", "right"]
    return table(head, rows)


TEMPLATE = """<!-- Written by `tests/eval/run --page docs/accuracy.md PROGRAM FOLDER`; do not edit. -->

# How accurate the extractor is

A quote counts as found where its content covers at least 0.8 of what a reader marked and it together (intersection over union
of the characters, without white space, quotation marks and outer punctuation). *P*, *R* and *F1* are precision, recall and
their harmonic mean over all quotes; *F1 with speaker* asks for the right speaker too. *direct*, *indirect* and *mixed* are the
shares of the known quotes of that kind that are found. *speaker* is the share of the found quotes whose speaker's mention is
right, *actor* the share whose actor is.

{figures}

{sources}

PolNeAR and GUM mark attributions of every sort; beliefs, plans and what a document says are left out here on both sides. The
last row is what careful readers reach: people who annotated the same PolNeAR articles, compared with each other in the same
way. An extractor cannot be expected to agree with one of them more than they agree among themselves.

The test half of our own articles is read by nobody who changes the extractor; its figures are taken at the end of a change.
It was renewed in November 2026: what stood there before is part of the development half now.

## Days and nested quotes

Where the attribution names the day of the saying ("on Monday"), over the quotes that are found:

{days}

{nested}

## How sure it is

`confidence` is the estimated probability that a quote's content **and** its speaker are both right. How it is made stands in
[extraction.md](extraction.md). For each tenth: how many quotes, the mean confidence, and the share that is right. Our own articles
helped to fit the weights: their confidence is that of models which had not seen the article.

{reliability}

The expected calibration error (how far the two are apart, weighted by the number of quotes):

{errors}

## What goes wrong most

Counted by machine over the sets above, without the test half. The examples are made up; \\[ \\] enclose what a reader marks, {{ }}
what the extractor takes.

{mistakes}
"""
