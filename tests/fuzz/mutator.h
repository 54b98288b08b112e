// Makes nearly valid inputs out of seeds: the n-th input of a seed number is the same on every
// machine, and does not depend on the inputs before it.
//
//   const Mutator mutator({text_1, text_2}, {"\"type\"", "null"});
//   const std::string input = mutator.make(/*seed=*/1, /*run=*/1234);
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace eif::fuzz {

class Mutator {
 public:
  // Long enough for nesting that overflows a stack, short enough for thousands of runs a second.
  static constexpr size_t kLargestInput = size_t{1} << 18;

  // At least one seed; `dictionary` has tokens of the format.
  Mutator(std::vector<std::string> seeds, std::vector<std::string> dictionary)
      : seeds_(std::move(seeds)), dictionary_(std::move(dictionary)) {}

  std::string make(uint64_t seed, uint64_t run) const;

 private:
  std::vector<std::string> seeds_;
  std::vector<std::string> dictionary_;
};

}  // namespace eif::fuzz
