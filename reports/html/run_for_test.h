// Matrices of a run, for the tests of the page.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "suite/core/run_store.h"

namespace eif {

// What a run's folder would give, by path.
class MatricesForTest final : public RunMatrices {
 public:
  // A square matrix of text samples "s0", "s1", …; cell (i, j) is first + i + 10 j.
  void add(RunResult& run, const MatrixKey& key, double first, size_t size = 3) {
    std::vector<std::string> ids;
    MeasuredMatrix measured{.key = key, .domain = "words"};
    for (size_t i = 0; i < size; ++i) {
      ids.push_back("s" + std::to_string(i));
      measured.trained.push_back(
          {ids.back(), {"text " + std::to_string(i) + " of seed " + std::to_string(key.seed)}});
    }
    measured.evaluated = measured.trained;
    measured.matrix = Matrix(ids, ids);
    for (size_t row = 0; row < size; ++row) {
      for (size_t column = 0; column < size; ++column) {
        measured.matrix.at(row, column) =
            first + static_cast<double>(row) + 10 * static_cast<double>(column);
      }
    }
    add(run, std::move(measured));
  }
  void add(RunResult& run, MeasuredMatrix measured) {
    const std::string path = std::to_string(kept_.size());
    run.matrices.push_back({measured.key, path, ""});
    kept_[path] = std::move(measured);
  }

  absl::StatusOr<MeasuredMatrix> read(const MatrixRecord& record) const override {
    const auto found = kept_.find(record.path);
    if (found == kept_.end()) return absl::NotFoundError("matrices/x.npy: is missing");
    return found->second;
  }

 private:
  std::map<std::string, MeasuredMatrix> kept_;
};

}  // namespace eif
