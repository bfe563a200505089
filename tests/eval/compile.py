#!/usr/bin/env python3
"""Turn marked-up articles into texts with known quotes, one JSON object a line.

usage: tests/eval/compile.py [--counts | --show] FOLDER [FOLDER ...]

FOLDER    *.txt in the form that README.md beside this file describes
--counts  print a table of what the articles contain instead
--show    print every quote as a reader sees it instead

What is wrong with an article is printed as FILE:LINE: MESSAGE, all of it, and nothing else then.

A line: {"id", "source", "title", "published", "text", "quotes": [{"type", "form", "content": [[start, end], …],
"speaker": [[start, end]] or null, "cue": [[start, end]] or null, "actor"?, "said_on"?, "nested_in"?, "text": […],
"speaker_text", "cue_text"}], "traps": [[start, end], …]}. Offsets count Unicode scalar values into "text".
`nested_in` is the index of the outer quote in `quotes`; a trap is what must not be taken for a quote.
"""
import argparse
import collections
import datetime
import json
import pathlib
import re
import sys
import tomllib

KINDS = {"direct", "indirect", "mixed"}
FORMS = {
    "after", "inverted", "before", "inside", "that", "bare", "told", "relative", "participle", "coordinated", "according",
    "noun", "passive", "wh", "infinitive", "phrase", "naming", "free", "paragraphs",
}
HEADER = {"title": str, "outlet": str, "published_on": datetime.date, "quotes": dict}
QUOTE = {"kind": str, "form": str, "actor": str, "said_on": datetime.date, "nested_in": int}
MARK = re.compile(r"\{(?:x|([qsc])([1-9][0-9]*(?:,[1-9][0-9]*)*)) (?=\S)|[{}]")
OPENING = "\"“„«‘'*"
QUOTATION = re.compile(r"[\"“”„«»]|(?:^|[\s(])[‘'*](?=\w)|\*\"")
FENCE = "+++\n"


class Article:
    """One file: its header, its text without marks, and where the marks stood."""

    def __init__(self, path):
        self.path, self.errors = path, []
        self.header, self.text, self.quotes = {}, "", {}
        self.spans = {kind: collections.defaultdict(list) for kind in "qsc"}
        self.traps = []
        source = path.read_text("utf-8")
        parts = source.split(FENCE)
        if len(parts) != 3 or parts[0]:
            self.error(1, "the header must stand between two lines of +++, once, at the beginning")
            return
        self.first_line = 3 + parts[1].count("\n")
        try:
            self.header = tomllib.loads(parts[1])
        except tomllib.TOMLDecodeError as error:
            self.error(1, f"the header is no TOML: {error}")
            return
        self.check_header()
        self.first_line += len(parts[2]) - len(parts[2].lstrip("\n"))
        self.strip(parts[2].strip("\n") + "\n", self.first_line)
        self.check_quotes()

    def error(self, line, message):
        self.errors.append(f"{self.path}:{line}: {message}")

    def line(self, offset):
        return self.first_line + self.text.count("\n", 0, offset)

    def check_fields(self, what, fields, table, required):
        for key, value in table.items():
            if key not in fields:
                self.error(1, f"{what}: unknown key {key}")
            elif not isinstance(value, fields[key]) or isinstance(value, datetime.datetime) or value == "":
                self.error(1, f"{what}: {key} is not a proper {fields[key].__name__}")
        for key in required:
            if key not in table:
                self.error(1, f"{what}: {key} is missing")

    def check_header(self):
        self.check_fields("header", HEADER, self.header, HEADER)
        quotes = self.header.get("quotes")
        if not isinstance(quotes, dict):
            return
        if list(quotes) != [str(number) for number in range(1, len(quotes) + 1)]:
            self.error(1, "quotes: they are numbered 1, 2, 3 … without gaps")
        for number, quote in quotes.items():
            what = f"quote {number}"
            if not number.isdecimal() or not isinstance(quote, dict):
                self.error(1, f"{what}: not a numbered table")
                continue
            self.check_fields(what, QUOTE, quote, ["kind", "form"])
            for key, known in (("kind", KINDS), ("form", FORMS)):
                if key in quote and quote[key] not in known:
                    self.error(1, f"{what}: unknown {key} {quote[key]}")
            said, published = quote.get("said_on"), self.header.get("published_on")
            if isinstance(said, datetime.date) and isinstance(published, datetime.date) and said > published:
                self.error(1, f"{what}: said after the article was published")
            outer = quote.get("nested_in")
            if outer is not None and str(outer) not in quotes or outer == int(number):
                self.error(1, f"{what}: nested in an unknown quote")
            self.quotes[int(number)] = quote

    def strip(self, marked, line):
        """Takes the marks out and notes what they enclosed."""
        out, length, at, open_marks = [], 0, 0, []
        for mark in MARK.finditer(marked):
            piece = marked[at:mark.start()]
            out.append(piece)
            length += len(piece)
            at = mark.end()
            here = line + marked.count("\n", 0, mark.start())
            if mark[0] == "{":
                self.error(here, "a brace opens no mark: {q1 …}, {s1 …}, {c1 …} or {x …}, with one space")
            elif mark[0] == "}":
                if not open_marks:
                    self.error(here, "a brace closes nothing")
                    continue
                kind, numbers, start, began = open_marks.pop()
                inner = "".join(out)[start:length]
                if not inner or inner != inner.strip():
                    self.error(began, f"a mark encloses nothing or begins or ends with white space: {inner[:40]!r}")
                if "\n" in inner:
                    self.error(began, f"a mark runs over the end of a line: {inner[:40]!r}")
                if kind is None:
                    self.traps.append([start, length])
                for number in numbers:
                    self.spans[kind][number].append([start, length])
            else:
                numbers = [int(number) for number in mark[2].split(",")] if mark[2] else []
                open_marks.append((mark[1], numbers, length, here))
        for kind, numbers, _, began in open_marks:
            self.error(began, f"mark {kind or 'x'}{','.join(map(str, numbers))} is never closed")
        self.text = "".join(out) + marked[at:]

    def check_quotes(self):
        content = self.spans["q"]
        for spans in self.spans.values():
            for number in spans:
                if number not in self.quotes:
                    self.error(self.line(spans[number][0][0]), f"quote {number} is not in the header")
        last = -1
        for number, quote in self.quotes.items():
            if number not in content:
                self.error(1, f"quote {number} has no content in the text")
                continue
            segments = sorted(content[number])
            content[number] = segments
            line = self.line(segments[0][0])
            if segments[0][0] < last:
                self.error(line, f"quote {number} stands before the one numbered before it")
            last = segments[0][0]
            for kind, name in (("s", "speaker"), ("c", "cue")):
                if len(self.spans[kind].get(number, [])) > 1:
                    self.error(line, f"quote {number} has two {name}s")
                for span in self.spans[kind].get(number, []):
                    if any(overlap(span, segment) for segment in segments):
                        self.error(line, f"the {name} of quote {number} stands in its own content")
            if number in self.spans["c"] and number not in self.spans["s"]:
                self.error(line, f"quote {number} has a cue and no speaker")
            self.check_nesting(number, quote, line)
            self.check_kind(number, quote, line)

    def check_nesting(self, number, quote, line):
        outer = quote.get("nested_in")
        for other, segments in self.spans["q"].items():
            for mine in self.spans["q"][number]:
                for theirs in segments:
                    if other == number or not overlap(mine, theirs):
                        continue
                    inside = other == outer or self.quotes.get(other, {}).get("nested_in") == number
                    if not inside:
                        self.error(line, f"quotes {number} and {other} overlap and neither is nested in the other")
        if outer in self.spans["q"]:
            for mine in self.spans["q"][number]:
                if not any(a <= mine[0] and mine[1] <= b for a, b in self.spans["q"][outer]):
                    self.error(line, f"quote {number} is not inside quote {outer}")

    def check_kind(self, number, quote, line):
        segments = self.spans["q"][number]
        before = self.text[segments[0][0] - 1] if segments[0][0] else "\n"
        words = "\n".join(self.without_traps(a, b) for a, b in segments)
        marked = bool(QUOTATION.search(words))
        if quote.get("kind") == "direct" and before not in OPENING:
            self.error(line, f"quote {number} is direct and follows no quotation mark")
        if quote.get("kind") == "indirect" and (marked or before in OPENING):
            self.error(line, f"quote {number} is indirect and has quotation marks")
        if quote.get("kind") == "mixed" and not (marked or before in OPENING):
            self.error(line, f"quote {number} is mixed and has no quotation marks")

    def without_traps(self, start, end):
        words = self.text[start:end]
        for a, b in sorted(self.traps, reverse=True):
            if start <= a and b <= end:
                words = words[: a - start] + words[b - start :]
        for other in self.quotes:  # the marks of an inner quote are not those of the outer one
            for a, b in self.spans["q"].get(other, []):
                if (a, b) != (start, end) and start < a and b < end:
                    words = words.replace(self.text[a - 1 : b + 1], "")
        return words

    def record(self):
        quotes = []
        for number, quote in self.quotes.items():
            entry = {"type": quote["kind"], "form": quote["form"], "content": self.spans["q"][number]}
            for kind, name in (("s", "speaker"), ("c", "cue")):
                entry[name] = self.spans[kind].get(number) or None
            if "actor" in quote:
                entry["actor"] = quote["actor"]
            if "said_on" in quote:
                entry["said_on"] = quote["said_on"].isoformat()
            if "nested_in" in quote:
                entry["nested_in"] = quote["nested_in"] - 1
            entry["text"] = [self.text[a:b] for a, b in entry["content"]]
            for name in ("speaker", "cue"):
                entry[f"{name}_text"] = self.text[slice(*entry[name][0])] if entry[name] else None
            quotes.append(entry)
        return {
            "id": self.path.stem, "source": self.header["outlet"], "title": self.header["title"],
            "published": self.header["published_on"].isoformat(), "text": self.text, "quotes": quotes,
            "traps": sorted(self.traps),
        }


def overlap(a, b):
    return a[0] < b[1] and b[0] < a[1]


def show(records):
    for record in records:
        print(f"\n=== {record['id']} ({record['published']}, {record['source']})")
        for at, quote in enumerate(record["quotes"], 1):
            about = [quote["type"], quote["form"], quote.get("actor", "-"), quote.get("said_on", "")]
            about += [f"in {quote['nested_in'] + 1}"] if "nested_in" in quote else []
            print(f"{at:3} {' | '.join(about)} | {quote['speaker_text']} | {quote['cue_text']} | {' … '.join(quote['text'])}")
        for a, b in record["traps"]:
            print(f"  x {record['text'][a:b]}")


def count(records):
    quotes = [quote for record in records for quote in record["quotes"]]
    words = sum(len(record["text"].split()) for record in records)
    print(f"{len(records)} articles, {words} words, {len(quotes)} quotes, {sum(len(r['traps']) for r in records)} traps")
    print(
        f"{sum(q['speaker'] is None for q in quotes)} without a speaker beside them, "
        f"{sum('actor' in q for q in quotes)} with an actor, {sum('said_on' in q for q in quotes)} with a day, "
        f"{sum('nested_in' in q for q in quotes)} nested, {sum(len(q['content']) > 1 for q in quotes)} in several segments"
    )
    for name in ("type", "form"):
        for value, number in collections.Counter(quote[name] for quote in quotes).most_common():
            print(f"  {name} {value:12} {number}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", action="store_true", help="print a table of what the articles contain")
    parser.add_argument("--show", action="store_true", help="print every quote as a reader sees it")
    parser.add_argument("folders", nargs="+", type=pathlib.Path, metavar="FOLDER")
    options = parser.parse_args()
    articles = []
    for folder in options.folders:
        paths = sorted(folder.glob("*.txt"))
        if not paths:
            sys.exit(f"no *.txt in {folder}")
        articles += [Article(path) for path in paths]
    errors = [error for article in articles for error in article.errors]
    stems = collections.Counter(article.path.stem for article in articles)
    errors += [f"{stem}.txt: two articles of this name" for stem, number in stems.items() if number > 1]
    if errors:
        sys.exit("\n".join(errors))
    records = [article.record() for article in articles]
    if options.show:
        show(records)
    elif options.counts:
        count(records)
    else:
        for record in records:
            print(json.dumps(record, ensure_ascii=False))


if __name__ == "__main__":
    main()
