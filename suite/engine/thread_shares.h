// Divides the rows of a matrix among threads, each of which trains and evaluates its own.
//
// A product that all threads share leaves each of them waiting for the slowest, thousands of times
// a pass, and what lies between products is done by one. Rows do not depend on each other.
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <vector>

#include "suite/engine/encoded_samples.h"
#include "suite/engine/replay_groups.h"

namespace eif {

struct ThreadShares {
  std::vector<RecordedGroups> recordings;  // those with most work first
  int threads = 1;                         // that work on them at the same time
};

// Shares of `recordings` for so many threads, where those keep nearly all of them at work;
// otherwise the recordings as they are, for one. Rows that begin with the same statement stay
// together, because they are trained on it once, and each share of a group has base rows of its
// own, which count as work. columns: those that group_rows() was given.
ThreadShares shares_of_threads(int threads, at::Device device, const EncodedSamples& columns,
                               std::vector<RecordedGroups> recordings);

}  // namespace eif
