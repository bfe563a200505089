"""Kinds of mistakes, counted by machine, with an example of each that was made up for this project."""
import collections
import dataclasses
import re

import scoring


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of mistake: what goes wrong, and a sentence in which it could."""

    what: str
    example: str


# In an example, [ ] enclose what a reader marks and { } what the extractor takes.
KINDS = {
    "missed noun phrase": Kind(
        "A quote whose content is a noun phrase is missed",
        "The harbour master blamed [a rusted valve] for the leak.",
    ),
    "missed infinitive": Kind(
        "A promise, demand or refusal to do something is missed", "The ferrymen threatened [to stay in port]."
    ),
    "missed question": Kind(
        "A reported question or explanation is missed", "She did not hide [how tired the crew was], she wrote to them."
    ),
    "missed noun": Kind(
        "A quote that a noun introduces is missed", "There were complaints [that the new lamps hum]."
    ),
    "missed marks": Kind(
        "Words in quotation marks are missed", "A sign over the door, [“Knock twice”], was the owner's last joke."
    ),
    "missed without a cue": Kind(
        "A quote without a reporting word is missed",
        "Lund had it all planned. [The bridge would be painted green, the toll would go.]",
    ),
    "missed clause": Kind(
        "A clause after a rare reporting word is missed", "The notice board had it [that the well was dry again]."
    ),
    "too long": Kind(
        "The content ends too late",
        "Berg said {[the lock would open in May], a month after the ice had gone and the last barge was counted}.",
    ),
    "too short": Kind(
        "The content ends too early",
        "Berg said [{the lock would open in May}, and that boats of every size, rafts included, would be let through].",
    ),
    "early": Kind(
        "The content begins too early", "{The bridge, which cost a fortune, [is unsafe]}, Berg said."
    ),
    "late": Kind(
        "The content begins too late", "[For every boat that passes {the town loses a krone}], Berg said."
    ),
    "shifted": Kind(
        "Both borders of the content are wrong",
        "[The lock, Berg said {in the hall, would open] when the ice was gone}.",
    ),
    "merged": Kind(
        "Two quotes are taken for one",
        "Berg said {[the lock would open], and the pilots replied [they would believe it when they saw it]}.",
    ),
    "split": Kind(
        "One quote is taken for two", "[{“We open in May,”} Berg said, beaming, and took off his hat. {“All of it.”}]"
    ),
    "false marks": Kind(
        "Words in marks that nobody reports are taken for a quote", "The so-called {“winter fleet”} is two dinghies."
    ),
    "false inner": Kind(
        "A part of somebody's quote is taken for a quote of its own",
        "“[They keep saying {the ice is thick enough}, and nobody measures],” Berg said.",
    ),
    "false clause": Kind(
        "A clause that nobody uttered is taken for a quote", "The tide showed {that the old charts were right}."
    ),
    "false speaker none": Kind(
        "The speaker is not found", "The lock would open in May, according to [those who hold the keys]."
    ),
    "false speaker": Kind(
        "Somebody else is taken for the speaker",
        "Holm met [Berg], whose brother {Per Lund} runs the lock. It was, he said, a matter of days.",
    ),
    "false speaker some": Kind(
        "A speaker is found where the text names none", "{The report} was late. “Nobody reads it anyway.”"
    ),
}
INFINITIVE = re.compile(r"to\s")
QUESTION = re.compile(r"(?:what|why|how|who|whom|when|where|which|whether|if)\s", re.IGNORECASE)
DETERMINER = re.compile(r"(?:\b(?:a|an|the|his|her|its|their|no|any|of|this|that|these|some)|['’]s?)\s+(?:\w+\s+)?$", re.IGNORECASE)
FINITE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|may|might|must|shall|should|\w+ed|\w+n't)\b"
)
SHORT = 4


def of(records, answers, speech_only):
    """How often each kind was found in a set."""
    counts = collections.Counter()
    for record in records:
        answer = answers.get(str(record["id"]), {"quotes": []})
        asked, counted, document = scoring.compare(record, answer["quotes"], speech_only)
        counts.update(_of_one(document, list(asked), list(counted)))
    return counts


def _of_one(document, asked, counted):
    good = dict(document.overlapping())
    for at, other in good.items():
        if not scoring.speaker_is_right(document.known[at], document.found[other]):
            yield _speaker(document.known[at], document.found[other])
    near = {at: other for overlap, at, other in document.pairs if 0.2 <= overlap < scoring.ENOUGH}
    for at, other in near.items():
        yield _border(document, asked, counted, at, other)
    for at in asked:
        if at not in good and at not in near:
            yield _missed(document.text, document.known[at])
    taken = {*good.values(), *near.values()}
    for other in counted:
        if other not in taken:
            yield _false(document, asked, other)


def _speaker(known, found):
    if not known.get("speaker"):
        return "false speaker some"
    return "false speaker" if scoring.speaker_span(found) else "false speaker none"


def _border(document, asked, counted, at, other):
    known, found = document.known_characters[at], document.found_characters[other]

    def inside(smaller, larger):
        return len(smaller & larger) > 0.5 * len(smaller)

    if sum(inside(document.known_characters[index], found) for index in asked) > 1:
        return "merged"
    if sum(inside(document.found_characters[index], known) for index in counted) > 1:
        return "split"
    starts, ends = min(found) - min(known), max(found) - max(known)
    slack = 3
    if abs(starts) > slack and abs(ends) > slack:
        return "shifted"
    if abs(starts) > slack:
        return "early" if starts < 0 else "late"
    return "too long" if ends > 0 else "too short"


def _missed(text, known):
    words = " ".join(text[start:end] for start, end in known["content"])
    cue = known.get("cue")
    if known["type"] != "indirect":
        return "missed marks"
    if not cue:
        return "missed without a cue"
    if INFINITIVE.match(words):
        return "missed infinitive"
    if QUESTION.match(words):
        return "missed question"
    if DETERMINER.search(text[max(cue[0][0] - 30, 0) : cue[0][0]]):
        return "missed noun"
    return "missed clause" if FINITE.search(words) else "missed noun phrase"


def _false(document, asked, other):
    found, characters = document.found[other], document.found_characters[other]
    if any(characters <= document.known_characters[at] for at in asked):
        return "false inner"
    words = sum(len(document.text[segment["start"] : segment["end"]].split()) for segment in found["segments"])
    return "false marks" if found["kind"] != "indirect" and words <= SHORT else "false clause"
