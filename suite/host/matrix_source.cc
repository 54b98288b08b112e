#include "suite/host/matrix_source.h"

#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

absl::Status not_written_down(const MatrixKey& key) {
  return absl::NotFoundError(
      absl::StrCat("the matrix ", key.request, " of ", key.desideratum, " was not written down"));
}

template <typename Value>
std::set<int> passes_in(const std::map<MatrixKey, Value>& matrices, const MatrixKey& of) {
  std::set<int> passes;
  const MatrixKey first{.model = of.model, .desideratum = of.desideratum, .seed = of.seed};
  for (auto matrix = matrices.lower_bound(first); matrix != matrices.end(); ++matrix) {
    const MatrixKey& key = matrix->first;
    if (std::tie(key.model, key.desideratum, key.seed) !=
        std::tie(of.model, of.desideratum, of.seed)) {
      break;
    }
    if (key.dose == of.dose && key.control == of.control && key.passes != 0) {
      passes.insert(key.passes);
    }
  }
  return passes;
}

}  // namespace

RecordedMatrices::RecordedMatrices(const RunStore& store) : store_(store) {
  if (store.earlier() == nullptr) return;
  for (const MatrixRecord& record : store.earlier()->matrices) records_[record.key] = &record;
}

absl::StatusOr<MeasuredMatrix> RecordedMatrices::read(const MatrixKey& key) const {
  const auto found = records_.find(key);
  return found == records_.end() ? not_written_down(key) : store_.read(*found->second);
}

std::set<int> RecordedMatrices::passes(const MatrixKey& of) const {
  return passes_in(records_, of);
}

CachedMatrices::CachedMatrices(std::vector<MeasuredMatrix> matrices, const MatrixKey& whose) {
  for (MeasuredMatrix& matrix : matrices) {
    MatrixKey& key = matrix.key;
    key.model = whose.model;
    key.desideratum = whose.desideratum;
    key.seed = whose.seed;
    key.control = whose.control;
    matrices_.insert_or_assign(key, std::move(matrix));
  }
}

absl::StatusOr<MeasuredMatrix> CachedMatrices::read(const MatrixKey& key) const {
  const auto found = matrices_.find(key);
  if (found == matrices_.end()) return not_written_down(key);
  return found->second;
}

std::set<int> CachedMatrices::passes(const MatrixKey& of) const { return passes_in(matrices_, of); }

}  // namespace eif
