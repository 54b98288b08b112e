// What a model needs of a checkpoint: a tensor, by the name that files have for it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace eif {

struct ParameterSpec {
  std::string name;  // as in a Hugging Face checkpoint
  std::vector<int64_t> shape;
  std::string other_name;   // what some files call it; may be empty
  bool transposed = false;  // the file has the matrix as (in, out)
};

}  // namespace eif
