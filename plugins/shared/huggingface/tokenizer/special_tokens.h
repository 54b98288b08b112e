// The tokens that tokenizer_config.json and special_tokens_map.json give a name, merged as
// transformers merges them:
//
//   "bos_token": "<s>", "image_token": {"__type": "AddedToken", "content": "<image>", …}
//   "extra_special_tokens": ["<tool>"]                    // "additional_special_tokens" is older
//   "extra_special_tokens": {"audio_token": "<audio>"}
//
// The order decides which ids those get that tokenizer.json does not have.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "plugins/shared/huggingface/tokenizer/added_tokens.h"
#include "plugins/shared/huggingface/tokenizer/json_reader.h"

namespace eif::tokenizer {

// A token of a file beside tokenizer.json.
struct ConfigToken {
  AddedToken token;        // its id is what the file says, where it does
  bool has_id = false;     // else it is the next free one
  bool overrides = false;  // its flags count also where tokenizer.json has the same token
  bool says_normalized = false;
  bool is_config_object = false;  // of tokenizer_config.json, and no string
  std::string place;              // "tokenizer_config.json: $.bos_token", for messages
  std::string identity;           // Python takes two with the same one for equal
};

// A string, or an object with the content and the flags. `special` counts where the object does not
// say: special tokens are looked for in the text before it is normalized.
ConfigToken read_config_token(const JsonNode& node, bool special);

// The order of names in a file, which a tree does not keep.
struct NameOrder {
  std::vector<std::string> names;                           // of the outermost object
  std::map<std::string, std::vector<std::string>> members;  // of each object in it

  // kInvalidArgument: the text is no JSON.
  static absl::StatusOr<NameOrder> read(std::string_view text, const std::string& file);
};

// Tokens by name, in the order in which the names came first.
class NamedTokens {
 public:
  void set(const std::string& name, ConfigToken token);
  void erase(const std::string& name);
  // nullptr where there is none.
  const ConfigToken* find(std::string_view name) const;
  auto begin() const { return tokens_.begin(); }
  auto end() const { return tokens_.end(); }

 private:
  std::vector<std::pair<std::string, ConfigToken>> tokens_;  // a handful
};

class SpecialTokens {
 public:
  void read_config(const JsonNode& root, const NameOrder& order);
  // special_tokens_map.json, after the configuration.
  void read_map(const JsonNode& root, const NameOrder& order);

  // Whether an added_tokens.json means a special token by this content. Objects of the
  // configuration do not count: transformers has not made tokens of them when it reads that file.
  bool contains(const std::string& content) const;
  std::optional<std::string> bos_token() const;
  // All of them, equal ones once. Where two have the same content, the flags of the later one
  // count.
  std::vector<ConfigToken> in_order() const;

 private:
  void read_extra(const JsonNode& list_or_names, const NameOrder& order, const std::string& key,
                  bool special);

  NamedTokens known_;          // by the seven names that transformers has attributes for
  NamedTokens own_;            // by other names
  NamedTokens own_of_config_;  // the same, where they count before own_ and known_
  std::optional<std::vector<ConfigToken>> extra_;  // unset where no file has the list
  std::vector<ConfigToken> additional_;            // by its older name, where there is no extra_
};

}  // namespace eif::tokenizer
