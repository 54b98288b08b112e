// The matrices of a run on one model, kept until its figures are drawn.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "eif/desideratum.h"
#include "eif/matrix.h"
#include "suite/host/suite_run.h"

namespace eif {

class MatrixStore {
 public:
  // False: a matrix of this request, seed and condition is there already. Desiderata that ask for
  // the same domain give it the same name, and all want the cells between the samples of its
  // source.
  bool keep(const MeasuredMatrix& measured);

  bool has(const std::string& request) const { return requests_.contains(request); }
  std::vector<std::string> requests() const;
  // Those of one request under one condition, by seed; none if it was not measured. Valid until the
  // next keep().
  std::vector<const Matrix*> matrices(const std::string& request, Condition condition) const;
  // The samples whose columns the first of its matrices has. `request` must be there.
  const std::vector<Sample>& evaluated(const std::string& request) const {
    return requests_.at(request);
  }
  // Of all matrices, ascending.
  std::vector<uint64_t> seeds() const;

 private:
  std::map<std::string, std::vector<Sample>> requests_;
  std::map<std::pair<std::string, Condition>, std::map<uint64_t, Matrix>> matrices_;
};

// The mean of each cell and base loss. Matrices of equal shape, at least one; ids are the first's.
// A cell that one of them lacks is not a number.
Matrix mean_matrix(const std::vector<Matrix>& matrices);

}  // namespace eif
