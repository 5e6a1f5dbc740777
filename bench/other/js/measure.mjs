// node measure.mjs events.jsonl events.schema.json: answers on its standard output, see child in main.go.
import fs from "node:fs";
import readline from "node:readline";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import schemasafe from "@exodus/schemasafe";

const [file, schemaFile] = process.argv.slice(2);
const text = fs.readFileSync(file);
const schema = JSON.parse(fs.readFileSync(schemaFile, "utf8"));

/** compile returns ajv's validator, with formats checked fully, or fast and less strictly. */
function compile(mode) {
  const ajv = new Ajv();
  ajv.addVocabulary(["x-assay"]);
  addFormats(ajv, { mode });
  return ajv.compile(schema);
}

/** without returns a schema without x-assay, at any depth: schemasafe has no vocabulary for it. */
function without(value) {
  if (Array.isArray(value)) return value.map(without);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== "x-assay").map(([name, v]) => [name, without(v)]));
}

const full = compile("full");
const fast = compile("fast");
const safe = schemasafe.validator(without(schema), { mode: "default", isJSON: true, requireSchema: false, requireValidation: false, requireStringValidation: false });
const parsed = lines(prefix(4e6)).map((line) => JSON.parse(line));

// Decoding UTF-8 and finding the lines are part of the work, as they are for all others.
const contenders = [
  ["node: JSON.parse alone", 8e6, (line) => (JSON.parse(line), true)],
  ["ajv: JSON.parse, validate, formats full", 4e6, (line) => full(JSON.parse(line))],
  ["ajv: JSON.parse, validate, formats fast", 4e6, (line) => fast(JSON.parse(line))],
  ["ajv: validate alone, of parsed values, formats full", 4e6, null],
  ["schemasafe: JSON.parse, validate", 4e6, (line) => safe(JSON.parse(line))],
];

function prefix(bytes) {
  return text.subarray(0, text.lastIndexOf(10, Math.min(bytes, text.length) - 1) + 1);
}

function lines(buffer) {
  const all = buffer.toString("utf8").split("\n");
  all.pop();
  return all;
}

function slice([, bytes, accepts]) {
  const buffer = prefix(bytes);
  globalThis.gc?.();
  const start = process.cpuUsage();
  const items = accepts ? lines(buffer) : parsed;
  let refused = 0;
  for (const item of items) if (!(accepts ?? full)(item)) refused++;
  const used = process.cpuUsage(start);
  return { seconds: (used.user + used.system) / 1e6, bytes: buffer.length, lines: items.length, refused };
}

console.log(JSON.stringify({ contenders: contenders.map(([name]) => name), skipped: [] }));
for await (const line of readline.createInterface({ input: process.stdin })) console.log(JSON.stringify(slice(contenders[+line])));
