// Influence without learning (§3.1): how much the text of one sample, read just before, helps
// another.
//
//   ICI(i→j) = L_base(j) − L(j after the text of i)
//
// Positive cells: i helped j, as in an influence matrix of fine-tuning, and over the same scored
// tokens. No parameter changes.
#pragma once

#include "suite/engine/engine.h"

namespace eif {

// Measures it for a model that reads text. wanted.trained are the samples that are read; otherwise
// as Engine::measure. base: the losses of wanted.evaluated under the base weights where they are
// known, or empty. A row after which a sample cannot be read says so in its error, and its other
// cells are measured.
absl::StatusOr<Matrix> in_context_influence(Model& model, const WantedCells& wanted,
                                            const std::vector<double>& base, Monitor& monitor);

}  // namespace eif
