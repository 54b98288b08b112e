#include "plugins/shared/huggingface/tokenizer/tokenizer_config.h"

#include <map>
#include <utility>

#include "absl/strings/numbers.h"
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
  for (const auto& [name, text] : {std::pair("tokenizer_config.json", &files.tokenizer_config),
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

class Reader {
 public:
  explicit Reader(const std::string& name) : folder_(std::filesystem::path(name).parent_path()) {}

  absl::StatusOr<TokensOfConfig> read(const FilesBesideTokenizer& files) {
    const bool has_decoder = read_file(files.tokenizer_config, "tokenizer_config.json",
                                       [&](const JsonNode& root, const NameOrder& order) {
                                         read_decoder(root["added_tokens_decoder"]);
                                         special_.read_config(root, order);
                                       });
    if (!has_decoder) {
      read_file(
          files.special_tokens_map, "special_tokens_map.json",
          [&](const JsonNode& root, const NameOrder& order) { special_.read_map(root, order); });
      read_file(files.added_tokens, "added_tokens.json",
                [&](const JsonNode& root, const NameOrder&) { read_ids(root); });
    }
    if (!status_.ok()) return status_;
    return put_together();
  }

 private:
  // Whether the file has an added_tokens_decoder.
  template <typename Read>
  bool read_file(const std::string& text, const std::string& file, const Read& read) {
    if (text.empty() || !status_.ok()) return false;
    const std::string path = (folder_ / file).string();
    absl::StatusOr<nlohmann::json> json = parse_json(text, path);
    const absl::StatusOr<NameOrder> order = NameOrder::read(text, path);
    status_ = json.ok() ? order.status() : json.status();
    if (!status_.ok()) return false;
    JsonDocument document(*std::move(json), path);
    const JsonNode root = document.root();
    if (root.value().is_object()) {
      read(root, *order);
    } else {
      root.reject("an object");
    }
    status_ = document.status();
    return !root["added_tokens_decoder"].is_null();
  }

  void read_decoder(const JsonNode& decoder) {
    if (decoder.is_null()) return;
    if (!decoder.value().is_object()) return decoder.reject("an object of ids and tokens");
    for (const auto& [key, value] : decoder.value().items()) {
      int32_t id = 0;
      if (!absl::SimpleAtoi(key, &id) || id < 0) {
        return decoder[key].reject("a token id as its key");
      }
      ConfigToken token = read_config_token(decoder[key], /*special=*/false);
      token.token.id = id;
      token.has_id = token.overrides = true;
      with_ids_.insert_or_assign(id, std::move(token));
    }
  }

  void read_ids(const JsonNode& root) {
    for (const auto& [content, value] : root.value().items()) {
      ConfigToken token;
      token.token.id = root[content].token_id();
      token.token.content = content;
      token.token.normalized = !special_.contains(content);
      token.has_id = true;
      token.place = root[content].place();
      with_ids_.insert_or_assign(token.token.id, std::move(token));
    }
  }

  TokensOfConfig put_together() {
    TokensOfConfig config;
    config.bos_token = special_.bos_token();
    for (auto& [id, token] : with_ids_) config.tokens.push_back(std::move(token));
    const std::vector<ConfigToken> special = special_.in_order();
    config.tokens.insert(config.tokens.end(), special.begin(), special.end());
    return config;
  }

  std::filesystem::path folder_;
  absl::Status status_;
  std::map<int32_t, ConfigToken> with_ids_;
  SpecialTokens special_;
};

}  // namespace

absl::StatusOr<TokensOfConfig> read_tokens_of_config(const FilesBesideTokenizer& files,
                                                     const std::string& name) {
  return Reader(name).read(files);
}

}  // namespace tokenizer
}  // namespace eif
