#include "suite/core/random.h"

#include <xxhash.h>

#include <cassert>

#include "boost/random/normal_distribution.hpp"
#include "boost/random/uniform_int_distribution.hpp"

namespace eif {
namespace {

// The seed is hashed as part of the text. As XXH3's own seed it is only added to short texts, and
// neighbouring seeds of names that differ in one letter would share a stream.
uint64_t engine_seed(uint64_t seed, const std::string& stream) {
  std::string text;
  for (int shift = 0; shift < 64; shift += 8) text.push_back(static_cast<char>(seed >> shift));
  text += stream;
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace

SeededRandom::SeededRandom(uint64_t seed, const std::string& stream)
    : engine_(engine_seed(seed, stream)) {}

uint64_t SeededRandom::below(uint64_t limit) {
  assert(limit >= 1);
  return boost::random::uniform_int_distribution<uint64_t>(0, limit - 1)(engine_);
}

double SeededRandom::normal() { return boost::random::normal_distribution<double>()(engine_); }

}  // namespace eif
