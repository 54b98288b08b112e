#include "plugins/shared/huggingface/tokenizer/tokenizer_config.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "plugins/shared/huggingface/tokenizer/json_reader.h"
#include "suite/formats/json_text.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

// Gemma 3's tokenizer_config.json has 1.1 MB: 6,415 added tokens.
constexpr size_t kLargestFile = size_t{4} << 20;

absl::StatusOr<std::string> text_or_nothing(const std::filesystem::path& file) {
  absl::StatusOr<std::string> text = read_text_file(file, kLargestFile);
  if (absl::IsNotFound(text.status())) return "";
  return text;
}

}  // namespace

absl::StatusOr<FilesBesideTokenizer> FilesBesideTokenizer::read(
    const std::filesystem::path& folder) {
  FilesBesideTokenizer files;
  for (const auto& [name, text] :
       {std::pair("tokenizer_config.json", &files.tokenizer_config),
        std::pair("special_tokens_map.json", &files.special_tokens_map),
        std::pair("added_tokens.json", &files.added_tokens)}) {
    absl::StatusOr<std::string> read = text_or_nothing(folder / name);
    if (!read.ok()) return read.status();
    *text = *std::move(read);
  }
  return files;
}

namespace tokenizer {
namespace {

constexpr const char* kNames[] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                  "pad_token", "cls_token", "mask_token"};

class Reader {
 public:
  explicit Reader(const std::string& name)
      : folder_(std::filesystem::path(name).parent_path()) {}

  absl::StatusOr<TokensOfConfig> read(const FilesBesideTokenizer& files) {
    const bool has_decoder = read_file(files.tokenizer_config, "tokenizer_config.json",
                                       [&](const JsonNode& root) { read_config(root); });
    if (!has_decoder) {
      read_file(files.special_tokens_map, "special_tokens_map.json",
                [&](const JsonNode& root) { read_names(root, /*of_config=*/false); });
      read_file(files.added_tokens, "added_tokens.json",
                [&](const JsonNode& root) { read_ids(root); });
    }
    if (!status_.ok()) return status_;
    return put_together();
  }

 private:
  using Token = TokensOfConfig::Token;

  // Whether the file has an added_tokens_decoder.
  template <typename Read>
  bool read_file(const std::string& text, const std::string& file, const Read& read) {
    if (text.empty() || !status_.ok()) return false;
    file_ = (folder_ / file).string();
    absl::StatusOr<nlohmann::json> json = parse_json(text, file_);
    if (!json.ok()) {
      status_ = json.status();
      return false;
    }
    JsonDocument document(*std::move(json), file_);
    const JsonNode root = document.root();
    if (root.value().is_object()) {
      read(root);
    } else {
      root.reject("an object");
    }
    status_ = document.status();
    return !root["added_tokens_decoder"].is_null();
  }

  void read_config(const JsonNode& root) {
    if (const JsonNode decoder = root["added_tokens_decoder"]; !decoder.is_null()) {
      if (!decoder.value().is_object()) return decoder.reject("an object of ids and tokens");
      for (const auto& [key, value] : decoder.value().items()) {
        int32_t id = 0;
        if (!absl::SimpleAtoi(key, &id) || id < 0) {
          return decoder[key].reject("a token id as its key");
        }
        Token token = read_token(decoder[key], /*special=*/false);
        token.token.id = id;
        token.has_id = token.overrides = true;
        with_ids_.insert_or_assign(id, std::move(token));
      }
    }
    read_names(root, /*of_config=*/true);
  }

  // Of a name the last file counts. What special_tokens_map.json says of names that transformers
  // does not know, and of more tokens where the configuration has some, is passed over there, too.
  void read_names(const JsonNode& root, bool of_config) {
    for (const auto& [key, value] : root.value().items()) {
      const bool is_known =
          std::find(std::begin(kNames), std::end(kNames), key) != std::end(kNames);
      const bool is_name =
          is_known ? !value.is_null() && !value.is_boolean()
                   : of_config && absl::EndsWith(key, "_token") && value.is_string();
      if (is_name) names_.insert_or_assign(key, read_token(root[key], /*special=*/true));
    }
    const JsonNode more = root["additional_special_tokens"];
    const JsonNode extra = root["extra_special_tokens"];
    if (!extra.is_null() && !extra.value().empty()) {
      read_list(extra);
    } else if (of_config || !has_more_) {
      read_list(more);
    }
    has_more_ = !more.is_null() || !extra.is_null();
  }

  void read_list(const JsonNode& list) {
    if (list.is_null()) return;
    if (list.value().is_object()) {
      for (const auto& [key, value] : list.value().items()) {
        names_.insert_or_assign(key, read_token(list[key], /*special=*/true));
      }
      return;
    }
    for (const JsonNode& element : list.elements()) {
      more_.push_back(read_token(element, /*special=*/true));
    }
  }

  void read_ids(const JsonNode& root) {
    for (const auto& [content, value] : root.value().items()) {
      Token token;
      token.token.id = root[content].token_id();
      token.token.content = content;
      token.has_id = true;
      token.place = root[content].place();
      const auto has_content = [&](const Token& other) { return other.token.content == content; };
      const bool is_special =
          std::any_of(more_.begin(), more_.end(), has_content) ||
          std::any_of(names_.begin(), names_.end(),
                      [&](const auto& named) { return has_content(named.second); });
      token.token.normalized = !is_special;
      with_ids_.insert_or_assign(token.token.id, std::move(token));
    }
  }

  Token read_token(const JsonNode& node, bool special) {
    Token token;
    token.place = node.place();
    if (node.value().is_string()) {
      token.token.content = node.string();
      return token;
    }
    if (!node.value().is_object()) {
      node.reject("a token, or an object with its content");
      return token;
    }
    const auto flag = [&](const char* name) { return node[name].boolean_or(false); };
    const bool is_special = special || flag("special");
    token.token.content = node["content"].string();
    token.token.single_word = flag("single_word");
    token.token.lstrip = flag("lstrip");
    token.token.rstrip = flag("rstrip");
    token.token.normalized = node["normalized"].boolean_or(!is_special);
    return token;
  }

  TokensOfConfig put_together() {
    TokensOfConfig config;
    const auto bos = names_.find("bos_token");
    if (bos != names_.end()) config.bos_token = bos->second.token.content;
    for (auto& [id, token] : with_ids_) config.tokens.push_back(std::move(token));
    for (const char* name : kNames) {
      if (const auto named = names_.extract(name)) config.tokens.push_back(named.mapped());
    }
    for (auto& [name, token] : names_) config.tokens.push_back(std::move(token));
    config.tokens.insert(config.tokens.end(), more_.begin(), more_.end());
    return config;
  }

  std::filesystem::path folder_;
  std::string file_;
  absl::Status status_;
  std::map<int32_t, Token> with_ids_;
  std::map<std::string, Token> names_;
  std::vector<Token> more_;
  bool has_more_ = false;  // the configuration has a list of more tokens
};

}  // namespace

absl::StatusOr<TokensOfConfig> read_tokens_of_config(const FilesBesideTokenizer& files,
                                                     const std::string& name) {
  return Reader(name).read(files);
}

}  // namespace tokenizer
}  // namespace eif
