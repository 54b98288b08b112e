// What is trained of a model and how often: options beside those of the optimizer.
#pragma once

#include <CLI/App.hpp>

#include "suite/core/training_options.h"

namespace eif {

void add_recipe_options(CLI::App& command, TrainingOptions& training);

}  // namespace eif
