#include "plugins/causal_lm/config.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "suite/formats/json_text.h"

namespace eif {
namespace {

using Json = nlohmann::json;

// The most that a size may be: far above any model, and so low that no product of two overflows.
constexpr int64_t kMaxSize = int64_t{1} << 24;
constexpr int64_t kMaxLayers = 10000;

// Reads the members of a JSON object and checks them. The first error sticks, and every read after
// it returns a harmless value: a reader reads all it needs and asks for status() once. A member
// that is null counts as missing, as in transformers.
class Fields {
 public:
  // `error` is shared with the Fields of nested objects.
  Fields(const Json& object, std::string where, absl::Status* error)
      : object_(object), where_(std::move(where)), error_(error) {}

  bool has(const char* name) const {
    const auto found = object_.find(name);
    return found != object_.end() && !found->is_null();
  }

  int64_t integer(const char* name, std::optional<int64_t> otherwise = {}, int64_t min = 1,
                  int64_t max = kMaxSize) const {
    const Json* value = find(name, otherwise.has_value());
    if (value == nullptr) return otherwise.value_or(min);
    // The parser makes unsigned numbers of those that are not negative, up to 2⁶⁴.
    const bool fits =
        value->is_number_unsigned()
            ? value->get<uint64_t>() <= static_cast<uint64_t>(max) && value->get<int64_t>() >= min
            : value->is_number_integer() && value->get<int64_t>() >= min;
    if (!fits) {
      fail(name, *value, absl::StrCat("a whole number from ", min, " to ", max));
      return min;
    }
    return value->get<int64_t>();
  }

  double positive(const char* name, std::optional<double> otherwise = {}) const {
    const Json* value = find(name, otherwise.has_value());
    if (value == nullptr) return otherwise.value_or(1);
    if (!is_positive(*value)) {
      fail(name, *value, "a number above 0");
      return 1;
    }
    return value->get<double>();
  }

  bool flag(const char* name, bool otherwise) const {
    const Json* value = find(name, true);
    if (value == nullptr) return otherwise;
    if (!value->is_boolean()) {
      fail(name, *value, "true or false");
      return otherwise;
    }
    return value->get<bool>();
  }

  std::string text(const char* name, std::optional<std::string> otherwise = {}) const {
    const Json* value = find(name, otherwise.has_value());
    if (value == nullptr) return otherwise.value_or("");
    if (!value->is_string()) {
      fail(name, *value, "a string");
      return "";
    }
    return value->get<std::string>();
  }

  std::vector<double> positives(const char* name, size_t count) const {
    const Json* value = find(name, false);
    if (value == nullptr) return {};
    if (!value->is_array() || value->size() != count ||
        !std::all_of(value->begin(), value->end(), is_positive)) {
      fail(name, *value, absl::StrCat("a list of ", count, " numbers above 0"));
      return {};
    }
    return value->get<std::vector<double>>();
  }

  std::vector<std::string> choices(const char* name, size_t count,
                                   std::initializer_list<const char*> allowed) const {
    const Json* value = find(name, false);
    if (value == nullptr) return {};
    const auto is_allowed = [&](const Json& choice) {
      return std::find(allowed.begin(), allowed.end(), choice) != allowed.end();
    };
    if (!value->is_array() || value->size() != count ||
        !std::all_of(value->begin(), value->end(), is_allowed)) {
      fail(name, *value,
           absl::StrCat("a list of ", count, " words, each ", absl::StrJoin(allowed, " or ")));
      return {};
    }
    return value->get<std::vector<std::string>>();
  }

  // Gives the member `name`, or an empty object where it is missing.
  Fields object(const char* name) const {
    static const Json* const empty = new Json(Json::object());
    const Json* value = find(name, true);
    if (value != nullptr && !value->is_object()) {
      fail(name, *value, "an object");
      value = nullptr;
    }
    return {value != nullptr ? *value : *empty, absl::StrCat(where_, ", ", name), error_};
  }

  bool empty() const { return object_.empty(); }

  // Gives the name of a member that is an object itself, or "".
  std::string nested() const {
    for (const auto& [name, value] : object_.items()) {
      if (value.is_object()) return name;
    }
    return "";
  }

  void fail(const std::string& message) const {
    if (error_->ok()) *error_ = absl::InvalidArgumentError(absl::StrCat(where_, ": ", message));
  }
  bool failed() const { return !error_->ok(); }

 private:
  static bool is_positive(const Json& value) {
    return value.is_number() && std::isfinite(value.get<double>()) && value.get<double>() > 0;
  }

  const Json* find(const char* name, bool optional) const {
    if (has(name)) return &*object_.find(name);
    if (!optional) fail(absl::StrCat(name, " is missing"));
    return nullptr;
  }

  void fail(const char* name, const Json& found, const std::string& expected) const {
    // Invalid UTF-8 is replaced, and a long list cut: this becomes one line on a terminal.
    std::string text = found.dump(-1, ' ', true, Json::error_handler_t::replace);
    if (text.size() > 60) text = absl::StrCat(text.substr(0, 60), "…");
    fail(absl::StrCat(name, " is ", text, "; expected ", expected));
  }

  const Json& object_;
  std::string where_;
  absl::Status* error_;
};

int64_t original_max_positions(const Fields& top, const Fields& rope, const DecoderConfig& config) {
  constexpr const char* kName = "original_max_position_embeddings";
  if (top.has(kName)) return top.integer(kName);
  // transformers gives Phi-3 this value whatever its rope parameters say.
  if (config.architecture == "phi3") return 4096;
  if (rope.has(kName)) return rope.integer(kName);
  return top.integer("max_position_embeddings");
}

Llama3Rope read_llama3(const Fields& top, const Fields& rope, const DecoderConfig& config) {
  Llama3Rope scaling;
  scaling.factor = rope.positive("factor");
  scaling.low_frequency_factor = rope.positive("low_freq_factor");
  scaling.high_frequency_factor = rope.positive("high_freq_factor");
  scaling.original_max_positions = original_max_positions(top, rope, config);
  if (!rope.failed() && scaling.high_frequency_factor <= scaling.low_frequency_factor) {
    rope.fail(absl::StrCat("high_freq_factor is ", scaling.high_frequency_factor,
                           "; expected more than low_freq_factor, ", scaling.low_frequency_factor));
  }
  return scaling;
}

LongRope read_longrope(const Fields& top, const Fields& rope, const DecoderConfig& config) {
  LongRope scaling;
  const auto pairs = static_cast<size_t>(config.rope.rotated_width / 2);
  scaling.short_factors = rope.positives("short_factor", pairs);
  scaling.long_factors = rope.positives("long_factor", pairs);
  scaling.original_max_positions = original_max_positions(top, rope, config);
  const auto original = static_cast<double>(scaling.original_max_positions);
  const double stretch = rope.has("factor") ? rope.positive("factor")
                                            : top.integer("max_position_embeddings") / original;
  // LongRoPE (arXiv 2402.13753): sqrt(1 + ln s / ln L), to keep the entropy of attention.
  const double suggested = stretch > 1 ? std::sqrt(1 + std::log(stretch) / std::log(original)) : 1;
  scaling.attention_factor = rope.positive("attention_factor", suggested);
  if (!rope.failed() && !std::isfinite(scaling.attention_factor)) {
    rope.fail("original_max_position_embeddings is 1; expected 2 or more");
  }
  return scaling;
}

int64_t read_rotated_width(const Fields& top, const Fields& rope, const DecoderConfig& config) {
  constexpr const char* kName = "partial_rotary_factor";
  const double fraction = rope.has(kName) ? rope.positive(kName) : top.positive(kName, 1.0);
  if (fraction != 1 && config.architecture != "phi3") {
    top.fail(absl::StrCat("partial_rotary_factor is ", fraction, "; expected 1 for ",
                          config.architecture, " (only phi3 rotates a part of each head)"));
    return 2;
  }
  const auto width =
      static_cast<int64_t>(static_cast<double>(config.head_width) * std::min(fraction, 2.0));
  if (fraction > 1 || width < 2 || width % 2 != 0) {
    top.fail(absl::StrCat("partial_rotary_factor ", fraction, " of head_dim ", config.head_width,
                          " rotates ", width, " dimensions; expected an even number from 2 to ",
                          config.head_width));
    return 2;
  }
  return width;
}

void read_rope(const Fields& top, DecoderConfig& config) {
  // A non-empty rope_scaling goes first, as in transformers.
  const Fields old_style = top.object("rope_scaling");
  const Fields rope = old_style.empty() ? top.object("rope_parameters") : old_style;
  if (const std::string nested = rope.nested(); !nested.empty()) {
    return rope.fail(absl::StrCat("parameters of their own for ", nested,
                                  "; expected the same parameters for all layers"));
  }
  config.rope.theta =
      rope.has("rope_theta") ? rope.positive("rope_theta") : top.positive("rope_theta", 10000.0);
  config.rope.rotated_width = read_rotated_width(top, rope, config);

  const std::string type = rope.text("rope_type", rope.text("type", "default"));
  const bool phi3 = config.architecture == "phi3";
  if (type == "default") {
    config.rope.scaling = DefaultRope();
  } else if (type == "longrope" || (type == "su" && phi3)) {
    config.rope.scaling = read_longrope(top, rope, config);
  } else if (type == "llama3" && !phi3) {
    config.rope.scaling = read_llama3(top, rope, config);
  } else {
    rope.fail(absl::StrCat("rope_type is \"", type, "\"; supported for ", config.architecture,
                           ": default, longrope, ", phi3 ? "su" : "llama3"));
  }
}

// Qwen2 names the kind of attention of each layer, or the first layer that has the window.
std::vector<bool> read_qwen2_windows(const Fields& top, const DecoderConfig& config) {
  const auto layers = static_cast<size_t>(config.layers);
  std::vector<bool> has_window(layers, false);
  if (top.has("layer_types")) {
    const std::vector<std::string> types =
        top.choices("layer_types", layers, {"full_attention", "sliding_attention"});
    std::transform(types.begin(), types.end(), has_window.begin(),
                   [](const std::string& type) { return type == "sliding_attention"; });
  } else if (config.sliding_window > 0) {
    const int64_t first = top.integer("max_window_layers", 28, /*min=*/0);
    for (size_t i = static_cast<size_t>(first); i < layers; ++i) has_window[i] = true;
  }
  return has_window;
}

void read_windows(const Fields& top, DecoderConfig& config) {
  const std::string& architecture = config.architecture;
  if (architecture == "llama") {  // transformers ignores the member here
    config.has_window.assign(static_cast<size_t>(config.layers), false);
    return;
  }
  const bool used = architecture != "qwen2" || top.flag("use_sliding_window", false);
  if (used && top.has("sliding_window")) config.sliding_window = top.integer("sliding_window");
  if (architecture == "qwen2") {
    config.has_window = read_qwen2_windows(top, config);
  } else {
    config.has_window.assign(static_cast<size_t>(config.layers), config.sliding_window > 0);
  }
  const bool any = std::find(config.has_window.begin(), config.has_window.end(), true) !=
                   config.has_window.end();
  if (any && config.sliding_window == 0) {
    top.fail(
        "layer_types has sliding_attention; expected use_sliding_window and sliding_window "
        "to go with it");
  }
}

void read_sizes(const Fields& top, DecoderConfig& config) {
  config.vocabulary = top.integer("vocab_size");
  config.width = top.integer("hidden_size");
  config.intermediate_width = top.integer("intermediate_size");
  config.layers = top.integer("num_hidden_layers", {}, 1, kMaxLayers);
  config.heads = top.integer("num_attention_heads");
  config.key_value_heads = top.integer("num_key_value_heads", config.heads);
  config.norm_epsilon = top.positive("rms_norm_eps");
  if (top.failed()) return;
  if (config.heads % config.key_value_heads != 0) {
    return top.fail(absl::StrCat("num_key_value_heads is ", config.key_value_heads,
                                 "; expected a divisor of num_attention_heads, ", config.heads));
  }
  if (!top.has("head_dim") && config.width % config.heads != 0) {
    return top.fail(absl::StrCat("hidden_size is ", config.width,
                                 "; expected a multiple of num_attention_heads, ", config.heads,
                                 ", or a head_dim"));
  }
  config.head_width = top.integer("head_dim", config.width / config.heads);
}

// What transformers takes where the file does not say.
int64_t default_most_positions(const std::string& architecture) {
  if (architecture == "mistral") return 131072;
  if (architecture == "qwen2") return 32768;
  return architecture == "phi3" ? 4096 : 2048;
}

void read_structure(const Fields& top, DecoderConfig& config) {
  config.most_positions =
      top.integer("max_position_embeddings", default_most_positions(config.architecture));
  const std::string activation = top.text("hidden_act", "silu");
  if (activation != "silu") {
    top.fail(absl::StrCat("hidden_act is \"", activation, "\"; supported: silu"));
  }
  if (top.has("quantization_config")) {
    top.fail(
        "the checkpoint is quantised (quantization_config); expected the original weights in "
        "bfloat16, float16, float32 or float64");
  }
  if (top.has("bos_token_id")) {
    config.beginning_of_sequence = top.integer("bos_token_id", {}, /*min=*/0);
  }
  if (top.has("pad_token_id")) {
    const int64_t padding = top.integer("pad_token_id", {}, /*min=*/-config.vocabulary);
    // As torch counts: negative ids from the end of the vocabulary.
    config.padding = padding < 0 ? padding + config.vocabulary : padding;
  }
  config.tied_head = top.flag("tie_word_embeddings", false);
  config.fused_projections = config.architecture == "phi3";
  if (config.architecture == "qwen2") config.query_key_value_bias = true;
  if (config.architecture == "llama") {
    config.query_key_value_bias = config.attention_output_bias = top.flag("attention_bias", false);
    config.mlp_bias = top.flag("mlp_bias", false);
  }
}

absl::StatusOr<Json> parse_object(const std::string& json_text, const std::string& subject) {
  absl::StatusOr<Json> json = parse_json(json_text, subject);
  if (json.ok() && !json->is_object()) {
    return absl::InvalidArgumentError(absl::StrCat(
        subject, " is not a JSON object; expected the config.json of a Hugging Face model"));
  }
  return json;
}

// The model_type, which is refused where no forward pass is written for it.
std::string read_architecture(const Fields& top) {
  static constexpr const char* kArchitectures[] = {"llama", "mistral", "phi3", "qwen2"};
  std::string architecture = top.text("model_type");
  if (std::find(std::begin(kArchitectures), std::end(kArchitectures), architecture) ==
      std::end(kArchitectures)) {
    top.fail(absl::StrCat("model_type is \"", architecture,
                          "\"; supported: ", absl::StrJoin(kArchitectures, ", ")));
  }
  return architecture;
}

}  // namespace

absl::Status check_model_type(const std::string& json_text, const std::string& subject) {
  const absl::StatusOr<Json> json = parse_object(json_text, subject);
  if (!json.ok()) return json.status();
  absl::Status error;
  read_architecture(Fields(*json, subject, &error));
  return error;
}

absl::StatusOr<DecoderConfig> parse_config(const std::string& json_text,
                                           const std::string& subject) {
  const absl::StatusOr<Json> json = parse_object(json_text, subject);
  if (!json.ok()) return json.status();
  absl::Status error;
  const Fields top(*json, subject, &error);
  DecoderConfig config;
  config.architecture = read_architecture(top);
  if (!error.ok()) return error;
  read_sizes(top, config);
  if (!error.ok()) return error;
  read_structure(top, config);
  read_windows(top, config);
  read_rope(top, config);
  if (!error.ok()) return error;
  return config;
}

}  // namespace eif
