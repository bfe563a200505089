"""The sets that are measured, and how good the extractor has to be on each."""
import dataclasses
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass(frozen=True)
class Set:
    """A set of texts with known quotes."""

    name: str
    # In a word or two.
    short: str
    # As the page of figures calls it, and where it comes from.
    title: str
    source: str
    bounds: dict
    # The articles of this project; None where the set comes from the folder that is given.
    articles: pathlib.Path | None = None
    # Leave out what the set marks as no speech.
    speech_only: bool = False
    # Nobody looks at what goes wrong in it.
    totals_only: bool = False


SEEDS_DEV = Set(
    "seeds-dev",
    "wire",
    "Three wire articles",
    "TASS, RFE/RL and RT, January and February 2017; 39 quotes, marked by one reader",
    {"overlap F1": 0.92, "joint F1": 0.88, "recall of direct": 1.00, "speaker": 0.96, "actor": 0.95},
)
POLNEAR_DEV = Set(
    "polnear-dev",
    "PolNeAR",
    "PolNeAR, dev split, what is speech",
    "84 articles of seven US outlets on the election of 2016; "
    "Newell, Margolin & Ruths 2018, https://github.com/networkdynamics/PolNeAR",
    {"overlap F1": 0.70, "joint F1": 0.62, "recall of direct": 0.93, "speaker": 0.90},
    speech_only=True,
)
GUM_DEV = Set(
    "gum-dev",
    "GUM",
    "GUM 11, dev split, what is speech",
    "12 documents of six genres, attributions derived from its discourse trees; Zeldes 2017, https://gucorpling.org/gum/",
    {"overlap F1": 0.55, "joint F1": 0.48, "speaker": 0.85},
    speech_only=True,
)
# Trains the confidence, and is measured nowhere.
GUM_TRAIN = Set("gum-train", "GUM", "GUM 11, train split", "", {}, speech_only=True)
OWN_DEV = Set(
    "own-dev", "own", "Our own articles, development half", "tests/eval/dev", {}, articles=HERE / "dev"
)
OWN_TEST = Set(
    "own-test",
    "own",
    "Our own articles, test half",
    "tests/eval/test, which nobody reads while changing the extractor",
    {"overlap F1": 0.90, "joint F1": 0.87, "recall of direct": 0.98, "speaker": 0.95, "actor": 0.95},
    articles=HERE / "test",
    totals_only=True,
)
ALL = (SEEDS_DEV, POLNEAR_DEV, GUM_DEV, OWN_DEV, OWN_TEST)


def load(chosen, folder):
    """The records of a set, or None where the folder lacks it."""
    if chosen.articles is not None:
        done = subprocess.run(
            [sys.executable, HERE / "compile.py", chosen.articles], stdout=subprocess.PIPE, check=True
        )
        lines = done.stdout.decode()
    else:
        path = folder / "gold" / f"{chosen.name}.jsonl"
        if not path.is_file():
            return None
        lines = path.read_text("utf-8")
    return [json.loads(line) for line in lines.split("\n") if line.strip()]
