#include "suite/host/scoring.h"

#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "eif/statistics.h"
#include "suite/core/expectations.h"
#include "suite/core/reliability.h"
#include "suite/core/verdict.h"

namespace eif {
namespace {

// The number that score() gave for an id; NaN where it gave none.
double find_score(const std::map<std::string, double>& scores, const std::string& id) {
  const auto found = scores.find(id);
  return found == scores.end() ? Matrix::kUnmeasured : found->second;
}

// EIF(i→i) of a request by the content of i, where it was measured.
std::map<std::string, double> measured_self_influences(const HashedRequest& request,
                                                       const Matrix& matrix) {
  const std::vector<double> by_row = self_influences(request, matrix);
  std::map<std::string, double> result;
  for (size_t row = 0; row < by_row.size(); ++row) {
    if (std::isfinite(by_row[row])) result.emplace(request.trained[row], by_row[row]);
  }
  return result;
}

}  // namespace

Scoring::Scoring(ResultKey key, DesideratumInfo info, Modality modality)
    : key_(std::move(key)), info_(std::move(info)) {
  for (const Expectation& expectation : info_.expectations) {
    if (!is_for(expectation.only_for, modality)) continue;
    expectations_.push_back(expectation);
    if (modality == Modality::kImage) {
      // What it states is about texts: an image is learned in small steps only.
      expectations_.back().deciding_dose = kPlateauDose;
      expectations_.back().second_dose.clear();
    }
    has_gains_ = has_gains_ || expectation.gain_in_context;
  }
  for (const Observation& observation : info_.observations) {
    if (is_for(observation.only_for, modality)) observations_.push_back(observation);
  }
}

void Scoring::add(uint64_t seed, const std::vector<HashedRequest>& requests, const Answers& answers,
                  const Scores& scores, Condition condition) {
  Ledger& ledger = ledgers_[condition];
  ledger.seeds.push_back(seed);
  // Requests of one domain may share samples: each counts once a seed.
  std::map<std::string, std::map<std::string, double>> by_domain;
  for (const HashedRequest& hashed : requests) {
    const Request& request = hashed.request;
    if (request.cells != Cells::kInfluence) continue;
    by_domain[request.domain].merge(measured_self_influences(hashed, answers.at(request.name)));
  }
  for (const auto& [domain, influences] : by_domain) {
    SelfInfluences& by_seed = ledger.self_influences[domain];
    by_seed.resize(ledger.seeds.size());
    for (const auto& [content, influence] : influences) by_seed.back().push_back(influence);
  }
  for (FlaggedRow& row : flag_rows(seed, requests, answers)) {
    flagged_rows_[condition].push_back(std::move(row));
  }
  if (condition == Condition::kFineTuning) cells_.add(requests, answers);
  ledger.effects.resize(expectations_.size());
  for (size_t i = 0; i < expectations_.size(); ++i) {
    ledger.effects[i].push_back(find_score(scores.effects, expectations_[i].id));
  }
  ledger.observations.resize(observations_.size());
  for (size_t i = 0; i < observations_.size(); ++i) {
    ledger.observations[i].push_back(find_score(scores.observations, observations_[i].id));
  }
}

void Scoring::add_learned(const std::map<std::string, LearnedEffect>& effects) {
  learned_.resize(expectations_.size());
  for (size_t i = 0; i < expectations_.size(); ++i) {
    const auto found = effects.find(expectations_[i].id);
    learned_[i].push_back(found == effects.end() ? LearnedEffect() : found->second);
  }
}

LearnedEvidence Scoring::learned_evidence(size_t expectation, double scale) const {
  LearnedEvidence evidence;
  for (const LearnedEffect& effect : learned_[expectation]) {
    evidence.passes.push_back(effect.passes);
    evidence.smallest_share.push_back(effect.smallest_share);
    evidence.largest_share.push_back(effect.largest_share);
    evidence.own_per_seed.push_back(effect.own / scale);
    if (!effect.is_reached) ++evidence.not_reached;
  }
  return evidence;
}

std::set<std::string> Scoring::dividing_domains() const {
  std::set<std::string> domains;
  for (const Expectation& expectation : expectations_) {
    if (!expectation.self_scale.empty()) domains.insert(expectation.self_scale);
  }
  return domains;
}

namespace {

// In so many seeds of a domain its samples may do nothing for themselves. With more, the pooled
// median is above 0 by chance, and effects would be large because their unit is small.
constexpr double kMostSeedsWithoutScale = 0.2;

// self_scale() of the cells, and its reason where there is none. What is read has no learning rate,
// so advice about one would lead nowhere.
absl::StatusOr<double> scale_under(Condition condition, const std::vector<double>& influences) {
  absl::StatusOr<double> scale = self_scale(influences);
  if (scale.ok() || condition != Condition::kInContext || influences.empty()) return scale;
  return absl::FailedPreconditionError(absl::StrFormat(
      "reading a sample does not make it likelier: the median of %d influences of a sample on "
      "itself is %.3g, and must be above 0 to be the unit of all effects",
      influences.size(), median(influences)));
}

}  // namespace

absl::StatusOr<double> Scoring::scale_of(const SelfInfluences& influences, Condition condition,
                                         double noise_floor) {
  std::vector<double> pooled;
  size_t seeds = 0, without = 0;
  for (const std::vector<double>& of_seed : influences) {
    if (of_seed.empty()) continue;
    pooled.insert(pooled.end(), of_seed.begin(), of_seed.end());
    ++seeds;
    without += median(of_seed) > 0 ? 0 : 1;
  }
  const absl::StatusOr<double> scale = scale_under(condition, pooled);
  if (!scale.ok()) return scale;
  const char* const doing = condition == Condition::kInContext ? "reading" : "training on";
  if (*scale < kFewestNoiseFloors * noise_floor) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "%s a sample does %.3g for the sample itself, which is not %g times the noise floor %.3g, "
        "so that effects in this unit would be rounding%s",
        doing, *scale, kFewestNoiseFloors, noise_floor,
        condition == Condition::kInContext ? "" : "; choose a higher --lr, or --lr auto"));
  }
  if (static_cast<double>(without) > kMostSeedsWithoutScale * static_cast<double>(seeds)) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "in %d of %d seeds %s a sample does nothing for the sample itself (a median of 0 or below), "
        "so that effects have no unit",
        without, seeds, doing));
  }
  return scale;
}

Scoring::Divided Scoring::divide(const Ledger& ledger, Condition condition,
                                 double noise_floor) const {
  Divided divided;
  std::map<std::string, double> scales;
  for (const std::string& domain : dividing_domains()) {
    const auto found = ledger.self_influences.find(domain);
    SelfInfluences influences;
    if (found != ledger.self_influences.end()) influences = found->second;
    const absl::StatusOr<double> scale = scale_of(influences, condition, noise_floor);
    scales[domain] = scale.ok() ? *scale : Matrix::kUnmeasured;
    if (scale.ok()) {
      influences.resize(ledger.seeds.size());
      divided.self_scales.push_back({domain, *scale, std::move(influences)});
    } else {
      divided.error = absl::StrCat(domain, ": ", std::string(scale.status().message()));
    }
  }
  divided.effects = ledger.effects;
  for (size_t i = 0; i < expectations_.size(); ++i) {
    const std::string& domain = expectations_[i].self_scale;
    if (domain.empty()) continue;
    for (double& effect : divided.effects[i]) effect /= scales.at(domain);
  }
  return divided;
}

void Scoring::add_gains(const Divided& fine_tuning, const Divided& in_context,
                        DesideratumResult& result) const {
  const size_t seeds = result.seeds.size();
  std::vector<double> by_fine_tuning(seeds), by_reading(seeds), rescued(seeds);
  double count = 0;
  for (size_t i = 0; i < expectations_.size(); ++i) {
    if (!expectations_[i].gain_in_context) continue;
    ++count;
    for (size_t seed = 0; seed < seeds; ++seed) {
      const double trained = fine_tuning.effects[i][seed], read = in_context.effects[i][seed];
      result.expectations[i].per_seed.push_back(read - trained);
      if (result.expectations[i].learned) {
        double& own = result.expectations[i].learned->own_per_seed[seed];
        own = read - own;
      }
      // A share of fewer effects than there are would not be comparable.
      const double missing = std::isfinite(read - trained) ? 0 : Matrix::kUnmeasured;
      by_fine_tuning[seed] += missing + (trained >= kSmallestEffect);
      by_reading[seed] += missing + (read >= kSmallestEffect);
      rescued[seed] += missing + (read >= kSmallestEffect && trained < kSmallestEffect);
    }
  }
  const auto observe = [&](const char* id, const char* claim, std::vector<double> per_seed) {
    for (double& value : per_seed) value /= count;
    result.observations.push_back(
        {{.id = id,
          .unit = "1",
          .claim = absl::StrCat("share of these effects that are at least ", kSmallestEffect, " ",
                                claim)},
         std::move(per_seed)});
  };
  observe("share_by_fine_tuning", "by fine-tuning", std::move(by_fine_tuning));
  observe("share_in_context", "in context", std::move(by_reading));
  observe("share_rescued", "in context and not by fine-tuning", std::move(rescued));
}

DesideratumResult Scoring::unmeasured(Condition condition) const {
  DesideratumResult result{.key = key_, .info = info_};
  result.key.condition = condition;
  result.error = error_;
  result.repeated_seeds = repeated_seeds_;
  const auto flagged = flagged_rows_.find(condition);
  if (flagged != flagged_rows_.end()) result.flagged_rows = flagged->second;
  for (const Expectation& expectation : expectations_) {
    // A gain is a result of both conditions, and stands with fine-tuning, which decides.
    if (condition == Condition::kInContext && expectation.gain_in_context) continue;
    result.expectations.push_back({expectation});
  }
  for (const Observation& observation : observations_) result.observations.push_back({observation});
  return result;
}

namespace {

// Of effects before they are divided. What no self scale divides is no difference of losses.
double mean_nats(const Expectation& expectation, const std::vector<double>& raw) {
  return expectation.self_scale.empty() ? Matrix::kUnmeasured : mean_of(raw);
}

}  // namespace

DesideratumResult Scoring::by_fine_tuning(const Ledger& ledger, const Divided& learned) const {
  DesideratumResult result = unmeasured(Condition::kFineTuning);
  result.seeds = ledger.seeds;
  result.error = learned.error;
  result.self_scales = learned.self_scales;
  result.split_half_reliability = split_half_reliability(cells_.per_seed());
  for (size_t i = 0; i < observations_.size(); ++i) {
    result.observations[i].per_seed = ledger.observations[i];
  }
  for (size_t i = 0; i < expectations_.size(); ++i) {
    if (!expectations_[i].gain_in_context) {
      result.expectations[i].per_seed = learned.effects[i];
      result.expectations[i].nats = mean_nats(expectations_[i], ledger.effects[i]);
    }
    if (learned_.empty()) continue;
    double scale = expectations_[i].self_scale.empty() ? 1 : Matrix::kUnmeasured;
    for (const SelfScale& one : learned.self_scales) {
      if (one.domain == expectations_[i].self_scale) scale = one.value;
    }
    result.expectations[i].learned = learned_evidence(i, scale);
  }
  return result;
}

DesideratumResult Scoring::in_context(const Ledger& ledger, const Divided& read) const {
  DesideratumResult result = unmeasured(Condition::kInContext);
  result.seeds = ledger.seeds;
  result.error = read.error;
  result.self_scales = read.self_scales;
  for (size_t i = 0; i < observations_.size(); ++i) {
    result.observations[i].per_seed = ledger.observations[i];
  }
  size_t next = 0;
  for (size_t i = 0; i < expectations_.size(); ++i) {
    if (expectations_[i].gain_in_context) continue;
    ExpectationResult& one = result.expectations[next++];
    one.per_seed = read.effects[i];
    one.nats = mean_nats(expectations_[i], ledger.effects[i]);
  }
  return result;
}

namespace {

// A seed in which a row does not have the dose stands for another one. More than this share of them,
// and the effect is not that of the dose.
constexpr double kMostNotReached = 0.2;

// Why the effects are not those of the dose; empty where they are.
std::string why_not_at_dose(const ExpectationResult& one, const std::string& dose) {
  if (!one.learned) return "";
  const size_t seeds = one.per_seed.size(), missing = one.learned->not_reached;
  if (static_cast<double>(missing) <= kMostNotReached * static_cast<double>(seeds)) return "";
  return absl::StrFormat("in %d of %d seeds a sample that it compares did not reach the dose of %s",
                         missing, seeds, dose);
}

// Compares the verdict with that of each row after the passes that it needs itself: what depends on
// how passes are counted is not decided.
void dispute(DesideratumResult& result, std::vector<Evidence>& evidence) {
  std::vector<Evidence> own = evidence;
  for (size_t i = 0; i < own.size(); ++i) {
    if (result.expectations[i].learned) own[i].per_seed = result.expectations[i].learned->own_per_seed;
  }
  const DesideratumVerdict at_own = judge(own), at_equal = judge(evidence);
  for (size_t i = 0; i < own.size(); ++i) {
    if (!result.expectations[i].learned) continue;
    const ExpectationVerdict& one = at_own.expectations[i];
    result.expectations[i].learned->own_verdict = one.verdict;
    if (one.verdict == at_equal.expectations[i].verdict) continue;
    evidence[i].disputed = absl::StrFormat(
        "with each sample after the passes that it needs itself the mean is %.3g, %s", one.mean,
        verdict_name(one.verdict));
  }
}

}  // namespace

// Fills in the verdicts.
void Scoring::judge_result(DesideratumResult& result) const {
  const bool is_tuned = result.key.condition == Condition::kFineTuning;
  std::vector<Evidence> evidence;
  for (const ExpectationResult& one : result.expectations) {
    Evidence& own = evidence.emplace_back(
        Evidence{one.expectation.kind, one.expectation.primary, one.per_seed});
    const auto decided = decided_.find(one.expectation.id);
    // A gain has a part that is read, which training does not decide.
    if (is_tuned && !one.expectation.gain_in_context && decided != decided_.end()) {
      own.decided_by_regime = decided->second;
    }
    own.not_measured = why_not_at_dose(one, result.key.dose);
  }
  dispute(result, evidence);
  const DesideratumVerdict verdict = judge(evidence);
  result.verdict = verdict.verdict;
  for (size_t i = 0; i < result.expectations.size(); ++i) {
    ExpectationResult& one = result.expectations[i];
    one.outcome = verdict.expectations[i];
    // Why no seed could be measured: there is nothing to divide by.
    const bool is_divided = !one.expectation.self_scale.empty();
    if (one.outcome.verdict == Verdict::kNotMeasured && is_divided && !result.error.empty()) {
      absl::StrAppend(&one.outcome.reason, ": ", result.error);
    }
  }
}

std::vector<DesideratumResult> Scoring::results(const NoiseFloors& noise) const {
  if (failed()) return {unmeasured(Condition::kFineTuning)};
  const auto unmeasured_because = [&](const char* reason) {
    std::vector<DesideratumResult> results = {unmeasured(Condition::kFineTuning)};
    results.front().error = reason;
    return results;
  };
  const auto trained = ledgers_.find(Condition::kFineTuning);
  if (trained == ledgers_.end()) return unmeasured_because("no seed was measured");
  const auto was_read = ledgers_.find(Condition::kInContext);
  if (has_gains_ && was_read == ledgers_.end()) {
    return unmeasured_because("it compares fine-tuning with reading, and nothing was read");
  }
  const Divided learned = divide(trained->second, Condition::kFineTuning, noise.by_fine_tuning);
  std::vector<DesideratumResult> results = {by_fine_tuning(trained->second, learned)};
  if (was_read != ledgers_.end()) {
    const Divided read = divide(was_read->second, Condition::kInContext, noise.in_context);
    results.push_back(in_context(was_read->second, read));
    if (has_gains_) {
      if (results[0].error.empty() && !read.error.empty()) {
        results[0].error = absl::StrCat("in context, ", read.error);
      }
      add_gains(learned, read, results[0]);
    }
  }
  for (DesideratumResult& result : results) judge_result(result);
  set_noise_floors(noise.by_fine_tuning, results[0]);
  return results;
}

}  // namespace eif
