// What the influences of a seed are made of (suite/engine/explain.h), of each matrix that asks for
// them. What several matrices have in common is explained once, where that is less work.
//
//   SeedExplanations explanations(model, training, limits, tokenizer);
//   explanations.add(key, request);
//   if (absl::Status fits = explanations.check_fits(); !fits.ok()) return fits;
//   absl::StatusOr<std::map<MatrixKey, Explanation>> made = explanations.measure(monitor);
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/monitor.h"
#include "suite/core/explanation.h"
#include "suite/core/run_result.h"
#include "suite/engine/engines.h"
#include "suite/host/measurement.h"

namespace eif {

class SeedExplanations {
 public:
  // What is passed outlives this object. `tokenizer`: spells the tokens; null: nobody does.
  SeedExplanations(Model& model, const TrainingOptions& training, const EngineLimits& limits,
                   const TextTokenizer* tokenizer);

  // `request` outlives this object.
  void add(MatrixKey key, const HashedRequest& request);

  // Into how many matrices those that were added are put together.
  size_t matrices() const { return groups_.size(); }

  // kInvalidArgument: one of them has more parts than there is memory for. The message says what to
  // do.
  absl::Status check_fits() const;

  // What is explained together, one for each of these.
  absl::StatusOr<std::vector<WantedCells>> wanted() const;

  // Errors are those of the engines and of the tokenizer; kCancelled.
  absl::StatusOr<std::map<MatrixKey, Explanation>> measure(Monitor& monitor) const;

 private:
  struct Asked {
    MatrixKey key;
    const HashedRequest* request;
  };
  // Matrices that are explained as one, by the contents of its rows and columns.
  struct Group {
    std::vector<Asked> asked;
    std::set<std::string> rows, columns;

    size_t cells() const { return rows.size() * columns.size(); }
  };

  static absl::StatusOr<WantedCells> wanted_of(const Group& group);
  uint64_t bytes_of(const Group& group) const;
  absl::Status explain_group(const Group& group, std::map<MatrixKey, Explanation>& made,
                             Monitor& monitor) const;

  Model& model_;
  const TrainingOptions& training_;
  const EngineLimits& limits_;
  const TextTokenizer* tokenizer_;
  std::vector<Group> groups_;
};

}  // namespace eif
