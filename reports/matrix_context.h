// How a matrix came about, as every document about matrices says it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "eif/matrix.h"
#include "reports/json_number.h"
#include "suite/core/explanation.h"
#include "suite/core/matrix_gap.h"
#include "suite/core/training_options.h"
#include "suite/formats/text_layout.h"

namespace eif {

// The same measured by another engine.
struct MatrixCheck {
  std::string engine;
  double measure_seconds = 0;  // wall time
  MatrixGap gap;               // of the matrix, from what that engine gives
};

struct MatrixContext {
  std::string model;
  std::string fingerprint;           // of its parameters
  double learning_rate = 0;          // not a number where nothing was learned (in context)
  std::string learning_rate_reason;  // "auto: …"; empty where the user chose it
  std::string engine;                // "in-context" where nothing was learned
  std::string unit;                  // of the cells: "nats/token" or "nats"
  double load_seconds = 0;           // wall time of loading the model, and of measuring
  double measure_seconds = 0;
  bool deterministic = false;  // measured so that the same call gives the same bits
  std::optional<MatrixCheck> check;
  std::optional<Explanation> explanation;
  std::optional<TrainingOptions> training;  // nothing where nothing was learned
  std::string dtype, precision, device;
  std::string mask = "both";  // where the prompts of prompted samples are not scored
  std::string context_base = {};  // what reading is compared with; empty where nothing was read
  // The statements of each sample, by id.
  std::vector<std::pair<std::string, std::vector<std::string>>> texts = {};
  std::vector<std::pair<std::string, std::string>> facts = {};  // what the model says of itself
  size_t page_width = kPageWidth;                               // of the table
};

// {"model", "fingerprint", "facts": {…}, "lr", "lr_reason", "engine", "optimizer": {"name",
// "momentum", "weight_decay", "max_grad_norm", "epochs", "train_only": […], "freeze": […],
// "adapter": null or {"kind", "rank", "alpha", "targets": […], "seed"}}, "dtype", "precision",
// "device", "mask", "unit", "deterministic", "load_seconds", "measure_seconds", "texts": {id:
// [statement, …]}}. "lr" and "optimizer" are null where nothing was learned, and there is a
// "context_base" then.
Json circumstances_json(const MatrixContext& context);

// Adds "row_errors" and "column_errors", each where there are any: why a sample could not be
// measured, by id.
void add_errors(Json& json, const Matrix& matrix);

// "smollm2, replay, learning rate 0.0001 (auto: …), adamw, …": the same for people, as the
// beginning of a sentence.
std::string circumstances_text(const MatrixContext& context);

}  // namespace eif
