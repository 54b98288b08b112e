#include "plugins/shared/huggingface/tokenizer/special_tokens.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "suite/formats/json_text.h"

namespace eif::tokenizer {
namespace {

constexpr const char* kKnownNames[] = {"bos_token", "eos_token", "unk_token", "sep_token",
                                       "pad_token", "cls_token", "mask_token"};
constexpr const char* kExtra = "extra_special_tokens";
constexpr const char* kAdditional = "additional_special_tokens";

bool is_known(const std::string& name) {
  return std::find(std::begin(kKnownNames), std::end(kKnownNames), name) != std::end(kKnownNames);
}

bool is_own(const std::string& name) { return absl::EndsWith(name, "_token") && !is_known(name); }

bool has(const JsonNode& root, const char* name) { return root.value().contains(name); }

std::vector<ConfigToken> read_list(const JsonNode& list, bool special) {
  std::vector<ConfigToken> tokens;
  if (list.is_null()) return tokens;
  for (const JsonNode& element : list.elements()) {
    tokens.push_back(read_config_token(element, special));
  }
  return tokens;
}

class NameSink final : public JsonSink {
 public:
  NameOrder order;

 private:
  bool key(string_t& name) override {
    if (depth_ == 1) order.names.push_back(name);
    if (depth_ == 2 && !order.names.empty()) order.members[order.names.back()].push_back(name);
    return true;
  }
  bool start_object(size_t) override { return ++depth_ > 0; }
  bool end_object() override { return --depth_ >= 0; }
  bool start_array(size_t) override { return ++depth_ > 0; }
  bool end_array() override { return --depth_ >= 0; }
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }

  int depth_ = 0;
};

}  // namespace

ConfigToken read_config_token(const JsonNode& node, bool special) {
  ConfigToken token;
  token.place = node.place();
  if (node.value().is_string()) {
    token.token.content = node.string();
    token.identity = absl::StrCat("text ", token.token.content);
    return token;
  }
  if (!node.value().is_object()) {
    node.reject("a token, or an object with its content");
    return token;
  }
  const auto flag = [&](const char* name) { return node[name].boolean_or(false); };
  const bool is_special = special || flag("special");
  token.is_config_object = !special;
  token.token.content = node["content"].string();
  token.token.single_word = flag("single_word");
  token.token.lstrip = flag("lstrip");
  token.token.rstrip = flag("rstrip");
  token.says_normalized = !node["normalized"].is_null();
  token.token.normalized = node["normalized"].boolean_or(!is_special);
  token.identity =
      absl::StrCat(is_special, token.token.single_word, token.token.lstrip, token.token.rstrip,
                   token.token.normalized, " ", token.token.content);
  return token;
}

absl::StatusOr<NameOrder> NameOrder::read(std::string_view text, const std::string& file) {
  NameSink sink;
  if (absl::Status status = read_json(text, file, sink); !status.ok()) return status;
  return std::move(sink.order);
}

void NamedTokens::set(const std::string& name, ConfigToken token) {
  for (auto& [known, value] : tokens_) {
    if (known == name) {
      value = std::move(token);
      return;
    }
  }
  tokens_.emplace_back(name, std::move(token));
}

void NamedTokens::erase(const std::string& name) {
  std::erase_if(tokens_, [&](const auto& entry) { return entry.first == name; });
}

const ConfigToken* NamedTokens::find(std::string_view name) const {
  for (const auto& [known, token] : tokens_) {
    if (known == name) return &token;
  }
  return nullptr;
}

void SpecialTokens::read_config(const JsonNode& root, const NameOrder& order) {
  for (const std::string& name : order.names) {
    const JsonNode node = root[name];
    if (is_known(name) && !node.is_null() && !node.value().is_boolean()) {
      known_.set(name, read_config_token(node, /*special=*/false));
    } else if (is_own(name) && node.value().is_string()) {
      own_of_config_.set(name, read_config_token(node, /*special=*/false));
    } else if (is_own(name) && has(node, "__type")) {
      own_.set(name, read_config_token(node, /*special=*/false));
    }
  }
  // The older key stands in for an empty one.
  if (has(root, kAdditional) && root[kExtra].value().empty()) {
    read_extra(root[kAdditional], order, kAdditional, /*special=*/false);
  } else {
    if (has(root, kAdditional)) additional_ = read_list(root[kAdditional], /*special=*/false);
    if (has(root, kExtra)) read_extra(root[kExtra], order, kExtra, /*special=*/false);
  }
}

void SpecialTokens::read_map(const JsonNode& root, const NameOrder& order) {
  for (const std::string& name : order.names) {
    const JsonNode node = root[name];
    const bool is_token = node.value().is_string() || node.value().is_object();
    if (is_known(name) && node.is_null()) {
      known_.erase(name);
    } else if (is_known(name) ? !node.value().is_boolean() : is_own(name) && is_token) {
      (is_known(name) ? known_ : own_).set(name, read_config_token(node, /*special=*/true));
    }
  }
  if (has(root, kAdditional)) additional_ = read_list(root[kAdditional], /*special=*/false);
  if (!has(root, kExtra)) return;
  // A list is appended to the configuration's; anything else takes its place.
  std::vector<ConfigToken> tokens =
      std::exchange(extra_, std::nullopt).value_or(std::vector<ConfigToken>());
  read_extra(root[kExtra], order, kExtra, /*special=*/true);
  if (extra_ && root[kExtra].value().is_array())
    extra_->insert(extra_->begin(), tokens.begin(), tokens.end());
}

void SpecialTokens::read_extra(const JsonNode& list_or_names, const NameOrder& order,
                               const std::string& key, bool special) {
  if (!list_or_names.value().is_object()) {
    extra_ = read_list(list_or_names, special);
    return;
  }
  const auto members = order.members.find(key);
  if (members == order.members.end()) return;
  for (const std::string& name : members->second) {
    own_of_config_.set(name, read_config_token(list_or_names[name], /*special=*/false));
  }
}

bool SpecialTokens::contains(const std::string& content) const {
  const auto is_it = [&](const ConfigToken& token) {
    return token.token.content == content && !token.is_config_object;
  };
  return std::any_of(known_.begin(), known_.end(),
                     [&](const auto& named) { return is_it(named.second); }) ||
         (extra_ && std::any_of(extra_->begin(), extra_->end(), is_it));
}

std::optional<std::string> SpecialTokens::bos_token() const {
  const ConfigToken* token = own_of_config_.find("bos_token");
  if (token == nullptr) token = known_.find("bos_token");
  return token == nullptr ? std::nullopt : std::optional(token->token.content);
}

std::vector<ConfigToken> SpecialTokens::in_order() const {
  NamedTokens named;
  for (const char* name : kKnownNames) {
    const ConfigToken* token = known_.find(name);
    if (token == nullptr) token = own_of_config_.find(name);
    if (token != nullptr) named.set(name, *token);
  }
  for (const auto& [name, token] : own_) named.set(name, token);
  for (const auto& [name, token] : own_of_config_) named.set(name, token);

  std::set<std::string> contents;
  for (const auto& [name, token] : named) contents.insert(token.token.content);

  std::vector<ConfigToken> tokens;
  std::set<std::string> seen;
  const auto add = [&](ConfigToken token) {
    if (!seen.insert(token.identity).second) return;
    // What has a name is special, whatever the file says, and that decides where it says no more.
    if (!token.says_normalized && contents.contains(token.token.content)) {
      token.token.normalized = false;
    }
    tokens.push_back(std::move(token));
  };
  for (const auto& [name, token] : named) add(token);
  for (const ConfigToken& token : extra_ ? *extra_ : additional_) add(token);
  return tokens;
}

}  // namespace eif::tokenizer
