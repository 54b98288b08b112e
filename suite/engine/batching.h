// From examples to batches. Letters as in eif/backend.h.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "eif/backend.h"

namespace eif {

// Whether statements share the nodes of a common prefix. Tests hold kYes to kNo.
enum class SharePrefixes { kYes, kNo };

// Makes a batch with R = 1 and the statements in the order of `examples`. There is at least one,
// and all are of one kind (images, or texts of one length class). A text needs at least two tokens.
Batch make_batch(const std::vector<const Example*>& examples, at::Device device,
                 SharePrefixes share_prefixes = SharePrefixes::kYes);

// Makes a batch of texts with as many rows as there are forests: row r has the statements of
// forests[r], in this order. B is the most that one of them has; a row with fewer has no scored
// token in the statements that it lacks.
Batch make_forest_batch(const std::vector<std::vector<const Example*>>& forests, at::Device device,
                        SharePrefixes share_prefixes = SharePrefixes::kYes);

// Makes a batch of as many rows as there are examples: row r is examples[r] alone, and B = 1.
Batch make_row_batch(const std::vector<const Example*>& examples, at::Device device);

// How many tokens an example has, scored or not; 1 for an image.
int64_t token_count(const Example& example);
// How many all examples have together.
int64_t token_count(const std::vector<Example>& examples);

// How many tokens of an example are scored; 1 for an image.
int64_t scored_tokens(const Example& example);

// Whether two examples may stand in one batch.
bool batch_together(const Example& a, const Example& b);

// The most that goes into one batch of many rows. A single row is a batch whatever its size.
struct BatchLimits {
  int64_t examples = std::numeric_limits<int64_t>::max();  // rows
  int64_t tokens = std::numeric_limits<int64_t>::max();    // padding included
};

// Decides which examples go together into row batches: those of similar length, so that there is
// little padding. The result has indices into `examples`, each once, ascending within a batch.
std::vector<std::vector<int64_t>> batches_of_similar_length(
    const std::vector<const Example*>& examples, const BatchLimits& limits = {});

// Decides the same for rows that have so many tokens or nodes each, and may all stand in one batch.
std::vector<std::vector<int64_t>> batches_of_similar_size(const std::vector<int64_t>& sizes,
                                                          const BatchLimits& limits = {});

}  // namespace eif
