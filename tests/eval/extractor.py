"""Runs the built program over texts."""
import json
import subprocess


def extract(program, records, *, with_day=False, threads=0, rounds=1):
    """What the extractor says about the texts alone, a line each: it never sees the answers."""
    lines = []
    for record in records * rounds:
        line = {"id": record["id"], "text": record["text"]}
        if with_day and "published" in record:
            line["published_on"] = record["published"]
        lines.append(json.dumps(line) + "\n")
    command = [program, "extract", "--ndjson", "--details", "--threads", str(threads), "-"]
    return subprocess.run(command, input="".join(lines).encode(), stdout=subprocess.PIPE, check=True).stdout


def answers(output):
    """The same by id."""
    return {str(answer["id"]): answer for answer in map(json.loads, output.splitlines())}
