// The tokens that only the files beside a tokenizer.json name, as transformers reads them:
//
//   tokenizer_config.json    "added_tokens_decoder": {"500": {"content": "<tag>", …}},
//                            "bos_token": "<s>", "additional_special_tokens": ["<tool>"], …
//   special_tokens_map.json  the same names, and
//   added_tokens.json        {"<tag>": 500}, both only where there is no added_tokens_decoder
//
// What else those files say does not change which ids a text gets: what stands around it is the
// post_processor's, in tokenizer.json.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/shared/huggingface/tokenizer/special_tokens.h"

namespace eif {

// The texts of the files; empty where there is none.
struct FilesBesideTokenizer {
  std::string tokenizer_config;
  std::string special_tokens_map;
  std::string added_tokens;

  // kInvalidArgument: one of them is too large, or no text.
  static absl::StatusOr<FilesBesideTokenizer> read(const std::filesystem::path& folder);
};

namespace tokenizer {

struct TokensOfConfig {
  std::vector<ConfigToken> tokens;  // in the order in which they are added
  std::optional<std::string> bos_token;
};

// `name` is what messages call the tokenizer.json. kInvalidArgument: a file is damaged.
absl::StatusOr<TokensOfConfig> read_tokens_of_config(const FilesBesideTokenizer& files,
                                                     const std::string& name);

}  // namespace tokenizer
}  // namespace eif
