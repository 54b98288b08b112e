// From what was measured to verdicts: gathers a desideratum's raw scores seed by seed, then divides
// by the self scale, which is pooled over all seeds, and judges.
//
//   Scoring scoring({.model = "cnn", .desideratum = "symmetry"}, plugin.info(), Modality::kImage);
//   scoring.add(seed, requests, answers, scores);
//   for (DesideratumResult& result : scoring.results(noise_floor)) …
//
// An expectation that is a gain in context (Expectation::gain_in_context) needs both conditions:
// its effect is the one in context less the one by fine-tuning, each divided by its own scale. A
// desideratum with such expectations has three more observations, shares of these expectations
// whose effect in the seed is large enough to count: share_by_fine_tuning, share_in_context, and
// share_rescued, those that are so in context and not by fine-tuning.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"
#include "suite/core/run_result.h"
#include "suite/host/measurement.h"
#include "suite/host/validity.h"

namespace eif {

// How an effect of one seed came about at a learned dose.
struct LearnedEffect {
  int passes = 0;  // that all rows took which it compares
  double smallest_share = 0, largest_share = 0;
  bool is_reached = false;  // all of these rows have the dose
  double own = 0;  // the effect with each row after the passes that it needs itself, raw
};

// What rounding does to an influence, by fine-tuning and where samples were read; NaN where it was
// not measured.
struct NoiseFloors {
  double by_fine_tuning = std::numeric_limits<double>::quiet_NaN();
  double in_context = std::numeric_limits<double>::quiet_NaN();
};

// An effect that counts is a tenth of the self scale. Rounding is within that where the self scale
// is so many noise floors; with less, effects have no unit.
inline constexpr double kFewestNoiseFloors = 10;

class Scoring {
 public:
  // The results get this key, each with its own condition.
  Scoring(ResultKey key, DesideratumInfo info, Modality modality);

  const ResultKey& key() const { return key_; }

  // Takes one seed's requests, their matrices under one condition, and what score() made of them.
  void add(uint64_t seed, const std::vector<HashedRequest>& requests, const Answers& answers,
           const Scores& scores, Condition condition = Condition::kFineTuning);

  // How the effects of the seed that was just added came about, by id: at a learned dose.
  void add_learned(const std::map<std::string, LearnedEffect>& effects);
  // Expectations that training decides, whatever the model is (decided_by_regime.h), with reasons.
  void set_decided(std::map<std::string, std::string> reasons) { decided_ = std::move(reasons); }

  // The desideratum cannot be measured, for this reason.
  void fail(const std::string& reason) { error_ = reason; }
  bool failed() const { return !error_.empty(); }
  // The seed drew the same samples as an earlier one, and is left out.
  void repeat(uint64_t seed) { repeated_seeds_.push_back(seed); }

  // The result by fine-tuning, which decides the verdict, and the one in context where samples were
  // read.
  std::vector<DesideratumResult> results(const NoiseFloors& noise) const;

 private:
  // EIF(i→i) of the samples of a domain, a list for each seed, but for the last that have none.
  using SelfInfluences = std::vector<std::vector<double>>;

  // What was gathered of all seeds under one condition.
  struct Ledger {
    std::vector<uint64_t> seeds;
    std::map<std::string, SelfInfluences> self_influences;  // by domain
    std::vector<std::vector<double>> effects;       // as expectations_, raw, one per seed
    std::vector<std::vector<double>> observations;  // as observations_
  };
  // The effects of a ledger, each divided by the self scale of its domain.
  struct Divided {
    std::vector<SelfScale> self_scales;
    std::string error;  // a domain without a self scale
    std::vector<std::vector<double>> effects;
  };

  // The domains whose self scale divides an effect.
  std::set<std::string> dividing_domains() const;
  Divided divide(const Ledger& ledger, Condition condition, double noise_floor) const;
  // The unit of a domain's effects, or why it has none.
  static absl::StatusOr<double> scale_of(const SelfInfluences& influences, Condition condition,
                                         double noise_floor);
  void add_gains(const Divided& fine_tuning, const Divided& in_context,
                 DesideratumResult& result) const;
  // A result of either condition, before anything was measured.
  DesideratumResult unmeasured(Condition condition) const;
  DesideratumResult by_fine_tuning(const Ledger& ledger, const Divided& learned) const;
  // What add_learned() was told of an expectation, with effects divided by `scale`.
  LearnedEvidence learned_evidence(size_t expectation, double scale) const;
  void judge_result(DesideratumResult& result) const;
  DesideratumResult in_context(const Ledger& ledger, const Divided& read) const;

  ResultKey key_;
  DesideratumInfo info_;
  std::vector<Expectation> expectations_;  // those that apply to the modality
  std::vector<Observation> observations_;
  bool has_gains_ = false;  // an expectation is a gain in context
  std::map<Condition, Ledger> ledgers_;
  std::vector<std::vector<LearnedEffect>> learned_;  // as expectations_, one per seed
  std::map<std::string, std::string> decided_;
  CellsBySeed cells_;  // by fine-tuning
  std::map<Condition, std::vector<FlaggedRow>> flagged_rows_;
  std::vector<uint64_t> repeated_seeds_;
  std::string error_;
};

}  // namespace eif
