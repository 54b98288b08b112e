// A 128-bit hash of data that arrives in pieces: the keys of caches and the fingerprints of models.
//
//   Digest digest;
//   digest.add("conv1.weight");              // text
//   digest.add(bytes.data(), bytes.size());  // raw bytes
//   std::string key = digest.hex();
//
// XXH3-128: fast enough for gigabytes of weights, and equal on every platform. It tells apart what
// differs by accident; it is no defence against someone who looks for a collision.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

struct XXH3_state_s;

namespace eif {

class Digest {
 public:
  Digest();

  // Raw bytes. How they are cut into calls makes no difference.
  void add(const void* data, size_t size);

  // Text with its length before it, so that "ab", "c" and "a", "bc" differ.
  void add(const std::string& text);

  // 32 hexadecimal digits of everything added so far; more may be added afterwards.
  std::string hex() const;

 private:
  struct FreeState {
    void operator()(XXH3_state_s* state) const;
  };
  std::unique_ptr<XXH3_state_s, FreeState> state_;
};

}  // namespace eif
