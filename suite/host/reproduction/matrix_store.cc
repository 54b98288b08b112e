#include "suite/host/reproduction/matrix_store.h"

#include <set>

namespace eif {

bool MatrixStore::keep(const MeasuredMatrix& measured) {
  const std::string& name = measured.request.name;
  requests_.try_emplace(name, measured.request.evaluated);
  return matrices_[{name, measured.condition}].try_emplace(measured.seed, measured.matrix).second;
}

std::vector<std::string> MatrixStore::requests() const {
  std::vector<std::string> names;
  for (const auto& [name, samples] : requests_) names.push_back(name);
  return names;
}

std::vector<const Matrix*> MatrixStore::matrices(const std::string& request,
                                                 Condition condition) const {
  std::vector<const Matrix*> result;
  const auto found = matrices_.find({request, condition});
  if (found == matrices_.end()) return result;
  for (const auto& [seed, matrix] : found->second) result.push_back(&matrix);
  return result;
}

std::vector<uint64_t> MatrixStore::seeds() const {
  std::set<uint64_t> seeds;
  for (const auto& [key, by_seed] : matrices_) {
    for (const auto& [seed, matrix] : by_seed) seeds.insert(seed);
  }
  return {seeds.begin(), seeds.end()};
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
