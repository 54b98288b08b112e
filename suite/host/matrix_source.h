// Where the matrices of a seed are read from: what an earlier start of the run wrote down, or what
// is kept across runs.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "suite/core/run_store.h"

namespace eif {

class MatrixSource {
 public:
  virtual ~MatrixSource() = default;
  // kNotFound, kDataLoss: it is not there, or not as it was written.
  virtual absl::StatusOr<MeasuredMatrix> read(const MatrixKey& key) const = 0;
  // After how many passes compared rows were kept. `of`: their model, desideratum, seed, dose and
  // control.
  virtual std::set<int> passes(const MatrixKey& of) const = 0;
};

// Of the record of a run.
class RecordedMatrices final : public MatrixSource {
 public:
  // `store` outlives this object, and what store.earlier() lists is there for as long.
  explicit RecordedMatrices(const RunStore& store);
  absl::StatusOr<MeasuredMatrix> read(const MatrixKey& key) const override;
  std::set<int> passes(const MatrixKey& of) const override;

 private:
  const RunStore& store_;
  std::map<MatrixKey, const MatrixRecord*> records_;
};

// Of one desideratum in one seed, from a MatrixCache.
class CachedMatrices final : public MatrixSource {
 public:
  // `whose`: model, desideratum, seed and control, which the matrices are from now on of.
  CachedMatrices(std::vector<MeasuredMatrix> matrices, const MatrixKey& whose);
  absl::StatusOr<MeasuredMatrix> read(const MatrixKey& key) const override;
  std::set<int> passes(const MatrixKey& of) const override;

 private:
  std::map<MatrixKey, MeasuredMatrix> matrices_;
};

}  // namespace eif
