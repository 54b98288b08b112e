#include "suite/engine/statement_batches.h"

#include <cstddef>
#include <utility>

namespace eif {

Resident resident_end(const DistinctStatements& statements) {
  const size_t only_trained = statements.first_evaluated;
  const size_t only_evaluated = statements.examples.size() - statements.trained;
  return only_evaluated < only_trained ? Resident::kEvaluated : Resident::kTrained;
}

std::vector<StatementBatch> batches_of(const DistinctStatements& statements, Resident resident,
                                       const BatchLimits& limits) {
  std::vector<StatementBatch> result;
  const auto append = [&](size_t begin, size_t end, bool trained, bool evaluated) {
    std::vector<const Example*> examples;
    for (size_t i = begin; i < end; ++i) examples.push_back(&statements.examples[i]);
    for (std::vector<int64_t>& batch : batches_of_similar_length(examples, limits)) {
      for (int64_t& statement : batch) statement += static_cast<int64_t>(begin);
      result.push_back({std::move(batch), trained, evaluated});
    }
  };
  const auto append_those_of = [&](Resident end) {
    if (end == Resident::kTrained) {
      append(0, statements.first_evaluated, true, false);
    } else {
      append(statements.trained, statements.examples.size(), false, true);
    }
  };
  append_those_of(resident);
  append(statements.first_evaluated, statements.trained, true, true);
  append_those_of(resident == Resident::kTrained ? Resident::kEvaluated : Resident::kTrained);
  return result;
}

}  // namespace eif
