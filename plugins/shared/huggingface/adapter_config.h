// What an adapter_config.json of the package peft says of a LoRA adapter.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace eif {

struct AdapterConfig {
  std::string base;      // a folder or a repository; empty where the file does not say
  std::string revision;  // of the repository; may be empty
  int64_t rank = 0;
  double alpha = 0;
  bool divides_by_root = false;  // of the rank, as rsLoRA does, and not by the rank
  // What some modules have instead, by the pattern that names them: the first that fits counts.
  std::vector<std::pair<std::string, int64_t>> ranks;
  std::vector<std::pair<std::string, double>> alphas;

  // Of a module, such as "model.layers.0.self_attn.q_proj". kInvalidArgument where a pattern is no
  // regular expression that is known here.
  absl::StatusOr<int64_t> rank_of(const std::string& module) const;
  absl::StatusOr<double> scale_of(const std::string& module) const;
};

// `subject` names the file in messages. All errors are kInvalidArgument. What changes the adapted
// model and is not done here is refused by name rather than ignored.
absl::StatusOr<AdapterConfig> parse_adapter_config(const std::string& json_text,
                                                   const std::string& subject);

}  // namespace eif
