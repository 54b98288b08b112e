// What Gemma 1 to 3 have in common: gains that count from 1, embeddings times the root of their width,
// heads of a width of their own, a gated MLP.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/causal_lm/family.h"

namespace eif {

// What they differ in.
struct GemmaKind {
  bool norms_results = false;  // of attention and MLP
  bool norms_heads = false;    // queries and keys
  double scale = 0;            // of the scores
  double softcap = 0;
  std::vector<bool> has_window;  // empty: no layer has one
  int64_t window = 0;
  int sliding_rope = 0;  // index into the ropes, of the layers that have the window
};

DecoderParts make_gemma(const ConfigReader& config, const Sizes& sizes, const GemmaKind& kind,
                        std::vector<RopeConfig> ropes, Activation activation);

// Every layer but each `period`th has the window, where layer_types does not say otherwise.
std::vector<bool> read_gemma_windows(const ConfigReader& config, int64_t layers, int64_t period);

// One over the root of query_pre_attn_scalar.
double read_query_scale(const ConfigReader& config);

}  // namespace eif
