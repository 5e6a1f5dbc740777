// measure events.jsonl: answers on its standard output, see child in main.go.
#include <simdjson.h>

#include <ctime>
#include <iostream>
#include <string>

namespace {

constexpr size_t batch = 256 << 10;

double cpu() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

struct Result {
  size_t lines = 0, refused = 0;
};

// parse makes a tree of every line.
Result parse(simdjson::dom::parser& parser, const simdjson::padded_string& text) {
  Result r;
  simdjson::dom::document_stream stream;
  if (parser.parse_many(text, batch).get(stream)) return {1, 1};
  for (auto document : stream) {
    r.lines++;
    if (document.error()) r.refused++;
  }
  return r;
}

// visit looks at the members of every line, and at their values unless these are arrays or objects, which are passed over unchecked.
Result visit(simdjson::ondemand::parser& parser, const simdjson::padded_string& text) {
  Result r;
  simdjson::ondemand::document_stream stream;
  if (parser.iterate_many(text, batch).get(stream)) return {1, 1};
  size_t seen = 0;
  for (auto it = stream.begin(); it != stream.end(); ++it) {
    r.lines++;
    simdjson::ondemand::object object;
    auto document = *it;
    if (document.get_object().get(object)) {
      r.refused++;
      continue;
    }
    for (auto field : object) {
      seen += field.key().raw()[0];
      simdjson::ondemand::value value = field.value();
      switch (simdjson::ondemand::json_type type = value.type()) {
        case simdjson::ondemand::json_type::string: {
          std::string_view text;
          if (value.get_string().get(text)) r.refused++;
          seen += text.size();
          break;
        }
        case simdjson::ondemand::json_type::number: {
          double number;
          if (value.get_double().get(number)) r.refused++;
          seen += number > 0;
          break;
        }
        default:
          seen += value.raw_json_token().size();
      }
    }
  }
  if (seen == 0) r.refused++;  // keeps what was seen alive
  return r;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  simdjson::padded_string text = simdjson::padded_string::load(argv[1]);
  std::cout << "{\"contenders\": [\"simdjson: DOM, parse_many\", \"simdjson: On-Demand, members visited, arrays and objects unchecked\"]}" << std::endl;
  simdjson::dom::parser dom;
  simdjson::ondemand::parser ondemand;
  for (std::string request; std::getline(std::cin, request);) {
    double start = cpu();
    Result r = request == "0" ? parse(dom, text) : visit(ondemand, text);
    double seconds = cpu() - start;
    std::cout << "{\"seconds\": " << seconds << ", \"bytes\": " << text.size() << ", \"lines\": " << r.lines << ", \"refused\": " << r.refused << "}" << std::endl;
  }
}
