// Rows that are evaluated under the base weights, each on samples of its own, many in one batch.
//
//   absl::Status status = evaluate_rows(model, nodes, samples_of, take, monitor);
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eif/backend.h"
#include "eif/monitor.h"
#include "suite/engine/encoded_samples.h"

namespace eif {

struct EvaluatedRow {
  size_t row = 0;
  at::Tensor losses;                    // one for each sample, as Evaluation::losses has them
  std::span<const std::string> errors;  // likewise, as Evaluation::errors
};

// nodes: about how many each row has. samples_of(row) is called when the row's turn has come, so
// that what is encoded for some batches is gone before the next. `take` gets each row once, those
// of a batch in ascending order. Both are called on the thread of the caller. kCancelled: the
// monitor wants to stop.
absl::Status evaluate_rows(Model& model, const std::vector<int64_t>& nodes,
                           const std::function<EncodedSamples(size_t row)>& samples_of,
                           const std::function<void(const EvaluatedRow&)>& take, Monitor& monitor);

}  // namespace eif
