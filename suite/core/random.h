// Random numbers that are the same on every platform, so that a seed names the same experiment
// everywhere. The distributions of the standard library differ between its implementations; those
// of Boost.Random do not.
//
//   eif::SeededRandom random(seed, "words");
//   eif::shuffle(syllables, random);
//   const size_t length = 2 + random.below(4);  // 2 to 5
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "boost/random/mersenne_twister.hpp"
#include "eif/desideratum.h"

namespace eif {

// The stream of this name of this seed. Streams of different names or seeds are independent: what
// one consumer draws never changes what another one gets.
class SeededRandom final : public Random {
 public:
  SeededRandom(uint64_t seed, const std::string& stream);

  uint64_t below(uint64_t limit) override;
  double normal() override;

 private:
  boost::random::mt19937_64 engine_;
};

// Puts the items into one of their orders, each equally likely (Fisher and Yates).
template <typename T>
void shuffle(std::vector<T>& items, Random& random) {
  for (size_t remaining = items.size(); remaining > 1; --remaining) {
    using std::swap;
    swap(items[remaining - 1], items[random.below(remaining)]);
  }
}

}  // namespace eif
