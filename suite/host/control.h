// Control runs: measured like any other, of something that cannot have learned what is asked.
//
//   --control random-weights    the model's weights are drawn anew
//   --control shuffled-names    the samples are about other entities than they should be
//
// No logical desideratum may hold under a control. One that does holds for another reason than what
// the model has learned, and is no evidence for it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eif/backend.h"
#include "eif/desideratum.h"

namespace eif {

enum class Control { kNone, kRandomWeights, kShuffledNames };

// "none", "random-weights", …: what --control takes.
const char* control_name(Control control);
// kNone for a name that there is not.
Control control_of(const std::string& name);

// kInvalidArgument: the model cannot be under this control. Images have no names to shuffle.
absl::Status check_control(Control control, const ModelInfo& model);

// The model with each trainable parameter drawn anew; its parameters are overwritten. The same seed
// gives the same weights on every platform, but for the rounding of standard deviations.
//
//   matrices, embeddings, convolutions   normal, mean 0, with the standard deviation it had
//   vectors (gains and biases)           its own values in a random order
//
// So activations and gradients keep the size that the architecture was trained to have, and
// learning rates their meaning. The values of a gain are far from normal and all of one sign, which
// an order keeps and a normal distribution would not. The fingerprint is another one, and facts
// about the trained weights are left out.
std::unique_ptr<Model> with_random_weights(std::unique_ptr<Model> model, uint64_t seed);

// Gives each sample of the requests the names of other entities: a random order of the names that
// occur in its request, one for each text, so that equal samples stay equal. Within a
// sample a name stands where it stood before, and all names are as frequent as they were; which
// samples are about the same entities is left to chance. Names are the words of the draw, and those
// entities of the request's domain that a model knows (DomainTemplate::known_entities), at the
// beginning of a word ("pimjons" is about "pimjon"); what was made of them otherwise, such as
// scrambled syllables, stays. Errors: those of Draw::words().
absl::Status shuffle_names(const Draw& draw, std::vector<Request>& requests);

}  // namespace eif
