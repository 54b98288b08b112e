#include "suite/host/scoring.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/core/statistics.h"
#include "suite/host/measurement.h"

namespace eif {
namespace {

bool applies(const std::optional<Modality>& only_for, Modality modality) {
  return !only_for || *only_for == modality;
}

// The number that score() gave for an id; NaN where it gave none.
double find_score(const std::map<std::string, double>& scores, const std::string& id) {
  const auto found = scores.find(id);
  return found == scores.end() ? Matrix::kUnmeasured : found->second;
}

}  // namespace

Scoring::Scoring(std::string model, std::string desideratum, DesideratumInfo info,
                 Modality modality) {
  result_.model = std::move(model);
  result_.desideratum = std::move(desideratum);
  for (const Expectation& expectation : info.expectations) {
    if (applies(expectation.only_for, modality)) result_.expectations.push_back({expectation, {}, {}});
  }
  for (const Observation& observation : info.observations) {
    if (applies(observation.only_for, modality)) result_.observations.push_back({observation, {}});
  }
  result_.info = std::move(info);
}

void Scoring::add(uint64_t seed, const std::vector<Request>& requests, const Answers& answers,
                  const Scores& scores) {
  result_.seeds.push_back(seed);
  std::set<std::pair<std::string, std::string>> counted;  // domain, content
  for (const Request& request : requests) {
    const Matrix& matrix = answers.at(request.name);
    std::map<std::string, size_t> columns;
    for (size_t column = 0; column < matrix.columns(); ++column) {
      columns.emplace(content_hash(request.evaluated[column]), column);
    }
    for (size_t row = 0; row < matrix.rows(); ++row) {
      const std::string content = content_hash(request.trained[row]);
      const auto column = columns.find(content);
      if (column == columns.end() || !counted.emplace(request.domain, content).second) continue;
      const double self_influence = matrix.at(row, column->second);
      if (std::isfinite(self_influence)) self_influences_[request.domain].push_back(self_influence);
    }
  }
  for (ExpectationResult& result : result_.expectations) {
    result.per_seed.push_back(find_score(scores.effects, result.expectation.id));
  }
  for (ObservationResult& result : result_.observations) {
    result.per_seed.push_back(find_score(scores.observations, result.observation.id));
  }
}

DesideratumResult Scoring::finish() const {
  DesideratumResult result = result_;
  if (failed()) return result;
  if (result.seeds.empty()) {
    result.error = "no seed was measured";
    return result;
  }
  std::map<std::string, double> scales;
  for (const auto& [domain, influences] : self_influences_) {
    const absl::StatusOr<double> scale = self_scale(influences);
    scales[domain] = scale.ok() ? *scale : Matrix::kUnmeasured;
    if (scale.ok()) {
      result.self_scales.push_back({domain, *scale});
    } else {
      result.error = absl::StrCat(domain, ": ", std::string(scale.status().message()));
    }
  }
  std::vector<Evidence> evidence;
  for (ExpectationResult& expectation : result.expectations) {
    const std::string& domain = expectation.expectation.self_scale;
    if (!domain.empty()) {
      const auto scale = scales.find(domain);
      const double divisor = scale == scales.end() ? Matrix::kUnmeasured : scale->second;
      for (double& effect : expectation.per_seed) effect /= divisor;
    }
    evidence.push_back({expectation.expectation.kind, expectation.expectation.primary,
                        expectation.per_seed});
  }
  const DesideratumVerdict verdict = judge(evidence);
  result.verdict = verdict.verdict;
  for (size_t i = 0; i < evidence.size(); ++i) {
    result.expectations[i].outcome = verdict.expectations[i];
  }
  return result;
}

}  // namespace eif
