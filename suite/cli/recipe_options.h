// How samples are trained on: the optimizer, what learns of a model, and how often.
#pragma once

#include <CLI/App.hpp>

#include "suite/core/training_options.h"

namespace eif {

void add_recipe_options(CLI::App& command, TrainingOptions& training);

// Whether one of these options was given to `command`, which has them.
bool says_recipe(const CLI::App& command);

}  // namespace eif
