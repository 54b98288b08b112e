#include "suite/core/run_comparison.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "suite/core/dose.h"

namespace eif {
namespace {

using ModelPairs = std::map<std::string, std::string>;  // of the baseline → in the run

std::vector<std::string> model_names(const RunResult& run) {
  std::vector<std::string> names;
  for (const ModelContext& model : run.context.models) names.push_back(model.name);
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<ModelPairs> pair_models(const RunResult& baseline, const RunResult& run) {
  const std::vector<std::string> before = model_names(baseline), after = model_names(run);
  ModelPairs pairs;
  if (before.size() == 1 && after.size() == 1) {
    pairs[before.front()] = after.front();
    return pairs;
  }
  if (!std::includes(after.begin(), after.end(), before.begin(), before.end())) {
    return absl::InvalidArgumentError(
        absl::StrCat("models are paired by name where there are several, and the baseline has ",
                     absl::StrJoin(before, ", "), ", the run ", absl::StrJoin(after, ", ")));
  }
  for (const std::string& name : before) pairs[name] = name;
  return pairs;
}

const ModelContext& find_model(const RunResult& run, const std::string& name) {
  return *std::find_if(run.context.models.begin(), run.context.models.end(),
                       [&](const ModelContext& model) { return model.name == name; });
}

// ---- What the two runs measured ---------------------------------------------------------------

// How two runs differ: in what an effect is, and in how it was computed.
struct Differences {
  std::vector<std::string> estimand, computation;
};

// A rate that `auto` found belongs to the model, and another model has another one. A rate that was
// given by hand is a choice of what to measure.
void compare_rates(const RunResult& baseline, const RunResult& run, const ModelPairs& models,
                   Differences& differences) {
  const bool by_hand =
      !baseline.request.finds_learning_rate() || !run.request.finds_learning_rate();
  for (const auto& [before, after] : models) {
    const double was = find_model(baseline, before).learning_rate;
    const double is = find_model(run, after).learning_rate;
    if (was == is) continue;
    (by_hand ? differences.estimand : differences.computation)
        .push_back(absl::StrFormat("learning rate of %s was %g%s, is %g%s", after, was,
                                   baseline.request.finds_learning_rate() ? " (auto)" : "", is,
                                   run.request.finds_learning_rate() ? " (auto)" : ""));
  }
  for (const auto& [before, after] : models) {
    const double was = find_model(baseline, before).learned_rate;
    const double is = find_model(run, after).learned_rate;
    // Given rates are those above.
    if (by_hand || was == is || std::isnan(was) || std::isnan(is)) continue;
    differences.computation.push_back(
        absl::StrFormat("learning rate of learned doses of %s was %g, is %g", after, was, is));
  }
}

Differences find_differences(const RunResult& baseline, const RunResult& run,
                             const ModelPairs& models) {
  Differences differences;
  for (const FieldDifference& one : differences_between(baseline.request, run.request)) {
    if (one.name == "lr") continue;
    if (one.role == FieldRole::kEstimand) differences.estimand.push_back(difference_text(one));
    if (one.role == FieldRole::kComputation) {
      differences.computation.push_back(difference_text(one));
    }
  }
  compare_rates(baseline, run, models, differences);
  const auto compare = [](const char* what, const std::string& was, const std::string& is,
                          std::vector<std::string>& texts) {
    if (was != is) texts.push_back(absl::StrCat(what, " was ", was, ", is ", is));
  };
  // Version 0.1 did not record which digits it had, and cannot be asked.
  if (!baseline.context.digits_digest.empty() && !run.context.digits_digest.empty()) {
    compare("the set of digits", baseline.context.digits_digest, run.context.digits_digest,
            differences.estimand);
  }
  compare("version", baseline.context.program_version, run.context.program_version,
          differences.computation);
  compare("torch", baseline.context.torch_version, run.context.torch_version,
          differences.computation);
  return differences;
}

// ---- Desiderata -------------------------------------------------------------------------------

// Seeds that both results have, in ascending order.
std::vector<uint64_t> seeds_of_both(const DesideratumResult& before,
                                    const DesideratumResult& after) {
  const std::set<uint64_t> of_after(after.seeds.begin(), after.seeds.end());
  std::set<uint64_t> common;
  for (const uint64_t seed : before.seeds) {
    if (of_after.contains(seed)) common.insert(seed);
  }
  return {common.begin(), common.end()};
}

std::vector<double> effects_of(const ExpectationResult& expectation,
                               const std::vector<uint64_t>& of_result,
                               const std::vector<uint64_t>& seeds) {
  std::map<uint64_t, double> by_seed;
  for (size_t i = 0; i < of_result.size(); ++i) by_seed[of_result[i]] = expectation.per_seed[i];
  std::vector<double> effects;
  for (const uint64_t seed : seeds) effects.push_back(by_seed.at(seed));
  return effects;
}

// Rates are compared by themselves: what they were given by is no other dose.
bool has_same_dose(const ResultKey& one, const ResultKey& other) {
  const auto dose = [](const ResultKey& key) {
    return key.dose.starts_with("lr ") ? kPlateauDose : key.dose;
  };
  return dose(one) == dose(other);
}

const DesideratumResult* find_result(const RunResult& run, const DesideratumResult& like,
                                     const std::string& model) {
  for (const DesideratumResult& result : run.results) {
    if (result.key.model == model && result.key.desideratum == like.key.desideratum &&
        result.key.condition == like.key.condition && has_same_dose(result.key, like.key)) {
      return &result;
    }
  }
  return nullptr;
}

// "1.0", and where it was read from a file of a user's own the digest of that.
std::string version_of(const RunResult& run, const std::string& desideratum) {
  for (const PluginContext& plugin : run.context.plugins) {
    if (plugin.id != desideratum) continue;
    return plugin.digest.empty() ? plugin.version
                                 : absl::StrCat(plugin.version, " (", plugin.digest, ")");
  }
  return "unknown";
}

size_t primary_count(const DesideratumResult& result) {
  const auto count =
      std::count_if(result.expectations.begin(), result.expectations.end(),
                    [](const ExpectationResult& one) { return one.expectation.primary; });
  return static_cast<size_t>(std::max<std::ptrdiff_t>(1, count));
}

// Notes what keeps the two from being compared, if anything does.
void find_obstacle(const RunResult& baseline, const DesideratumResult& before, const RunResult& run,
                   const DesideratumResult* after, ComparedDesideratum& compared) {
  const auto note_obstacle = [&](Obstacle obstacle, std::string why) {
    compared.obstacle = obstacle;
    compared.why = std::move(why);
  };
  if (after == nullptr) return note_obstacle(Obstacle::kMissing, "the run does not have it");
  const std::string& id = before.key.desideratum;
  const std::string was = version_of(baseline, id), is = version_of(run, id);
  if (was != is) {
    return note_obstacle(Obstacle::kOtherEstimand,
                         absl::StrCat("the baseline has version ", was, " of it, the run ", is,
                                      "; make a new baseline"));
  }
  for (const ExpectationResult& one : before.expectations) {
    const ExpectationResult* now = find_expectation(*after, one.expectation.id);
    if (now == nullptr || now->expectation.kind != one.expectation.kind ||
        now->expectation.primary != one.expectation.primary) {
      return note_obstacle(
          Obstacle::kOtherEstimand,
          absl::StrCat("the run does not have its expectation ", one.expectation.id));
    }
  }
  if (after->verdict == Verdict::kNotMeasured) {
    return note_obstacle(Obstacle::kMissing,
                         absl::StrCat("the run could not measure it",
                                      after->error.empty() ? "" : ": ", after->error));
  }
  if (compared.seeds == 0) return note_obstacle(Obstacle::kMissing, "no seed was measured in both");
  const int fewest = fewest_seeds_for_change(primary_count(before));
  if (std::cmp_less(compared.seeds, fewest)) {
    note_obstacle(Obstacle::kTooFewSeeds,
                  absl::StrFormat("%d %s too few to show any change; it takes %d", compared.seeds,
                                  compared.seeds == 1 ? "seed is" : "seeds are", fewest));
  }
}

void compare_expectations(const DesideratumResult& before, const DesideratumResult& after,
                          const std::vector<uint64_t>& seeds, const MarginOf& margin_of,
                          ComparedDesideratum& compared) {
  std::vector<PairedEffects> effects;
  for (const ExpectationResult& one : before.expectations) {
    effects.push_back(
        {one.expectation.kind, one.expectation.primary, effects_of(one, before.seeds, seeds),
         effects_of(*find_expectation(after, one.expectation.id), after.seeds, seeds),
         margin_of(before.key.desideratum, one.expectation.id)});
  }
  const std::vector<EffectChange> changes = compare_effects(effects);
  for (size_t i = 0; i < changes.size(); ++i) {
    const Expectation& expectation = before.expectations[i].expectation;
    compared.expectations.push_back(
        {expectation.id, expectation.kind, expectation.primary, changes[i]});
  }
}

ComparedDesideratum compare_desideratum(const RunResult& baseline, const DesideratumResult& before,
                                        const RunResult& run, const std::string& model,
                                        const MarginOf& margin_of) {
  const DesideratumResult* after = find_result(run, before, model);
  std::vector<uint64_t> seeds;
  if (after != nullptr) seeds = seeds_of_both(before, *after);
  ComparedDesideratum compared{.model = model,
                               .desideratum = result_name(baseline.request, before.key),
                               .id = before.key.desideratum,
                               .before = before.verdict,
                               .seeds = seeds.size()};
  if (after != nullptr) compared.after = after->verdict;
  find_obstacle(baseline, before, run, after, compared);
  if (compared.obstacle == Obstacle::kNone || compared.obstacle == Obstacle::kTooFewSeeds) {
    compare_expectations(before, *after, seeds, margin_of, compared);
  }
  return compared;
}

void add_cut_short(const char* which, const RunResult& run, std::vector<std::string>& texts) {
  if (run.end == RunEnd::kComplete && run.problems.empty()) return;
  const std::string how = run.end == RunEnd::kUnfinished ? "did not come to its end"
                          : run.end == RunEnd::kInterrupted
                              ? "was interrupted"
                              : absl::StrCat("ended \"", run_end_name(run.end), "\"");
  texts.push_back(absl::StrCat(which, " ", how, run.problems.empty() ? "" : ": ",
                               absl::StrJoin(run.problems, "; ")));
}

}  // namespace

bool may_get_worse(const DesideratumResult& before) {
  return before.verdict != Verdict::kNotMeasured && before.verdict != Verdict::kDecidedByRegime;
}

bool got_worse(const ComparedDesideratum& desideratum) {
  if (desideratum.before == Verdict::kHolds && desideratum.after == Verdict::kViolated) return true;
  return std::any_of(desideratum.expectations.begin(), desideratum.expectations.end(),
                     [](const ComparedExpectation& one) {
                       return one.primary && one.change.change == Change::kWorse;
                     });
}

ComparisonOutcome outcome_of(const RunComparison& comparison) {
  const auto any = [&](auto is_so) {
    return std::any_of(comparison.desiderata.begin(), comparison.desiderata.end(), is_so);
  };
  if (any([](const ComparedDesideratum& one) {
        return one.obstacle == Obstacle::kOtherEstimand;
      })) {
    return ComparisonOutcome::kNotComparable;
  }
  if (any(got_worse)) return ComparisonOutcome::kGotWorse;
  return is_whole(comparison) ? ComparisonOutcome::kNoWorse : ComparisonOutcome::kNothingShown;
}

bool is_whole(const RunComparison& comparison) {
  return comparison.cut_short.empty() &&
         std::all_of(
             comparison.desiderata.begin(), comparison.desiderata.end(),
             [](const ComparedDesideratum& one) { return one.obstacle == Obstacle::kNone; });
}

absl::StatusOr<RunComparison> compare_runs(const RunResult& baseline, const RunResult& run,
                                           double margin) {
  absl::StatusOr<RunComparison> comparison = compare_runs(
      baseline, run, [margin](const std::string&, const std::string&) { return margin; });
  if (comparison.ok()) comparison->margin = margin;
  return comparison;
}

absl::StatusOr<RunComparison> compare_runs(const RunResult& baseline, const RunResult& run,
                                           const MarginOf& margin_of) {
  const absl::StatusOr<ModelPairs> models = pair_models(baseline, run);
  if (!models.ok()) return models.status();
  Differences differences = find_differences(baseline, run, *models);
  if (!differences.estimand.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the two runs did not measure the same thing: ", absl::StrJoin(differences.estimand, "; "),
        "; measure one of them again, as the other was"));
  }
  RunComparison comparison{.baseline = baseline.context,
                           .run = run.context,
                           .differences = std::move(differences.computation)};
  add_cut_short("the baseline", baseline, comparison.cut_short);
  add_cut_short("the run", run, comparison.cut_short);
  for (const DesideratumResult& before : baseline.results) {
    if (before.key.condition != Condition::kFineTuning || !may_get_worse(before)) continue;
    comparison.desiderata.push_back(
        compare_desideratum(baseline, before, run, models->at(before.key.model), margin_of));
  }
  if (comparison.desiderata.empty()) {
    return absl::InvalidArgumentError("the baseline has no desideratum that was measured");
  }
  return comparison;
}

}  // namespace eif
