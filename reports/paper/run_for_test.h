// Runs that a test makes up, and their matrices.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "domains/domain.h"
#include "domains/draw_for_test.h"
#include "domains/images/digit_samples.h"
#include "reports/paper/claim_table.h"
#include "reports/paper/matrix_store.h"
#include "suite/core/run_result.h"
#include "suite/core/run_store.h"

namespace eif {

class MatricesForTest final : public RunMatrices {
 public:
  absl::StatusOr<MeasuredMatrix> read(const MatrixRecord& record) const override {
    const auto found = written_.find(record.key);
    if (found == written_.end()) {
      return absl::NotFoundError(absl::StrCat(record.path, ": there is no such file"));
    }
    return found->second;
  }
  void write(const MeasuredMatrix& measured, RunResult& run) {
    written_[measured.key] = measured;
    run.matrices.push_back({measured.key, measured.key.request, ""});
  }

 private:
  std::map<MatrixKey, MeasuredMatrix> written_;
};

inline MatrixKey matrix_key(const std::string& request, uint64_t seed,
                            Condition condition = Condition::kFineTuning) {
  return {"tiny", "symmetry", seed, condition, request};
}

// The samples of a built-in domain.
inline MeasuredMatrix measured_text(const std::string& domain, uint64_t seed,
                                    Condition condition = Condition::kFineTuning) {
  const Domain drawn = *draw_domain(domain, TestDraw(seed));
  MeasuredMatrix measured{.key = matrix_key(domain, seed, condition),
                          .domain = domain,
                          .trained = drawn.trained(),
                          .evaluated = drawn.evaluated()};
  measured.matrix = Matrix(ids_of(measured.trained), ids_of(measured.evaluated));
  return measured;
}

// Ten images of each digit, as they are read back: without pixels.
inline MeasuredMatrix measured_images(const std::string& request, uint64_t seed) {
  std::vector<LabelledImage> images;
  for (int label = 0; label < 10; ++label) {
    for (int i = 0; i < kDigitsPerClass; ++i) images.push_back({{}, label});
  }
  MeasuredMatrix measured{.key = matrix_key(request, seed),
                          .domain = kDigits,
                          .trained = as_samples(images),
                          .evaluated = as_samples(images)};
  measured.matrix = Matrix(ids_of(measured.trained), ids_of(measured.evaluated));
  return measured;
}

// Without numbers.
inline DesideratumResult empty_result(const std::string& desideratum,
                                      Condition condition = Condition::kFineTuning) {
  return {.key = {.model = "tiny", .condition = condition, .desideratum = desideratum},
          .seeds = {0, 1}};
}

inline ModelContext tiny_context(Modality modality) {
  return {.name = "tiny",
          .learning_rate = 0.5,
          .facts = {{"parameters", "12"}},
          .measure_seconds = 12.25,
          .rows = 200,
          .unit = unit_of(modality)};
}

// A run of `tiny` on all desiderata that claims are about, each with an empty result.
inline RunResult run_of_claims(Modality modality) {
  RunResult run;
  run.request = {.models = {"tiny"}, .seeds = {0, 1}};
  run.context = {.program_version = "9.8.7", .torch_version = "2.13.0", .threads = 2};
  run.context.models = {tiny_context(modality)};
  run.end = RunEnd::kComplete;
  for (const std::string& name : desiderata_of_claims(modality)) {
    run.results.push_back(empty_result(name));
    if (modality == Modality::kText) {
      run.results.push_back(empty_result(name, Condition::kInContext));
    }
  }
  return run;
}

// The result of the run with this key.
inline DesideratumResult& result_of(RunResult& run, const std::string& desideratum,
                                    Condition condition = Condition::kFineTuning) {
  for (DesideratumResult& result : run.results) {
    if (result.key.desideratum == desideratum && result.key.condition == condition) return result;
  }
  ADD_FAILURE() << "no result of " << desideratum;
  return run.results.front();
}

}  // namespace eif
