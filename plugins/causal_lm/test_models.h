// Tiny random decoders for tests: configurations, parameters, batches, and folders with all of it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/plain_weights.h"
#include "plugins/causal_lm/config.h"
#include "plugins/causal_lm/decoder.h"
#include "suite/formats/safetensors.h"

namespace eif {

// A config.json that every family accepts: 2 layers, 4 query heads for 2 key/value heads of
// width 6.
inline nlohmann::json tiny_config(const std::string& architecture) {
  return {{"model_type", architecture}, {"vocab_size", 40},
          {"hidden_size", 24},          {"intermediate_size", 20},
          {"num_hidden_layers", 2},     {"num_attention_heads", 4},
          {"num_key_value_heads", 2},   {"max_position_embeddings", 128},
          {"rms_norm_eps", 1e-5},       {"tie_word_embeddings", architecture != "phi3"},
          {"bos_token_id", 1}};
}

inline Decoder decoder_of(const nlohmann::json& config) {
  return Decoder(parse_config(config.dump(), "config.json").value());
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

inline void write_file(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

inline TensorView view_of(const at::Tensor& tensor, DType dtype) {
  return {dtype,
          tensor.sizes().vec(),
          {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()}};
}

// Views of float64 parameters, which they must not outlive.
inline TensorViews views_of(const std::vector<Parameter>& parameters) {
  TensorViews views;
  for (const Parameter& parameter : parameters) {
    views[parameter.name] = view_of(parameter.value, DType::kF64);
  }
  return views;
}

// Byte-level BPE over "a" to "z", space and newline, no merges. Token 1 is the beginning of
// sequence; `adds_it` puts it in front of every text.
inline nlohmann::json tiny_tokenizer(bool adds_it) {
  nlohmann::json vocabulary = {{"<unk>", 0}, {"<s>", 1}, {"</s>", 2}};
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    vocabulary[std::string(1, letter)] = 3 + (letter - 'a');
  }
  vocabulary["Ġ"] = 29;  // how the byte level spells a space
  vocabulary["Ċ"] = 30;  // and a newline
  const auto special = [](int id, const char* content) {
    return nlohmann::json{{"id", id},        {"content", content}, {"single_word", false},
                          {"lstrip", false}, {"rstrip", false},    {"normalized", false},
                          {"special", true}};
  };
  const nlohmann::json text = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
  const nlohmann::json begin = {{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}};
  const nlohmann::json pair = {{"Sequence", {{"id", "B"}, {"type_id", 1}}}};
  const nlohmann::json template_processing = {
      {"type", "TemplateProcessing"},
      {"single", {begin, text}},
      {"pair", {begin, text, pair}},
      {"special_tokens", {{"<s>", {{"id", "<s>"}, {"ids", {1}}, {"tokens", {"<s>"}}}}}}};
  const nlohmann::json byte_level = {{"type", "ByteLevel"},
                                     {"add_prefix_space", false},
                                     {"trim_offsets", true},
                                     {"use_regex", true}};
  return {{"version", "1.0"},
          {"truncation", nullptr},
          {"padding", nullptr},
          {"added_tokens", {special(0, "<unk>"), special(1, "<s>"), special(2, "</s>")}},
          {"normalizer", nullptr},
          {"pre_tokenizer", byte_level},
          {"post_processor", adds_it ? template_processing : nlohmann::json(nullptr)},
          {"decoder", byte_level},
          {"model",
           {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", nullptr},
            {"continuing_subword_prefix", nullptr},
            {"end_of_word_suffix", nullptr},
            {"fuse_unk", false},
            {"byte_fallback", false},
            {"vocab", vocabulary},
            {"merges", nlohmann::json::array()}}}};
}

// A whole model folder with random_parameters().
inline void write_model(const std::filesystem::path& folder, const nlohmann::json& config,
                        bool adds_beginning_of_sequence = false) {
  write_file(folder / "config.json", config.dump());
  write_file(folder / "tokenizer.json", tiny_tokenizer(adds_beginning_of_sequence).dump());
  const std::vector<Parameter> parameters = random_parameters(decoder_of(config));
  const absl::Status status = write_safetensors(folder / "model.safetensors", views_of(parameters));
  if (!status.ok()) throw std::runtime_error(std::string(status.message()));
}

}  // namespace eif
