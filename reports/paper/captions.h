// The words below each figure: under what circumstances its numbers came about, and what the
// several seeds have to do with them, where there are several.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "suite/core/run_result.h"

namespace eif {

// "seed 4"; "seeds 0–9" of seeds that follow each other; "seeds 1, 5".
std::string seeds_text(const std::vector<uint64_t>& seeds);

class Captions {
 public:
  Captions(const ModelContext& model, const RunRequest& request, std::vector<uint64_t> seeds);

  // Those that the figures are drawn from, ascending.
  const std::vector<uint64_t>& seeds() const { return seeds_; }
  bool has_several_seeds() const { return seeds_.size() > 1; }

  // "cnn, learning rate 1e-4, engine replay, sgd, float32 on cpu, seeds 0–9." The sentences of
  // these functions are added by them, where there are several seeds.
  std::string plain() const { return circumstances_ + "."; }
  // "Means over 10 seeds."
  std::string of_means() const;
  // "Whiskers: the smallest and the largest of 10 seeds."
  std::string of_whiskers() const;
  // "Shown: seed 0."
  std::string of_first_seed() const;

 private:
  std::string with(const std::string& sentence) const;

  std::vector<uint64_t> seeds_;
  std::string circumstances_;
};

}  // namespace eif
