// Which parameters carry an influence, and which tokens feel it (suite/core/explanation.h).
//
//   const absl::StatusOr<Explanation> why = explain(model, wanted, training, {}, monitor);
#pragma once

#include <cstddef>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/monitor.h"
#include "suite/core/explanation.h"
#include "suite/core/training_options.h"
#include "suite/engine/engines.h"
#include "suite/engine/wanted_cells.h"

namespace eif {

// Into how many parts an influence is divided, each a kind of parameter in a layer: as many
// matrices are in memory at once.
size_t parts_of(Model& model);

// Two measurements: one by `linear`, of which each part of the parameters is kept, and one by
// `replay`, of each token. kInvalidArgument: steps that are not linear in the gradients.
// kCancelled.
absl::StatusOr<Explanation> explain(Model& model, const WantedCells& wanted,
                                    const TrainingOptions& options, const EngineLimits& limits,
                                    Monitor& monitor);

}  // namespace eif
