"""Says what a client that openapi-python-client made lacks of the document, or has beside it.

    python document.py openapi.json OUTPUT_OF_THE_GENERATOR onrecord-client/onrecord_client

Every operation has its function, every component with fields or names its class, and no class is there that the document has
no name for: `QuotePageItemsItem` beside `Quote`. No response is left out, and the generator warns of nothing but what stands
in `EXPECTED`.
"""

import json
import re
import sys
from pathlib import Path

# A raw text or page instead of JSON: the client has the JSON form of the same operation.
EXPECTED = {
    ("POST /v1/articles", "Unsupported content type text/html"),
    ("POST /v1/articles", "Unsupported content type text/plain"),
}


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def has_class(schema: dict) -> bool:
    """Whether a component is more than another name for a text, a number or a choice."""
    return "enum" in schema or "allOf" in schema or schema.get("type") == "object"


def main() -> None:
    document = json.loads(Path(sys.argv[1]).read_text())
    output = Path(sys.argv[2]).read_text()
    package = Path(sys.argv[3])
    faults: list[str] = []

    warned = set(re.findall(r"^(?:WARNING|ERROR) parsing (.*?) within .*\.\n\n(.*)$", output, re.M))
    if output.count("WARNING") + output.count("ERROR") != len(EXPECTED) or warned != EXPECTED:
        faults.append(f"the generator warns of something else than expected:\n{output}")

    schemas = document["components"]["schemas"]
    expected = {snake(name) for name, schema in schemas.items() if has_class(schema)}
    made = {path.stem for path in (package / "models").glob("*.py")} - {"__init__"}
    faults += [f"{name} has no class" for name in sorted(expected - made)]
    faults += [f"{name} is a class that the document has no name for" for name in sorted(made - expected)]

    for path, item in document["paths"].items():
        for method, operation in item.items():
            place = f"{method.upper()} {path}"
            module = package / "api" / operation["tags"][0] / f"{operation['operationId']}.py"
            if not module.exists():
                faults.append(f"{place} has no function")
                continue
            known = set(re.findall(r"response\.status_code == (\d+)", module.read_text()))
            missing = sorted(set(operation["responses"]) - known)
            if missing:
                faults.append(f"{place} has lost its responses {missing}")

    for fault in faults:
        print(f"sdk: {fault}", file=sys.stderr)
    if faults:
        sys.exit(1)
    operations = sum(len(item) for item in document["paths"].values())
    print(f"python: {operations} operations, {len(made)} classes, each named by the document")


if __name__ == "__main__":
    main()
