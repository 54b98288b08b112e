#include "reports/paper/matrix_store.h"

#include <set>

#include "suite/core/dose.h"

namespace eif {

bool MatrixStore::keep(const MeasuredMatrix& measured) {
  const MatrixKey& key = measured.key;
  const auto [known, is_new] =
      requests_.try_emplace(key.request, RequestSamples{key.seed, measured.evaluated});
  if (!is_new && key.seed < known->second.seed) known->second = {key.seed, measured.evaluated};
  return matrices_[{key.request, key.condition}].try_emplace(key.seed, measured.matrix).second;
}

std::vector<std::pair<uint64_t, const Matrix*>> MatrixStore::matrices(const std::string& request,
                                                                      Condition condition) const {
  std::vector<std::pair<uint64_t, const Matrix*>> result;
  const auto found = matrices_.find({request, condition});
  if (found == matrices_.end()) return result;
  for (const auto& [seed, matrix] : found->second) result.emplace_back(seed, &matrix);
  return result;
}

std::vector<uint64_t> MatrixStore::seeds() const {
  std::set<uint64_t> seeds;
  for (const auto& [key, by_seed] : matrices_) {
    for (const auto& [seed, matrix] : by_seed) seeds.insert(seed);
  }
  return {seeds.begin(), seeds.end()};
}

absl::StatusOr<MatrixStore> read_matrices(const RunResult& run, const RunMatrices& matrices,
                                          const std::string& model,
                                          const std::vector<std::string>& desiderata) {
  MatrixStore store;
  for (const std::string& desideratum : desiderata) {
    for (const MatrixRecord& record : run.matrices) {
      const MatrixKey& key = record.key;
      // The paper's figures are of small steps, and of the model itself.
      if (key.model != model || key.desideratum != desideratum || is_learned_dose(key.dose) ||
          !key.control.empty()) {
        continue;
      }
      const absl::StatusOr<MeasuredMatrix> measured = matrices.read(record);
      if (!measured.ok()) return measured.status();
      if (measured->cells == Cells::kInfluence) store.keep(*measured);
    }
  }
  return store;
}

Matrix mean_matrix(const std::vector<Matrix>& matrices) {
  const Matrix& first = matrices.front();
  Matrix mean(first.trained_ids(), first.evaluated_ids());
  const auto count = static_cast<double>(matrices.size());
  for (size_t column = 0; column < mean.columns(); ++column) {
    double base = 0;
    for (const Matrix& matrix : matrices) base += matrix.base()[column];
    mean.base()[column] = base / count;
    for (size_t row = 0; row < mean.rows(); ++row) {
      double sum = 0;
      for (const Matrix& matrix : matrices) sum += matrix.at(row, column);
      mean.at(row, column) = sum / count;
    }
  }
  return mean;
}

}  // namespace eif
