// Tiny random decoders for tests: configurations, parameters, batches, and folders with all of it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/plain_weights.h"
#include "plugins/causal_lm/decoder.h"
#include "plugins/causal_lm/family.h"
#include "plugins/shared/huggingface/folders_for_test.h"
#include "suite/formats/safetensors.h"

namespace eif {

// A config.json that every family accepts: 2 layers, 4 query heads for 2 key/value heads of
// width 6, where a family has such heads.
inline nlohmann::json tiny_config(const std::string& architecture) {
  nlohmann::json config = {{"model_type", architecture}, {"vocab_size", 40},
          {"hidden_size", 24},          {"intermediate_size", 20},
          {"num_hidden_layers", 2},     {"num_attention_heads", 4},
          {"num_key_value_heads", 2},   {"max_position_embeddings", 128},
          {"rms_norm_eps", 1e-5},       {"tie_word_embeddings", architecture != "phi3"},
          {"bos_token_id", 1},          {"pad_token_id", nullptr}};
  // The others take it from width and heads, where the file does not say.
  if (architecture == "qwen3" || architecture.starts_with("gemma")) config["head_dim"] = 6;
  return config;
}

inline nlohmann::json with_changes(nlohmann::json config, const nlohmann::json& changes) {
  config.update(changes);
  return config;
}

// One configuration of each family, with its quirks on.
inline std::map<std::string, nlohmann::json> tiny_families() {
  const nlohmann::json long_rope = {
      {"type", "longrope"}, {"short_factor", {1.0, 1.1, 1.2}}, {"long_factor", {2.0, 3.0, 4.0}}};
  const nlohmann::json window = {{"sliding_window", 3}};
  const nlohmann::json upper_window = {
      {"use_sliding_window", true}, {"sliding_window", 3}, {"max_window_layers", 1}};
  const nlohmann::json partial = {{"head_dim", 8}, {"partial_rotary_factor", 0.5}};
  const std::map<std::string, nlohmann::json> changes = {
      {"gemma2", window},
      {"gemma3_text", with_changes(window, {{"layer_types", {"sliding_attention", "full_attention"}}})},
      {"gpt2", {{"scale_attn_by_inverse_layer_idx", true}}},
      {"gpt_neox", {{"rotary_pct", 0.5}}},
      {"granite",
       {{"embedding_multiplier", 3.0},
        {"residual_multiplier", 0.5},
        {"attention_multiplier", 0.3},
        {"logits_scaling", 2.0}}},
      {"llama", {{"attention_bias", true}, {"mlp_bias", true}}},
      {"mistral", with_changes(window, {{"head_dim", 8}})},
      {"olmo", {{"clip_qkv", 0.5}}},
      {"olmo3", window},
      {"phi", with_changes(partial, {{"hidden_size", 32}, {"qk_layernorm", true}})},
      {"phi3", with_changes(window, {{"rope_scaling", long_rope}})},
      {"qwen2", upper_window},
      {"qwen3", upper_window},
      {"smollm3", {{"no_rope_layers", {1, 0}}, {"use_sliding_window", true}, {"sliding_window", 3}}},
      {"stablelm", {{"qk_layernorm", true}, {"partial_rotary_factor", 0.4}}},
      {"starcoder2", window}};
  std::map<std::string, nlohmann::json> result;
  for (const std::string& family : model_types()) {
    const auto change = changes.find(family);
    result[family] = change == changes.end() ? tiny_config(family)
                                             : with_changes(tiny_config(family), change->second);
  }
  return result;
}

inline Decoder decoder_of(const nlohmann::json& config) {
  return Decoder(parse_config(config.dump(), "config.json").value(), at::kDouble);
}

// Weights so large that every part of the forward pass matters to the loss.
inline std::vector<Parameter> random_parameters(const Decoder& decoder, int64_t seed = 7,
                                                at::ScalarType dtype = at::kDouble) {
  at::manual_seed(seed);
  std::vector<Parameter> parameters;
  for (const ParameterSpec& spec : decoder.parameters()) {
    const bool is_matrix = spec.shape.size() == 2;
    at::Tensor value = at::randn(spec.shape, at::kDouble);
    value =
        is_matrix ? value * (1.5 / std::sqrt(static_cast<double>(spec.shape[1]))) : value * 0.2 + 1;
    parameters.push_back({spec.name, value.to(dtype)});
  }
  return parameters;
}

// A node of a forest: its token, and the index of the node before it, or −1.
struct Node {
  int64_t id;
  int64_t parent;
};
struct Prediction {
  int64_t node;
  int64_t target;
  int64_t statement;
};

// One row.
inline TokenBatch forest(const std::vector<Node>& nodes, const std::vector<Prediction>& predictions,
                         int64_t statement_count) {
  const auto n = static_cast<int64_t>(nodes.size());
  std::vector<int64_t> ids, positions, scored_nodes, slots, targets, statements;
  at::Tensor visible = at::eye(n, at::kLong).to(at::kBool);
  for (int64_t i = 0; i < n; ++i) {
    const Node& node = nodes[static_cast<size_t>(i)];
    ids.push_back(node.id);
    positions.push_back(node.parent < 0 ? 0 : positions[static_cast<size_t>(node.parent)] + 1);
    if (node.parent >= 0) visible[i].logical_or_(visible[node.parent]);
  }
  for (const Prediction& prediction : predictions) {
    const auto found = std::find(scored_nodes.begin(), scored_nodes.end(), prediction.node);
    slots.push_back(found - scored_nodes.begin());
    if (found == scored_nodes.end()) scored_nodes.push_back(prediction.node);
    targets.push_back(prediction.target);
    statements.push_back(prediction.statement);
  }
  const auto row = [](const std::vector<int64_t>& values) {
    return at::tensor(values, at::kLong).unsqueeze(0);
  };
  return {row(ids),   row(positions), visible.unsqueeze(0), row(scored_nodes),
          row(slots), row(targets),   row(statements),      statement_count,
          0};
}

// One sequence of which all tokens but the first are scored.
inline TokenBatch chain(const std::vector<int64_t>& ids) {
  std::vector<Node> nodes;
  std::vector<Prediction> predictions;
  for (size_t i = 0; i + 1 < ids.size(); ++i) {
    const auto node = static_cast<int64_t>(i);
    nodes.push_back({ids[i], node - 1});
    predictions.push_back({node, ids[i + 1], 0});
  }
  return forest(nodes, predictions, 1);
}

// `count` ids that follow no pattern, from 3 to 39.
inline std::vector<int64_t> some_ids(size_t count) {
  std::vector<int64_t> ids;
  for (size_t i = 0; i < count; ++i) ids.push_back(static_cast<int64_t>(3 + (i * i * 7 + i) % 37));
  return ids;
}

// ---- Folders -----------------------------------------------------------------------------------

// A whole model folder with random_parameters().
inline void write_model(const std::filesystem::path& folder, const nlohmann::json& config,
                        bool adds_beginning_of_sequence = false) {
  write_file(folder / "config.json", config.dump());
  write_file(folder / "tokenizer.json", tiny_tokenizer(adds_beginning_of_sequence).dump());
  const Decoder decoder = decoder_of(config);
  std::vector<Parameter> parameters = random_parameters(decoder);
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (!decoder.parameters()[i].transposed) continue;
    parameters[i].value = parameters[i].value.t().contiguous();
  }
  const absl::Status status = write_safetensors(folder / "model.safetensors", views_of(parameters));
  if (!status.ok()) throw std::runtime_error(std::string(status.message()));
}

}  // namespace eif
