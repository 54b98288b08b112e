#include "plugins/shared/huggingface/tokenizer/tokenizer.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "plugins/shared/huggingface/tokenizer/added_tokens.h"
#include "plugins/shared/huggingface/tokenizer/bpe.h"
#include "plugins/shared/huggingface/tokenizer/json_reader.h"
#include "plugins/shared/huggingface/tokenizer/normalizer.h"
#include "plugins/shared/huggingface/tokenizer/pre_tokenizer.h"
#include "plugins/shared/huggingface/tokenizer/template_processing.h"
#include "plugins/shared/huggingface/tokenizer/unicode.h"

namespace eif {

using tokenizer::AddedToken;
using tokenizer::AddedTokenMatcher;
using tokenizer::JsonDocument;
using tokenizer::JsonNode;
using tokenizer::Segment;

struct Tokenizer::Parts {
  AddedTokenMatcher raw_tokens;           // looked for in the text as it is,
  tokenizer::Normalizer normalizer;       // which is then normalized,
  AddedTokenMatcher normalized_tokens;    // looked through for these,
  tokenizer::PreTokenizer pre_tokenizer;  // cut into words
  tokenizer::Bpe bpe;                     // and those into pieces.
  tokenizer::TemplateProcessing special_tokens;
  tokenizer::PieceById pieces;
  std::optional<int64_t> bos_id;

  // nullptr when the document was refused.
  static std::unique_ptr<Parts> read(JsonDocument& document);
  void read_added_tokens(const JsonNode& node);
  void add_token(const JsonNode& node, const AddedToken& token);

  absl::Status append_text(std::string_view text, bool at_start, std::vector<int64_t>& ids) const;
  absl::Status append_words(std::string_view text, bool at_start, std::vector<int64_t>& ids) const;
};

// ---- Reading -----------------------------------------------------------------------------------

std::unique_ptr<Tokenizer::Parts> Tokenizer::Parts::read(JsonDocument& document) {
  const JsonNode root = document.root();
  // The decoder turns ids into text, which nobody asks for here.
  root.only_fields({"version", "truncation", "padding", "added_tokens", "normalizer",
                    "pre_tokenizer", "post_processor", "decoder", "model"});
  const JsonNode version = root["version"];
  if (!version.is_null() && version.string() != "1.0") version.unsupported("version 1.0");
  for (const char* field : {"truncation", "padding"}) {
    if (!root[field].is_null()) {
      root[field].unsupported("null: statements are encoded whole. Write null there");
    }
  }
  auto parts = std::make_unique<Parts>();
  parts->normalizer = tokenizer::Normalizer::read(root["normalizer"]);
  parts->pre_tokenizer =
      tokenizer::PreTokenizer::read(root["pre_tokenizer"], !parts->normalizer.is_empty());
  parts->bpe = tokenizer::Bpe::read(root["model"]);
  if (!document.status().ok()) return nullptr;
  for (const auto& [piece, id] : parts->bpe.vocabulary()) parts->pieces.emplace(id, piece);
  parts->read_added_tokens(root["added_tokens"]);
  parts->special_tokens = read_post_processor(root["post_processor"], parts->pieces);
  if (!document.status().ok()) return nullptr;
  if (!parts->special_tokens.prefix.empty()) parts->bos_id = parts->special_tokens.prefix.front();
  return parts;
}

// The Hugging Face library does not read the ids of added tokens: they are those of the vocabulary
// or, for pieces it does not have, the next free ones. A file that says otherwise is damaged.
void Tokenizer::Parts::read_added_tokens(const JsonNode& node) {
  const std::vector<AddedToken> tokens = tokenizer::read_added_tokens(node);
  auto next_id = static_cast<int32_t>(bpe.vocabulary().size());
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::optional<int32_t> known = bpe.id(tokens[i].content);
    const int32_t expected = known ? *known : next_id++;
    if (tokens[i].id != expected) {
      node[i]["id"].reject(absl::StrCat(
          expected, known ? ", the id in the vocabulary" : ", the next id after the vocabulary"));
    } else if (!known && !pieces.emplace(expected, tokens[i].content).second) {
      node[i]["id"].reject("an id that no piece of the vocabulary has");
    }
    add_token(node[i], tokens[i]);
  }
}

void Tokenizer::Parts::add_token(const JsonNode& node, const AddedToken& token) {
  absl::StatusOr<std::string> pattern = token.content;
  if (token.normalized) pattern = normalizer.apply(token.content);
  const JsonNode content = node["content"];
  if (!pattern.ok()) return content.fail(absl::InvalidArgumentError(pattern.status().message()));
  if (pattern->empty() || pattern->size() > AddedTokenMatcher::kMaxPatternBytes) {
    return content.reject(
        absl::StrCat("1 to ", AddedTokenMatcher::kMaxPatternBytes, " bytes, once normalized"));
  }
  AddedTokenMatcher& matcher = token.normalized ? normalized_tokens : raw_tokens;
  if (!matcher.add(*pattern, token)) content.reject("a text that no other added token has");
}

absl::StatusOr<std::unique_ptr<Tokenizer>> Tokenizer::parse(std::string_view json,
                                                            const std::string& name,
                                                            std::optional<int64_t> bos_id) {
  if (json.size() > kMaxFileBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": found ", json.size(), " bytes, expected at most ", kMaxFileBytes));
  }
  JsonDocument document(json, name);
  std::unique_ptr<Parts> parts;
  if (document.status().ok()) parts = Parts::read(document);
  if (!document.status().ok()) return document.status();
  if (!parts->bos_id && bos_id) {
    if (!parts->pieces.contains(*bos_id)) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": found no token ", *bos_id,
                       ", expected the beginning-of-sequence token there that the model's "
                       "configuration names. Do the two files belong together?"));
    }
    parts->bos_id = bos_id;
  }
  return std::unique_ptr<Tokenizer>(new Tokenizer(std::move(parts)));
}

absl::StatusOr<std::unique_ptr<Tokenizer>> Tokenizer::load(const std::filesystem::path& file,
                                                           std::optional<int64_t> bos_id) {
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(file, error);
  if (error) {
    return absl::NotFoundError(absl::StrCat(file.string(), ": ", error.message(),
                                            ", expected the model's tokenizer.json"));
  }
  if (size > kMaxFileBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(file.string(), ": found ", size, " bytes, expected at most ", kMaxFileBytes));
  }
  std::string json(size, '\0');
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(json.data(), static_cast<std::streamsize>(size))) {
    return absl::NotFoundError(
        absl::StrCat(file.string(), ": cannot be read. Check its permissions."));
  }
  return parse(json, file.string(), bos_id);
}

Tokenizer::Tokenizer(std::unique_ptr<const Parts> parts) : parts_(std::move(parts)) {}
Tokenizer::~Tokenizer() = default;

// ---- Encoding ----------------------------------------------------------------------------------

absl::StatusOr<std::vector<int64_t>> Tokenizer::encode(std::string_view text, Bos bos) const {
  if (text.size() > kMaxTextBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the text to encode has ", text.size(),
                                                   " bytes, expected at most ", kMaxTextBytes));
  }
  if (const std::optional<size_t> invalid = tokenizer::first_invalid_utf8(text)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "the text to encode has the byte 0x%02X at offset %d, expected UTF-8. Convert it first.",
        static_cast<unsigned char>(text[*invalid]), *invalid));
  }
  if (bos == Bos::kAlways && !bos_id()) {
    return absl::FailedPreconditionError(
        "the tokenizer has no beginning-of-sequence token: neither its post_processor nor the "
        "model's configuration names one. Encode without it.");
  }

  std::vector<int64_t> ids;
  const tokenizer::TemplateProcessing& special = parts_->special_tokens;
  if (bos != Bos::kNever) ids.assign(special.prefix.begin(), special.prefix.end());
  for (const Segment& segment : parts_->raw_tokens.split(text)) {
    if (segment.token) {
      ids.push_back(*segment.token);
      continue;
    }
    const std::string_view between = text.substr(segment.begin, segment.end - segment.begin);
    if (absl::Status status = parts_->append_text(between, segment.begin == 0, ids); !status.ok()) {
      return status;
    }
  }
  if (bos != Bos::kNever) ids.insert(ids.end(), special.suffix.begin(), special.suffix.end());
  if (bos == Bos::kAlways && (ids.empty() || ids.front() != *bos_id())) {
    ids.insert(ids.begin(), *bos_id());
  }
  return ids;
}

absl::Status Tokenizer::Parts::append_text(std::string_view text, bool at_start,
                                           std::vector<int64_t>& ids) const {
  absl::StatusOr<std::string> normalized = normalizer.apply(std::string(text));
  if (!normalized.ok()) return normalized.status();
  const std::string_view whole = *normalized;
  for (const Segment& segment : normalized_tokens.split(whole)) {
    if (segment.token) {
      ids.push_back(*segment.token);
      continue;
    }
    const std::string_view between = whole.substr(segment.begin, segment.end - segment.begin);
    absl::Status status = append_words(between, at_start && segment.begin == 0, ids);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Tokenizer::Parts::append_words(std::string_view text, bool at_start,
                                            std::vector<int64_t>& ids) const {
  absl::StatusOr<std::vector<std::string>> words = pre_tokenizer.apply(std::string(text), at_start);
  if (!words.ok()) return words.status();
  for (const std::string& word : *words) {
    const std::vector<int32_t> word_ids = bpe.encode(word);
    ids.insert(ids.end(), word_ids.begin(), word_ids.end());
  }
  return absl::OkStatus();
}

// ---- The vocabulary ----------------------------------------------------------------------------

std::optional<std::string> Tokenizer::piece(int64_t id) const {
  const auto entry = parts_->pieces.find(id);
  if (entry == parts_->pieces.end()) return std::nullopt;
  return entry->second;
}

size_t Tokenizer::vocabulary_size() const {
  // A vocabulary has at least one piece.
  return 1 + std::max_element(parts_->pieces.begin(), parts_->pieces.end())->first;
}

std::optional<int64_t> Tokenizer::bos_id() const { return parts_->bos_id; }

}  // namespace eif
