// Whether the numbers of a run can be believed: what is checked of the model and of the matrices.
#pragma once

#include <string>
#include <vector>

#include "eif/backend.h"
#include "eif/desideratum.h"
#include "suite/core/run_result.h"
#include "suite/engine/engine.h"
#include "suite/host/measurement.h"

namespace eif {

// Picks a few statements of what is trained on, from all over the requests; each becomes a sample.
std::vector<Sample> statements_to_check(const std::vector<Request>& requests);

// Checks the model on those statements that can be measured in one batch with the first. Nothing
// that it trains lasts. Exceptions and errors become the reasons in the result.
ModelChecks check_model(Model& model, const std::vector<Sample>& statements,
                        const TrainingOptions& training);

// Gives each expectation its ExpectationResult::noise_floor.
void set_noise_floors(double noise_floor, DesideratumResult& result);

// EIF(i→i) of each row, i being found among the columns by what it says; NaN where it is not there.
std::vector<double> self_influences(const HashedRequest& request, const Matrix& matrix);

// Runs check_rows() on each matrix of one seed.
std::vector<FlaggedRow> flag_rows(uint64_t seed, const std::vector<HashedRequest>& requests,
                                  const Answers& answers);

// The cells of a desideratum between different samples, for split_half_reliability(): those of the
// first seed, looked up by request and ids in the others.
class CellsBySeed {
 public:
  // At most this many, evenly spaced, so that large runs fit into memory; the correlation of so
  // many is uncertain by 0.01.
  static constexpr size_t kMostCells = 10'000;

  void add(const std::vector<HashedRequest>& requests, const Answers& answers);
  // [seed][cell]; NaN where a seed has no such cell.
  const std::vector<std::vector<double>>& per_seed() const { return per_seed_; }

 private:
  struct Place {
    std::string request, trained, evaluated;
  };

  std::vector<Place> places_;
  std::vector<std::vector<double>> per_seed_;
};

}  // namespace eif
