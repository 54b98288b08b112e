// From examples to batches. Letters as in eif/backend.h.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "eif/backend.h"

namespace eif {

// Whether statements share the nodes of a common prefix. kNo is the oracle for kYes.
enum class SharePrefixes { kYes, kNo };

// A batch with R = 1 and the statements in the order of `examples`: at least one, all of the same
// kind (images, or texts of one length class). A text needs at least two tokens.
Batch make_batch(const std::vector<const Example*>& examples, at::Device device,
                 SharePrefixes share_prefixes = SharePrefixes::kYes);

// A batch of texts with as many rows as there are forests: row r has the statements of forests[r],
// in this order. B is the most that one of them has; shorter ones have no scored token in the
// others.
Batch make_forest_batch(const std::vector<std::vector<const Example*>>& forests, at::Device device,
                        SharePrefixes share_prefixes = SharePrefixes::kYes);

// A batch of as many rows as there are examples: row r is examples[r] alone, B = 1. Otherwise the
// same.
Batch make_row_batch(const std::vector<const Example*>& examples, at::Device device);

// How many tokens it has, scored or not; 1 for an image.
int64_t token_count(const Example& example);
// Of all together.
int64_t token_count(const std::vector<Example>& examples);

// How many of its tokens are scored; 1 for an image.
int64_t scored_tokens(const Example& example);

// Whether both may stand in one batch.
bool batch_together(const Example& a, const Example& b);

// What goes into one batch of many rows at most; below the size of one row, that.
struct BatchLimits {
  int64_t examples = std::numeric_limits<int64_t>::max();  // rows
  int64_t tokens = std::numeric_limits<int64_t>::max();    // padding included
};

// Which examples go together into row batches: those of similar length, so that there is little
// padding. Indices into `examples`, each once, ascending within a batch.
std::vector<std::vector<int64_t>> batches_of_similar_length(
    const std::vector<const Example*>& examples, const BatchLimits& limits = {});

// The same for rows of so many tokens or nodes each, which may all stand in one batch.
std::vector<std::vector<int64_t>> batches_of_similar_size(const std::vector<int64_t>& sizes,
                                                          const BatchLimits& limits = {});

}  // namespace eif
