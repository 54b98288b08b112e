// The matrices of one model that the paper's figures are drawn from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"
#include "eif/matrix.h"
#include "suite/core/run_result.h"
#include "suite/core/run_store.h"

namespace eif {

class MatrixStore {
 public:
  // False: a matrix of this request, seed and condition is there already. Desiderata that ask for
  // the same domain give it the same name, and all want the cells between the samples of its
  // source.
  bool keep(const MeasuredMatrix& measured);

  bool has(const std::string& request) const { return requests_.contains(request); }
  // Those of one request under one condition, by seed; none if it was not measured. Valid until the
  // next keep().
  std::vector<std::pair<uint64_t, const Matrix*>> matrices(const std::string& request,
                                                           Condition condition) const;
  // The samples whose columns its matrix of the first seed has. `request` must be there.
  const std::vector<Sample>& evaluated(const std::string& request) const {
    return requests_.at(request).evaluated;
  }
  // Of all matrices, ascending.
  std::vector<uint64_t> seeds() const;

 private:
  struct RequestSamples {
    uint64_t seed = 0;
    std::vector<Sample> evaluated;
  };
  std::map<std::string, RequestSamples> requests_;
  std::map<std::pair<std::string, Condition>, std::map<uint64_t, Matrix>> matrices_;
};

// What a run has of one model and these desiderata. Of several matrices of one request, seed and
// condition, that of the desideratum that is named first is kept. Errors: those of
// RunMatrices::read().
absl::StatusOr<MatrixStore> read_matrices(const RunResult& run, const RunMatrices& matrices,
                                          const std::string& model,
                                          const std::vector<std::string>& desiderata);

// The mean of each cell and base loss. Matrices of equal shape, at least one; ids are the first's.
// A cell that one of them lacks is not a number.
Matrix mean_matrix(const std::vector<Matrix>& matrices);

}  // namespace eif
