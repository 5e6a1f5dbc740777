// Judge lines with ajv in its strict mode, which wants to hear of the vocabulary x-assay, and with formats.
// Arguments: a schema and a file of lines, again and again. Prints one JSON object: the version, and per file a letter for every line.
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const ajv = new Ajv({ strict: true });
ajv.addVocabulary(["x-assay"]);
addFormats(ajv);

function verdict(valid, line) {
  if (line.trim() === "") return "-";
  let instance;
  try {
    instance = JSON.parse(line);
  } catch {
    return "m";
  }
  return valid(instance) ? "v" : "i";
}

const verdicts = {};
for (let i = 2; i < process.argv.length; i += 2) {
  const schema = JSON.parse(readFileSync(process.argv[i], "utf8"));
  const valid = ajv.getSchema(schema.$id) ?? ajv.compile(schema);
  const lines = readFileSync(process.argv[i + 1], "utf8").split("\n");
  if (lines.at(-1) === "") lines.pop();
  verdicts[process.argv[i + 1]] = lines.map((line) => verdict(valid, line)).join("");
}
const { version } = JSON.parse(readFileSync(new URL("node_modules/ajv/package.json", import.meta.url), "utf8"));
console.log(JSON.stringify({ version, verdicts }));
