// Influence without learning (§3.1): how much the text of one sample, read just before, helps
// another.
//
//   ICI(i→j) = L(j after a neutral text of as many tokens) − L(j after the text of i)
//
// The paper's base is j with nothing in front of it, L_base(j); but any text in front makes a
// sentence likelier, whatever it says (neutral_context.h). Positive cells: i helped j, as in an
// influence matrix of fine-tuning, and over the same scored tokens. No parameter changes.
#pragma once

#include <string>
#include <vector>

#include "suite/engine/engine.h"

namespace eif {

// What is known or chosen of the base that reading is compared with.
struct ContextBase {
  // That have nothing to do with any sample, in the order in which they are read; empty: nothing is
  // read, and the base is L_base(j).
  std::vector<std::string> neutral_sentences = {};
  // L_base of wanted.evaluated where it is known, or empty. In the matrix they stand in any case.
  std::vector<double> losses = {};
};

// Measures it for a model that reads text. wanted.trained are the samples that are read; otherwise
// as Engine::measure. A row after which a sample cannot be read says so in its error, and its other
// cells are measured.
absl::StatusOr<Matrix> in_context_influence(Model& model, const WantedCells& wanted,
                                            const ContextBase& base, Monitor& monitor);

}  // namespace eif
