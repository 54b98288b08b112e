// The results of one model, out of those of a run.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "suite/core/dose.h"
#include "suite/core/run_result.h"

namespace eif {

class ModelResults {
 public:
  // `run` outlives this object.
  ModelResults(const RunResult& run, std::string model) : run_(run), model_(std::move(model)) {}

  const RunResult& run() const { return run_; }
  const std::string& model() const { return model_; }

  // With small steps, as the paper has them; nullptr where there is none.
  const DesideratumResult* find(const std::string& desideratum, Condition condition) const {
    for (const DesideratumResult& result : run_.results) {
      if (result.key.model == model_ && result.key.desideratum == desideratum &&
          result.key.condition == condition && !is_learned_dose(result.key.dose)) {
        return &result;
      }
    }
    return nullptr;
  }

  // Likewise.
  const ModelContext* context() const {
    for (const ModelContext& context : run_.context.models) {
      if (context.name == model_) return &context;
    }
    return nullptr;
  }

 private:
  const RunResult& run_;
  std::string model_;
};

}  // namespace eif
