// What the tests of model folders write into them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "eif/backend.h"
#include "suite/formats/safetensors.h"

namespace eif {

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

}  // namespace eif
