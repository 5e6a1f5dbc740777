"""python3 measure.py events.jsonl events.schema.json: answers on its standard output, see child in main.go."""
import json
import sys
import time

import jsonschema

file, schema_file = sys.argv[1:]
with open(schema_file, encoding="utf-8") as f:
    schema = json.load(f)
with open(file, "rb") as f:
    lines = f.read(4_000_000).decode("utf-8").split("\n")[:-1]


def loads(line):
    json.loads(line)
    return True


def snippet(line):
    """What the specification of the streams shows. Each call checks the schema against its metaschema again."""
    event = json.loads(line)
    jsonschema.validate(event, schema)
    return True


validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def one_validator(line):
    return validator.is_valid(json.loads(line))


contenders = [
    ("Python: json.loads alone", loads, len(lines)),
    ("Python: jsonschema, one validator for all lines", one_validator, 400),
    ("Python: jsonschema, the specification's snippet", snippet, 20),
]

print(json.dumps({"contenders": [name for name, _, _ in contenders], "skipped": []}), flush=True)
for request in sys.stdin:
    _, accepts, count = contenders[int(request)]
    some = lines[:count]
    start = time.process_time()
    refused = sum(not accepts(line) for line in some)
    seconds = time.process_time() - start
    size = sum(len(line.encode("utf-8")) + 1 for line in some)
    print(json.dumps({"seconds": seconds, "bytes": size, "lines": len(some), "refused": refused}), flush=True)
