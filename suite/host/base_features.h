// How far apart samples are for the model as it is, before it learns or reads anything.
//
//   absl::StatusOr<Matrix> distances = base_distances(model, trained, evaluated, monitor);
//
// A cell is 1 − cos(e_i, e_j). The embedding e of a text is the mean over its own tokens, special
// ones left out, of the last hidden states after the last norm; of an image, what the last layer
// reads. A sample of several statements has the mean over the tokens (or images) of all of them.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/matrix.h"
#include "suite/engine/engine.h"

namespace eif {

// In [0, 2], up to rounding. Base losses stay NaN. A sample that the model cannot embed makes its
// row or column unmeasured, with the reason. kCancelled: monitor.stopping() became true.
absl::StatusOr<Matrix> base_distances(Model& model, const std::vector<Sample>& trained,
                                      const std::vector<Sample>& evaluated, Monitor& monitor);

}  // namespace eif
