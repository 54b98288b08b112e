#include "plugins/shared/huggingface/tokenizer/tokenizer.h"

#include <algorithm>
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
#include "plugins/shared/huggingface/tokenizer/tokenizer_json.h"
#include "plugins/shared/huggingface/tokenizer/unicode.h"
#include "suite/formats/text_file.h"

namespace eif {

using tokenizer::AddedToken;
using tokenizer::AddedTokenMatcher;
using tokenizer::JsonDocument;
using tokenizer::JsonNode;
using tokenizer::MatchBudget;
using tokenizer::Segment;
using tokenizer::TokenizerJson;
using tokenizer::ConfigToken;
using tokenizer::TokensOfConfig;

struct Tokenizer::Parts {
  AddedTokenMatcher raw_tokens;           // looked for in the text as it is,
  tokenizer::Normalizer normalizer;       // which is then normalized,
  AddedTokenMatcher normalized_tokens;    // looked through for these,
  tokenizer::PreTokenizer pre_tokenizer;  // cut into words
  tokenizer::Bpe bpe;                     // and those into pieces.
  tokenizer::TemplateProcessing special_tokens;
  tokenizer::PieceById pieces;
  std::optional<int64_t> bos_id;
  std::string tokens_of_config;

  static absl::StatusOr<std::unique_ptr<Parts>> read(TokenizerJson json, const std::string& name,
                                                     const TokensOfConfig& config);
  absl::Status add_tokens(const JsonNode& node, const TokensOfConfig& config);
  absl::Status add_token(const AddedToken& token, const std::string& place);

  std::optional<int64_t> id_of(const std::string& content) const;
  absl::Status append_text(std::string_view text, bool at_start, MatchBudget& budget,
                           std::vector<int64_t>& ids) const;
  absl::Status append_words(std::string_view text, bool at_start, MatchBudget& budget,
                            std::vector<int64_t>& ids) const;
};

// ---- Reading -----------------------------------------------------------------------------------

absl::StatusOr<std::unique_ptr<Tokenizer::Parts>> Tokenizer::Parts::read(
    TokenizerJson json, const std::string& name, const TokensOfConfig& config) {
  JsonDocument document(std::move(json.rest), name);
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
  parts->bpe = tokenizer::Bpe::read(root["model"], json);
  if (!document.status().ok()) return document.status();
  for (const auto& [piece, id] : parts->bpe.vocabulary()) parts->pieces.emplace(id, piece);
  const absl::Status added = parts->add_tokens(root["added_tokens"], config);
  if (!document.status().ok()) return document.status();
  if (!added.ok()) return added;
  parts->special_tokens = read_post_processor(root["post_processor"], parts->pieces);
  if (!document.status().ok()) return document.status();
  if (!parts->special_tokens.prefix.empty()) parts->bos_id = parts->special_tokens.prefix.front();
  return parts;
}

namespace {

absl::Status error_at(const std::string& place, const std::string& found,
                      const std::string& expected) {
  return absl::InvalidArgumentError(
      absl::StrCat(place, ": found ", found, ", expected ", expected));
}

bool same_flags(const AddedToken& left, const AddedToken& right) {
  return left.single_word == right.single_word && left.lstrip == right.lstrip &&
         left.rstrip == right.rstrip && left.normalized == right.normalized;
}

// The added tokens and their ids. The Hugging Face library does not read the ids: they are those of
// the vocabulary or, for pieces it does not have, the next free ones. A file that says otherwise is
// damaged.
class AddedTokens {
 public:
  struct Entry {
    AddedToken token;
    bool is_named = false;  // by a file beside tokenizer.json, and nothing more
    std::string id_place;   // for messages
    std::string place;      // of its content
  };

  explicit AddedTokens(const tokenizer::Bpe& bpe)
      : bpe_(bpe), next_id_(static_cast<int32_t>(bpe.vocabulary().size())) {}

  const std::vector<Entry>& entries() const { return entries_; }
  // nullptr where there is no such token.
  Entry* find(const std::string& content) {
    const auto entry = by_content_.find(content);
    return entry == by_content_.end() ? nullptr : &entries_[entry->second];
  }

  // Of a token that is added again, the last flags count.
  absl::Status add(AddedToken token, bool has_id, const std::string& id_place,
                   const std::string& place) {
    if (token.content.empty()) return absl::OkStatus();  // passed over by the library, too
    const std::optional<int32_t> known = bpe_.id(token.content);
    Entry* entry = find(token.content);
    const int32_t id = known ? *known : entry != nullptr ? entry->token.id : next_id_;
    if (has_id && token.id != id) {
      return error_at(id_place, absl::StrCat(token.id),
                      absl::StrCat(id, known ? ", the id in the vocabulary"
                                       : entry != nullptr
                                           ? ", the id of the same token before"
                                           : ", the next id after the vocabulary"));
    }
    token.id = id;
    if (entry != nullptr) {
      entry->token = std::move(token);
      return absl::OkStatus();
    }
    if (!known) ++next_id_;
    by_content_.emplace(token.content, entries_.size());
    entries_.push_back({std::move(token), /*is_named=*/!has_id, id_place, place});
    return absl::OkStatus();
  }

 private:
  const tokenizer::Bpe& bpe_;
  int32_t next_id_;
  std::vector<Entry> entries_;
  absl::flat_hash_map<std::string, size_t> by_content_;
};

}  // namespace

absl::Status Tokenizer::Parts::add_tokens(const JsonNode& node, const TokensOfConfig& config) {
  AddedTokens added(bpe);
  const std::vector<AddedToken> own = tokenizer::read_added_tokens(node);
  for (size_t i = 0; i < own.size(); ++i) {
    const absl::Status status = added.add(own[i], /*has_id=*/true, node[i]["id"].place(),
                                          node[i]["content"].place());
    if (!status.ok()) return status;
  }
  for (const ConfigToken& token : config.tokens) {
    const AddedTokens::Entry* known = added.find(token.token.content);
    // A name changes no token but another name's; an added_tokens_decoder changes those in the file.
    const bool changes = token.has_id ? token.overrides : known != nullptr && known->is_named;
    if (known != nullptr && (!changes || same_flags(known->token, token.token))) {
      if (token.has_id && token.token.id != known->token.id) {
        return error_at(token.place, absl::StrCat(token.token.id),
                        absl::StrCat(known->token.id, ", the id of this token in tokenizer.json"));
      }
      continue;
    }
    const absl::Status status = added.add(token.token, token.has_id, token.place, token.place);
    if (!status.ok()) return status;
    absl::StrAppend(&tokens_of_config, token.token.single_word, token.token.lstrip,
                    token.token.rstrip, token.token.normalized, token.token.content, "\n");
  }
  for (const AddedTokens::Entry& entry : added.entries()) {
    const AddedToken& token = entry.token;
    const auto [piece, is_new] = pieces.emplace(token.id, token.content);
    if (!is_new && piece->second != token.content) {
      return error_at(entry.id_place, absl::StrCat(token.id),
                      "an id that no piece of the vocabulary has");
    }
    if (absl::Status status = add_token(token, entry.place); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Tokenizer::Parts::add_token(const AddedToken& token, const std::string& place) {
  absl::StatusOr<std::string> pattern = token.content;
  const auto wrong = [&](const std::string& expected) {
    return error_at(place, tokenizer::excerpt(token.content), expected);
  };
  MatchBudget budget(token.content.size());
  if (token.normalized) pattern = normalizer.apply(token.content, budget);
  if (!pattern.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(place, ": ", pattern.status().message()));
  }
  if (pattern->empty() || pattern->size() > AddedTokenMatcher::kMaxPatternBytes) {
    return wrong(
        absl::StrCat("1 to ", AddedTokenMatcher::kMaxPatternBytes, " bytes, once normalized"));
  }
  AddedTokenMatcher& matcher = token.normalized ? normalized_tokens : raw_tokens;
  if (!matcher.add(*pattern, token)) return wrong("a text that no other added token has");
  if (matcher.bytes() > AddedTokenMatcher::kMaxBytes) {
    return wrong(absl::StrCat("at most ", AddedTokenMatcher::kMaxBytes,
                              " bytes of all added tokens together"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Tokenizer>> Tokenizer::parse(std::string_view json,
                                                            const std::string& name,
                                                            std::optional<int64_t> bos_id,
                                                            const FilesBesideTokenizer& beside) {
  if (json.size() > kMaxFileBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": found ", json.size(), " bytes, expected at most ", kMaxFileBytes));
  }
  const absl::StatusOr<TokensOfConfig> config = tokenizer::read_tokens_of_config(beside, name);
  if (!config.ok()) return config.status();
  absl::StatusOr<TokenizerJson> read = tokenizer::read_tokenizer_json(json, name);
  if (!read.ok()) return read.status();
  absl::StatusOr<std::unique_ptr<Parts>> parts = Parts::read(*std::move(read), name, *config);
  if (!parts.ok()) return parts.status();
  if (!(*parts)->bos_id && bos_id) {
    if (!(*parts)->pieces.contains(*bos_id)) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": found no token ", *bos_id,
                       ", expected the beginning-of-sequence token there that the model's "
                       "configuration names. Do the two files belong together?"));
    }
    (*parts)->bos_id = bos_id;
  }
  if (!(*parts)->bos_id && config->bos_token) {
    (*parts)->bos_id = (*parts)->id_of(*config->bos_token);
  }
  return std::unique_ptr<Tokenizer>(new Tokenizer(*std::move(parts)));
}

absl::StatusOr<std::unique_ptr<Tokenizer>> Tokenizer::load(const std::filesystem::path& file,
                                                           std::optional<int64_t> bos_id) {
  const absl::StatusOr<std::string> json = read_text_file(file, kMaxFileBytes);
  if (absl::IsNotFound(json.status())) {
    return absl::NotFoundError(
        absl::StrCat(json.status().message(), "; expected the model's tokenizer.json"));
  }
  if (!json.ok()) return json.status();
  const absl::StatusOr<FilesBesideTokenizer> beside =
      FilesBesideTokenizer::read(file.parent_path());
  if (!beside.ok()) return beside.status();
  return parse(*json, file.string(), bos_id, *beside);
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
  const absl::StatusOr<SpecialTokens> special = special_tokens(bos);
  if (!special.ok()) return special.status();

  MatchBudget budget(text.size());
  std::vector<int64_t> ids = special->prefix;
  for (const Segment& segment : parts_->raw_tokens.split(text)) {
    if (segment.token) {
      ids.push_back(*segment.token);
      continue;
    }
    const std::string_view between = text.substr(segment.begin, segment.end - segment.begin);
    if (absl::Status status = parts_->append_text(between, segment.begin == 0, budget, ids); !status.ok()) {
      return status;
    }
  }
  const auto own = ids.begin() + static_cast<ptrdiff_t>(special->prefix.size());
  if (bos == Bos::kAlways && own != ids.end() && *own == *bos_id()) ids.erase(own);
  ids.insert(ids.end(), special->suffix.begin(), special->suffix.end());
  return ids;
}

absl::StatusOr<SpecialTokens> Tokenizer::special_tokens(Bos bos) const {
  if (bos == Bos::kNever) return SpecialTokens{};
  const tokenizer::TemplateProcessing& in_file = parts_->special_tokens;
  SpecialTokens special{{in_file.prefix.begin(), in_file.prefix.end()},
                        {in_file.suffix.begin(), in_file.suffix.end()}};
  if (bos == Bos::kAuto) return special;
  if (!bos_id()) {
    return absl::FailedPreconditionError(
        "the tokenizer has no beginning-of-sequence token: neither its post_processor nor the "
        "model's configuration names one. Encode without it.");
  }
  // Where the file puts tokens in front, the first of them is taken for it.
  if (special.prefix.empty()) special.prefix = {*bos_id()};
  return special;
}

absl::Status Tokenizer::Parts::append_text(std::string_view text, bool at_start,
                                           MatchBudget& budget, std::vector<int64_t>& ids) const {
  absl::StatusOr<std::string> normalized = normalizer.apply(std::string(text), budget);
  if (!normalized.ok()) return normalized.status();
  const std::string_view whole = *normalized;
  for (const Segment& segment : normalized_tokens.split(whole)) {
    if (segment.token) {
      ids.push_back(*segment.token);
      continue;
    }
    const std::string_view between = whole.substr(segment.begin, segment.end - segment.begin);
    absl::Status status = append_words(between, at_start && segment.begin == 0, budget, ids);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Tokenizer::Parts::append_words(std::string_view text, bool at_start,
                                            MatchBudget& budget, std::vector<int64_t>& ids) const {
  absl::StatusOr<std::vector<std::string>> words =
      pre_tokenizer.apply(std::string(text), at_start, budget);
  if (!words.ok()) return words.status();
  for (const std::string& word : *words) {
    const std::vector<int32_t> word_ids = bpe.encode(word);
    ids.insert(ids.end(), word_ids.begin(), word_ids.end());
  }
  return absl::OkStatus();
}

std::optional<int64_t> Tokenizer::Parts::id_of(const std::string& content) const {
  if (const std::optional<int32_t> id = bpe.id(content)) return *id;
  const auto piece = std::find_if(pieces.begin(), pieces.end(),
                                  [&](const auto& entry) { return entry.second == content; });
  if (piece == pieces.end()) return std::nullopt;
  return piece->first;
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

const std::string& Tokenizer::tokens_of_config() const { return parts_->tokens_of_config; }

}  // namespace eif
