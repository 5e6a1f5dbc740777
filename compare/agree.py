"""Judge lines as the specification's snippet does: json.loads, then jsonschema without format checks.

Arguments: a schema and a file of lines, again and again. Prints one JSON object: the version, and per file a letter for every line.
"""
import json
import sys

try:
    from importlib.metadata import version

    import jsonschema
except ImportError as e:
    sys.exit(f"{e}: install python3-jsonschema")


def verdict(validator, line):
    if not line.strip():
        return "-"
    try:
        instance = json.loads(line)
    except ValueError:
        return "m"
    return "v" if validator.is_valid(instance) else "i"


verdicts = {}
for schema, path in zip(sys.argv[1::2], sys.argv[2::2]):
    with open(schema, encoding="utf-8") as f:
        schema = json.load(f)
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)
    with open(path, encoding="utf-8", errors="surrogateescape", newline="\n") as f:
        verdicts[path] = "".join(verdict(validator, line) for line in f)
print(json.dumps({"version": version("jsonschema"), "verdicts": verdicts}))
