// Encodes lines of text, for comparisons with other tokenizers:
//
//   encode_lines tokenizer.json auto|always|never [BOS_ID]
//
// Reads a JSON string per line on stdin, and writes its ids as a JSON array per line.
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "plugins/shared/huggingface/tokenizer/tokenizer.h"

int main(int argument_count, char** arguments) {
  const std::map<std::string, eif::Bos> modes = {
      {"auto", eif::Bos::kAuto}, {"always", eif::Bos::kAlways}, {"never", eif::Bos::kNever}};
  if (argument_count < 3 || argument_count > 4 || !modes.contains(arguments[2])) {
    std::cerr << "usage: encode_lines tokenizer.json auto|always|never [BOS_ID]\n";
    return EXIT_FAILURE;
  }
  std::optional<int64_t> bos_id;
  if (argument_count == 4) bos_id = std::atoll(arguments[3]);
  const auto tokenizer = eif::Tokenizer::load(arguments[1], bos_id);
  if (!tokenizer.ok()) {
    std::cerr << tokenizer.status() << "\n";
    return EXIT_FAILURE;
  }
  for (std::string line; std::getline(std::cin, line);) {
    const auto ids =
        (*tokenizer)
            ->encode(nlohmann::json::parse(line).get<std::string>(), modes.at(arguments[2]));
    if (!ids.ok()) {
      std::cerr << ids.status() << "\n";
      return EXIT_FAILURE;
    }
    std::cout << nlohmann::json(*ids) << "\n";
  }
  return EXIT_SUCCESS;
}
