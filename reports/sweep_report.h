// A sweep over learning rates, as `eif-suite sweep` prints it.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "reports/report_format.h"
#include "suite/core/matrix_gap.h"
#include "suite/core/plateau.h"
#include "suite/core/training_options.h"
#include "suite/formats/text_layout.h"

namespace eif {

struct SweepReport {
  std::string model, fingerprint, dtype, precision, device;
  TrainingOptions training;  // its learning rate does not matter
  std::string unit;  // of losses: "nats/token" or "nats"
  size_t samples = 0;
  double noise = 0;
  std::vector<RateMeasure> rates;
  Plateau plateau;
  std::vector<MatrixGap> linear;              // of the first order, at each rate; or empty
  std::map<std::string, std::string> errors;  // of samples that could not be measured, by id
  std::vector<std::pair<std::string, std::string>> facts = {};  // what the model says of itself
  size_t page_width = kPageWidth;                               // of the table
};

// {"model", "fingerprint", "facts": {…}, "optimizer", "training", "dtype", "precision", "device", "samples",
// "unit", "noise", "rates":
// [{"lr", "self_influence", "self_influence_per_lr", "signal_to_noise", "change_to_next",
// "rank_correlation_to_next", "on_plateau", "linear": {"spearman", "largest_gap",
// "largest_cell"}}], "verdict", "lr", "reason"}; numbers with all their
// digits, null where there is none. "verdict" is "plateau", "too low", "too high" or "none"; "lr"
// is the rate to use, null without a plateau. Samples that could not be measured: "errors", by id.
std::string sweep_json(const SweepReport& report);

// For a person: a row for each rate, and the rate to use.
std::string sweep_table(const SweepReport& report);

// What a sweep can be written as.
using SweepFormat = ReportFormat<SweepReport>;
std::span<const SweepFormat> sweep_formats();

}  // namespace eif
