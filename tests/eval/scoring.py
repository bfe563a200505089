"""How extracted quotes are compared with known ones.

What is compared is the set of characters of a quote, without white space, quotation marks and the punctuation at the ends of
its segments, so that a convention about commas does not decide. Two quotes overlap where the intersection of their sets is at
least 0.8 of the union. Each known quote is paired with one found quote at most, the best overlap first.

Knowns and answers are what `compile.py` and `onrecord extract --ndjson` print; offsets count Unicode scalar values.
"""
import dataclasses

ENOUGH = 0.8
AT_THE_ENDS = frozenset(" \t\r\n\u00a0\"'`“”‘’„«»‹›*_.,;:!?()[]–—-…")
MARKS = frozenset("\"“”*")
KINDS = ("direct", "indirect", "mixed")


def characters(text, spans):
    """The offsets that count of a quote's segments."""
    counted = set()
    for start, end in spans:
        start, end = max(start, 0), min(end, len(text))
        while start < end and text[start] in AT_THE_ENDS:
            start += 1
        while end > start and text[end - 1] in AT_THE_ENDS:
            end -= 1
        counted.update(at for at in range(start, end) if not text[at].isspace() and text[at] not in MARKS)
    return counted


def share(one, other):
    """Intersection over union."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def touch(spans, others):
    return any(start < other_end and other_start < end for start, end in spans for other_start, other_end in others)


def folded(name):
    return "".join(letter for letter in name.lower() if letter.isalnum()) if name else None


@dataclasses.dataclass
class Document:
    """A text, what is known of it, what was found in it, and which belongs to which."""

    id: str
    text: str
    known: list
    found: list
    known_characters: list
    found_characters: list
    # (overlap, index of the known quote, index of the found quote)
    pairs: list

    def overlapping(self):
        return [(at, other) for overlap, at, other in self.pairs if overlap >= ENOUGH]


def compare(record, found, speech_only=False):
    """Pairs the quotes of one document.

    `speech_only` leaves out what the known quotes mark as no speech (`"speech": false`: beliefs, plans, what a document says):
    it is neither asked for nor held against the extractor.
    """
    text, known = record["text"], record["quotes"]
    known_characters = [characters(text, quote["content"]) for quote in known]
    spans = [[(segment["start"], segment["end"]) for segment in quote["segments"]] for quote in found]
    found_characters = [characters(text, segments) for segments in spans]
    # Indices into the answer, so that `nested_in` keeps its meaning.
    asked, counted = range(len(known)), range(len(found))
    if speech_only:
        asked = [at for at in asked if known[at].get("speech") is not False]
        aside = [at for at in range(len(known)) if known[at].get("speech") is False]

        def best(among, other):
            return max((share(known_characters[at], found_characters[other]) for at in among), default=0)

        counted = [other for other in counted if best(aside, other) <= best(asked, other)]
    candidates = sorted(
        (
            (share(known_characters[at], found_characters[other]), at, other)
            for at in asked
            for other in counted
            if known_characters[at] & found_characters[other]
        ),
        reverse=True,
    )
    taken, given, pairs = set(), set(), []
    for overlap, at, other in candidates:
        if at not in taken and other not in given:
            taken.add(at)
            given.add(other)
            pairs.append((overlap, at, other))
    return asked, counted, Document(str(record["id"]), text, known, found, known_characters, found_characters, pairs)


def speaker_span(found):
    speaker = found.get("speaker")
    return [(speaker["start"], speaker["end"])] if speaker and speaker.get("start") is not None else None


def speaker_is_right(known, found):
    """The mentions touch, or both have none; where nobody is named beside the words, the actor decides if one is known."""
    span, wanted = speaker_span(found), known.get("speaker")
    if known.get("actor") and not wanted:
        return actor_is_right(known, found)
    return touch(wanted, span) if wanted and span else not wanted and not span


def actor_is_right(known, found):
    name = folded((found.get("speaker") or {}).get("name"))
    return name in {folded(actor) for actor in [known["actor"], *known.get("actor_also", [])]}


@dataclasses.dataclass
class Share:
    """So many of so many."""

    right: float = 0
    of: int = 0

    def add(self, right):
        self.right += right
        self.of += 1

    def value(self):
        return self.right / self.of if self.of else None


@dataclasses.dataclass
class Figures:
    """What was counted over a set."""

    documents: int = 0
    missing: int = 0
    known: int = 0
    found: int = 0
    exact: int = 0
    overlap: int = 0
    joint: int = 0
    by_kind: dict = dataclasses.field(default_factory=dict)
    speaker: Share = dataclasses.field(default_factory=Share)
    actor: Share = dataclasses.field(default_factory=Share)
    nested: Share = dataclasses.field(default_factory=Share)
    traps: Share = dataclasses.field(default_factory=Share)
    # (confidence, whether content and speaker are right) of every found quote that counts
    trials: list = dataclasses.field(default_factory=list)

    def rates(self, right):
        """Precision, recall and their harmonic mean."""
        precision, recall = right / self.found if self.found else 0.0, right / self.known if self.known else 0.0
        return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def flat(self):
        """Every figure by its name, without those of which there is nothing to count."""
        flat = {"overlap P": self.rates(self.overlap)[0], "overlap R": self.rates(self.overlap)[1]}
        flat |= {f"{name} F1": self.rates(getattr(self, name))[2] for name in ("exact", "overlap", "joint")}
        flat |= {f"recall of {kind}": self.by_kind[kind].value() for kind in KINDS if kind in self.by_kind}
        flat |= {"speaker": self.speaker.value(), "actor": self.actor.value(), "nested": self.nested.value()}
        return {name: value for name, value in flat.items() if value is not None}


def score(records, answers, speech_only=False):
    """The figures of a set: `records` with what is known, `answers` by id."""
    figures = Figures()
    for record in records:
        answer = answers.get(str(record["id"]))
        figures.missing += answer is None
        figures.documents += 1
        asked, counted, document = compare(record, answer["quotes"] if answer else [], speech_only)
        figures.known += len(asked)
        figures.found += len(counted)
        pairs, right = dict(document.overlapping()), set()
        figures.exact += sum(overlap == 1.0 for overlap, _, _ in document.pairs)
        figures.overlap += len(pairs)
        for at in asked:
            quote = document.known[at]
            figures.by_kind.setdefault(quote["type"], Share()).add(at in pairs)
            if quote.get("nested_in") is not None:
                figures.nested.add(nested_as_known(document, pairs, at))
            if at not in pairs:
                continue
            found = document.found[pairs[at]]
            is_right = speaker_is_right(quote, found)
            if is_right:
                right.add(pairs[at])
            if quote.get("speaker"):
                figures.speaker.add(is_right)
            if quote.get("actor"):
                figures.actor.add(actor_is_right(quote, found))
        figures.joint += len(right)
        figures.trials += [(document.found[at].get("confidence"), at in right) for at in counted]
        for trap in record.get("traps", []):
            inside = characters(record["text"], [trap])
            figures.traps.add(any(found and found <= inside for found in document.found_characters))
    return figures


def nested_as_known(document, pairs, at):
    """Whether a quote and the one that it is reported in were both found, one in the other."""
    outer = pairs.get(document.known[at]["nested_in"])
    return at in pairs and outer is not None and document.found[pairs[at]].get("nested_in") == outer


def score_days(records, answers):
    """Days of the saying over the overlapping pairs: right, wrong, missed, and found where the text names none."""
    days = {"right": 0, "wrong": 0, "missed": 0, "invented": 0}
    for record in records:
        _, _, document = compare(record, answers[str(record["id"])]["quotes"])
        for at, other in document.overlapping():
            known, found = document.known[at].get("said_on"), document.found[other].get("said_on")
            # "In March" and "last week" are no days.
            found = found if document.found[other].get("said_on_precision") == "day" else None
            if known and found:
                days["right" if known == found else "wrong"] += 1
            elif known or found:
                days["missed" if known else "invented"] += 1
    return days
