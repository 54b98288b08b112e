#include "suite/host/scoring.h"

#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/core/verdict.h"
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

// EIF(i→i) of a request by the content of i, where it was measured.
std::map<std::string, double> self_influences(const Request& request, const Matrix& matrix) {
  std::map<std::string, size_t> columns;
  for (size_t column = 0; column < matrix.columns(); ++column) {
    columns.emplace(content_hash(request.evaluated[column]), column);
  }
  std::map<std::string, double> result;
  for (size_t row = 0; row < matrix.rows(); ++row) {
    const std::string content = content_hash(request.trained[row]);
    const auto column = columns.find(content);
    if (column == columns.end()) continue;
    const double self_influence = matrix.at(row, column->second);
    if (std::isfinite(self_influence)) result.emplace(content, self_influence);
  }
  return result;
}

}  // namespace

Scoring::Scoring(std::string model, std::string desideratum, DesideratumInfo info,
                 Modality modality)
    : model_(std::move(model)), desideratum_(std::move(desideratum)), info_(std::move(info)) {
  for (const Expectation& expectation : info_.expectations) {
    if (applies(expectation.only_for, modality)) expectations_.push_back(expectation);
  }
  for (const Observation& observation : info_.observations) {
    if (applies(observation.only_for, modality)) observations_.push_back(observation);
  }
}

void Scoring::add(uint64_t seed, const std::vector<Request>& requests, const Answers& answers,
                  const Scores& scores, Condition condition) {
  Ledger& ledger = ledgers_[condition];
  ledger.seeds.push_back(seed);
  // Requests of one domain may share samples: each counts once a seed.
  std::map<std::string, std::map<std::string, double>> by_domain;
  for (const Request& request : requests) {
    if (request.cells != Cells::kInfluence) continue;
    by_domain[request.domain].merge(self_influences(request, answers.at(request.name)));
  }
  for (const auto& [domain, influences] : by_domain) {
    for (const auto& [content, influence] : influences) {
      ledger.self_influences[domain].push_back(influence);
    }
  }
  ledger.effects.resize(expectations_.size());
  for (size_t i = 0; i < expectations_.size(); ++i) {
    ledger.effects[i].push_back(find_score(scores.effects, expectations_[i].id));
  }
  ledger.observations.resize(observations_.size());
  for (size_t i = 0; i < observations_.size(); ++i) {
    ledger.observations[i].push_back(find_score(scores.observations, observations_[i].id));
  }
}

std::set<std::string> Scoring::dividing_domains() const {
  std::set<std::string> domains;
  for (const Expectation& expectation : expectations_) {
    if (!expectation.self_scale.empty()) domains.insert(expectation.self_scale);
  }
  return domains;
}

Scoring::Judgement Scoring::judge_ledger(const Ledger& ledger) const {
  Judgement judgement;
  std::map<std::string, double> scales;
  for (const std::string& domain : dividing_domains()) {
    const auto found = ledger.self_influences.find(domain);
    const absl::StatusOr<double> scale =
        self_scale(found == ledger.self_influences.end() ? std::vector<double>() : found->second);
    scales[domain] = scale.ok() ? *scale : Matrix::kUnmeasured;
    if (scale.ok()) {
      judgement.self_scales.push_back({domain, *scale});
    } else {
      judgement.error = absl::StrCat(domain, ": ", std::string(scale.status().message()));
    }
  }
  judgement.effects = ledger.effects;
  std::vector<Evidence> evidence;
  for (size_t i = 0; i < expectations_.size(); ++i) {
    const Expectation& expectation = expectations_[i];
    if (!expectation.self_scale.empty()) {
      for (double& effect : judgement.effects[i]) effect /= scales.at(expectation.self_scale);
    }
    evidence.push_back({expectation.kind, expectation.primary, judgement.effects[i]});
  }
  judgement.verdict = judge(evidence);
  return judgement;
}

DesideratumResult Scoring::finish() const {
  DesideratumResult result{.model = model_, .desideratum = desideratum_, .info = info_};
  result.error = error_;
  for (const Expectation& expectation : expectations_) result.expectations.push_back({expectation});
  for (const Observation& observation : observations_) result.observations.push_back({observation});
  if (failed()) return result;
  const auto fine_tuning = ledgers_.find(Condition::kFineTuning);
  if (fine_tuning == ledgers_.end()) {
    result.error = "no seed was measured";
    return result;
  }
  Judgement judgement = judge_ledger(fine_tuning->second);
  result.seeds = fine_tuning->second.seeds;
  result.error = judgement.error;
  result.self_scales = judgement.self_scales;
  result.verdict = judgement.verdict.verdict;
  for (size_t i = 0; i < expectations_.size(); ++i) {
    result.expectations[i].per_seed = judgement.effects[i];
    result.expectations[i].outcome = judgement.verdict.expectations[i];
  }
  for (size_t i = 0; i < observations_.size(); ++i) {
    result.observations[i].per_seed = fine_tuning->second.observations[i];
  }
  const auto in_context = ledgers_.find(Condition::kInContext);
  if (in_context == ledgers_.end()) return result;
  judgement = judge_ledger(in_context->second);
  result.in_context_self_scales = judgement.self_scales;
  for (size_t i = 0; i < expectations_.size(); ++i) {
    result.expectations[i].in_context =
        ConditionResult{judgement.effects[i], judgement.verdict.expectations[i]};
  }
  for (size_t i = 0; i < observations_.size(); ++i) {
    result.observations[i].in_context_per_seed = in_context->second.observations[i];
  }
  return result;
}

}  // namespace eif
