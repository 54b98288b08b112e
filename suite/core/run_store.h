// Where a run keeps what it measured, so that nothing is measured twice and nothing is lost when it
// is cut off. reports/run_folder.h keeps it in a folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eif/desideratum.h"
#include "suite/core/explanation.h"
#include "suite/core/run_result.h"

namespace eif {

// How a row was learned: after so many passes, the losses of its statements as they are trained.
struct LearnedRow {
  int passes = 0;
  std::vector<double> before, after;
};

// A matrix and the samples it is about.
struct MeasuredMatrix {
  MatrixKey key;
  std::string domain;  // Request::domain
  Cells cells = Cells::kInfluence;
  // In the order of the rows and columns. Images that were read back have a label and no pixels.
  std::vector<Sample> trained, evaluated;
  Matrix matrix;
  std::optional<Explanation> explanation = {};  // which is written, and not read with it
  std::vector<LearnedRow> learned = {};  // each row, at a learned dose
};

// The matrices of a run that was written down.
class RunMatrices {
 public:
  virtual ~RunMatrices() = default;
  // kNotFound, kDataLoss: it is not there any more, or not as it was written.
  virtual absl::StatusOr<MeasuredMatrix> read(const MatrixRecord& record) const = 0;
  // What it is made of. kNotFound: it was not explained, or that is not there any more;
  // kInvalidArgument: it is not as it was written.
  virtual absl::StatusOr<Explanation> read_explanation(const MatrixRecord& record) const {
    return absl::NotFoundError("nothing explains it");
  }
};

class RunStore : public RunMatrices {
 public:
  // What an earlier start of the same run left; nullptr where this is the first.
  virtual const RunResult* earlier() const = 0;
  // A matrix of a seed that is complete. An error does not end the run: the seed counts, and is
  // measured again if the run goes on later.
  virtual absl::Status keep(const MeasuredMatrix& measured) = 0;
  // The record so far, after each seed and at the end. Gives it its list of matrices.
  virtual absl::Status write(RunResult& run) = 0;
};

// Matrices that are kept from one run to others, some of them together under a name that says all
// that they depend on. reports/matrix_cache.h keeps them in the user's cache.
class MatrixCache {
 public:
  virtual ~MatrixCache() = default;
  // Not OK: nothing is kept under this name, or not as it was written. Their keys have a condition,
  // a request, a dose and passes; whose they are is for the caller to say.
  virtual absl::StatusOr<std::vector<MeasuredMatrix>> find(const std::string& name) const = 0;
  virtual absl::Status keep(const std::string& name,
                            const std::vector<MeasuredMatrix>& matrices) = 0;
  // Where that is, in words.
  virtual std::string place() const = 0;
};

}  // namespace eif
