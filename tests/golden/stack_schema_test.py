"""Proves that `lifeboat schema` and the parser agree, with an independent JSON Schema validator and YAML reader.

Every file the parser accepts is valid under the schema, every error of structure makes it invalid, and a file whose only errors
are of meaning is valid. The files: the examples, the commented file, the broken ones, and several thousand mutations of good ones.

usage: stack_schema_test.py PROBE SOURCE_DIR
"""

import json
import pathlib
import re
import subprocess
import sys

import jsonschema
import yaml


class CoreLoader(yaml.SafeLoader):
    """YAML with the types of its 1.2 core schema, which is what editors use; PyYAML's own are those of 1.1."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("null", r"^(~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
    ("float", r"^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$", list("-+.0123456789")),
]:
    CoreLoader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), first)


def construct_int(loader, node):
    text = loader.construct_scalar(node)
    return int(text, 0) if text[:2] in ("0x", "0o") else int(text, 10)


def construct_float(loader, node):
    return float(loader.construct_scalar(node).replace(".inf", "inf").replace(".nan", "nan"))


CoreLoader.add_constructor("tag:yaml.org,2002:int", construct_int)
CoreLoader.add_constructor("tag:yaml.org,2002:float", construct_float)

VALUES = """0|1|2|3|7|36|99|100|70000|-1|3.0|1.5|15.4|1e1|015|0x10|99999999999999999999|true|False|yes|null|~||""|"3"|"a"|text|a-b|A_B|home
/x|x/y|10s|0s|500ms|1h|90d|10.0.0.0/16|10.9.0.0/99|us-east-2|us-east-2a|[]|{}|[a]|[a, b]|[a, a]|["", b]|[1, true, 2.5]|[[a]]|[null]
{a: b}|{A: 1, B: true, C: x}|{A: null}|{A: [x]}|{"1A": x}|{name: us-west-1}|t3.micro|db.t3.micro|synchronous|automatic|aws|"line\\nbreak"|é|日本""".replace(
    "\n", "|").split("|")
MINIMAL = "stack: shop\nregions: [{name: us-east-2}, {name: us-west-1}]\n"
LONG = ["x" * 32, "x" * 33, "x" * 63, "x" * 64, "x" * 300, "/" + "x" * 254, "/" + "x" * 255]


def mutations(text):
    lines = text.split("\n")
    for i, line in enumerate(lines):
        found = re.match(r"^(\s*(?:- )?)([a-z_]+):(.*)$", line)
        if not found:
            continue
        before, key, _ = found.groups()
        changed = [f"{before}{key}: {value}" for value in VALUES + LONG]
        changed += [f"{before}{key}x:{found[3]}", f"{before}{key[1:]}:{found[3]}", before.rstrip("- "), line + "\n" + line.replace("- ", "  ")]
        for other in changed:
            yield "\n".join(lines[:i] + [other] + lines[i + 1 :])


def small_files(text):
    """The file in parts that are quick to read: its names and regions, and with these each group of keys."""
    lines = [line for line in text.split("\n") if line and not line.lstrip().startswith("#")]
    groups = {}
    for line in lines:
        if not line.startswith(" "):
            name = line.split(":")[0]
        groups.setdefault(name, []).append(line)
    first = "\n".join(groups.pop("stack") + groups.pop("world") + groups.pop("regions"))
    yield first + "\n"
    for group in groups.values():
        yield MINIMAL + "\n".join(group) + "\n"


def good_files(probe, source):
    template = subprocess.run([probe, "template"], check=True, capture_output=True, text=True).stdout
    yield template
    keys = "command|marker_path|environment|kubernetes|webhook|email|slack|pagerduty|account|program|hosted_zone|certificate|existing"
    yield re.sub(rf"(?m)^  # (({keys}):( .*)?|  [a-z0-9_-]+: .*)$", r"  \1", template)
    for path in sorted((source / "examples").glob("*.yaml")):
        yield path.read_text()


def is_valid(validator, text):
    try:
        document = yaml.load(text, CoreLoader)  # CoreLoader is a SafeLoader.
    except (yaml.YAMLError, ValueError):
        return None
    return validator.is_valid(document)


def main():
    probe, source = sys.argv[1], pathlib.Path(sys.argv[2])
    schema = json.loads(subprocess.run([probe, "schema"], check=True, capture_output=True, text=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    good = list(good_files(probe, source))
    broken = [path.read_bytes().decode("utf-8", "replace") for path in sorted((source / "tests/golden/stack").glob("*.yaml"))]
    texts = good + broken + [changed for text in small_files(good[1]) for changed in mutations(text)]
    answer = subprocess.run([probe, "check"], check=True, capture_output=True, text=True, input=json.dumps(texts))
    verdicts = json.loads(answer.stdout)
    assert verdicts[: len(good)] == ["accepted"] * len(good), "the good files are accepted"
    expected = {"accepted": True, "structure": False, "meaning": True}
    counts, failures = {}, []
    for text, verdict in zip(texts, verdicts, strict=True):
        counts[verdict] = counts.get(verdict, 0) + 1
        valid = is_valid(validator, text) if verdict in expected else None
        unreadable = valid is None and verdict != "accepted"  # PyYAML refuses some tabs that YAML allows.
        if verdict in expected and not unreadable and valid != expected[verdict]:
            failures.append(f"--- parser: {verdict}, schema: {'valid' if valid else 'not readable' if valid is None else 'invalid'}\n{text}")
    print(f"{len(texts)} files: {counts}; {len(failures)} disagreements")
    print("\n".join(failures[:5]))
    assert all(counts.get(verdict, 0) > 50 for verdict in expected), "every verdict was met often"
    sys.exit(1 if failures else 0)


main()
