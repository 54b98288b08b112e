#include "suite/core/run_comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "suite/core/deciding_dose.h"
#include "suite/core/dose.h"
#include "suite/core/verdict.h"

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

// A desideratum as one of the runs has it. The result is null where it does not.
struct InRun {
  const RunResult* run;
  const DesideratumResult* result;
  std::string name;  // "the run", "run 2"
};

// Seeds that all have, in ascending order.
std::vector<uint64_t> common_seeds(const std::vector<InRun>& all) {
  std::set<uint64_t> common(all.front().result->seeds.begin(), all.front().result->seeds.end());
  for (const InRun& one : all) {
    if (one.result == nullptr) return {};
    const std::set<uint64_t> own(one.result->seeds.begin(), one.result->seeds.end());
    std::erase_if(common, [&](uint64_t seed) { return !own.contains(seed); });
  }
  return {common.begin(), common.end()};
}

// Where in a result each of `seeds` stands, which are among its seeds.
std::vector<size_t> places_of(const std::vector<uint64_t>& seeds, const DesideratumResult& result) {
  std::vector<size_t> places;
  for (const uint64_t seed : seeds) {
    const auto found = std::find(result.seeds.begin(), result.seeds.end(), seed);
    places.push_back(static_cast<size_t>(found - result.seeds.begin()));
  }
  return places;
}

// An effect is divided by the self scale of all seeds of its run. With other seeds in each run, the
// units would differ where the models do not, and by the same factor in every seed, which looks
// like a change that is certain. What to multiply effects of this unit by, so that it is that of
// these seeds; 1 where the run did not record what that takes, and where a gain has two units. NaN
// where these seeds have no self scale: then they have no effects either.
double to_unit_of(const std::vector<size_t>& places, const Expectation& expectation,
                  const DesideratumResult& result) {
  if (expectation.gain_in_context || places.size() == result.seeds.size()) return 1;
  for (const SelfScale& scale : result.self_scales) {
    if (scale.domain != expectation.self_scale || scale.by_seed.empty()) continue;
    std::vector<double> influences;
    for (const size_t place : places) {
      const std::vector<double>& of_seed = scale.by_seed[place];
      influences.insert(influences.end(), of_seed.begin(), of_seed.end());
    }
    const absl::StatusOr<double> of_places = self_scale(influences);
    return of_places.ok() ? scale.value / *of_places : std::numeric_limits<double>::quiet_NaN();
  }
  return 1;
}

std::vector<double> effects_of(const ExpectationResult& expectation,
                               const DesideratumResult& result,
                               const std::vector<uint64_t>& seeds) {
  const std::vector<size_t> places = places_of(seeds, result);
  const double factor = to_unit_of(places, expectation.expectation, result);
  std::vector<double> effects;
  for (const size_t place : places) effects.push_back(factor * expectation.per_seed[place]);
  return effects;
}

// Rates are compared by themselves: what they were given by is no other dose.
bool has_same_dose(const ResultKey& one, const ResultKey& other) {
  return asked_dose(one.dose) == asked_dose(other.dose);
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

bool is_decided_by_regime(const std::vector<InRun>& all, const std::string& expectation) {
  return std::any_of(all.begin(), all.end(), [&](const InRun& one) {
    return find_expectation(*one.result, expectation)->outcome.verdict == Verdict::kDecidedByRegime;
  });
}

// What keeps a later run from being compared with the baseline, if anything does.
std::pair<Obstacle, std::string> obstacle_of(const InRun& before, const InRun& after) {
  if (after.result == nullptr) {
    return {Obstacle::kMissing, absl::StrCat(after.name, " does not have it")};
  }
  const std::string& id = before.result->key.desideratum;
  const std::string was = version_of(*before.run, id), is = version_of(*after.run, id);
  if (was != is) {
    return {Obstacle::kOtherEstimand,
            absl::StrCat("the baseline has version ", was, " of it, ", after.name, " ", is,
                         "; make a new baseline")};
  }
  for (const ExpectationResult& one : before.result->expectations) {
    const ExpectationResult* now = find_expectation(*after.result, one.expectation.id);
    if (now == nullptr || now->expectation.kind != one.expectation.kind ||
        now->expectation.primary != one.expectation.primary) {
      return {Obstacle::kOtherEstimand,
              absl::StrCat(after.name, " does not have its expectation ", one.expectation.id)};
    }
    if (now->expectation.deciding_dose != one.expectation.deciding_dose) {
      return {Obstacle::kOtherEstimand,
              absl::StrCat("the baseline has ", one.expectation.id, " ",
                           doses_text(one.expectation), ", ", after.name, " ",
                           doses_text(now->expectation), "; make a new baseline")};
    }
  }
  if (after.result->verdict == Verdict::kNotMeasured) {
    return {Obstacle::kMissing,
            absl::StrCat(after.name, " could not measure it",
                         after.result->error.empty() ? "" : ": ", after.result->error)};
  }
  return {Obstacle::kNone, ""};
}

void compare_expectations(const std::vector<InRun>& all, const std::vector<uint64_t>& seeds,
                          const MarginOf& margin_of, ComparedDesideratum& compared) {
  const DesideratumResult& first = *all.front().result;
  std::vector<PairedEffects> effects;
  for (const ExpectationResult& one : first.expectations) {
    const std::string& id = one.expectation.id;
    const auto of_run = [&](const InRun& in) {
      return effects_of(*find_expectation(*in.result, id), *in.result, seeds);
    };
    PairedEffects& paired = effects.emplace_back(
        PairedEffects{.kind = one.expectation.kind,
                      .primary = one.expectation.primary,
                      .before = of_run(all.front()),
                      .after = of_run(all.back()),
                      .margin = margin_of(first.key.desideratum, id),
                      .is_decided_by_regime = is_decided_by_regime(all, id)});
    for (size_t i = 1; i + 1 < all.size(); ++i) paired.between.push_back(of_run(all[i]));
  }
  const std::vector<EffectChange> changes = compare_effects(effects);
  for (size_t i = 0; i < changes.size(); ++i) {
    const Expectation& expectation = first.expectations[i].expectation;
    ComparedExpectation& one = compared.expectations.emplace_back(ComparedExpectation{
        expectation.id, expectation.kind, expectation.primary, changes[i]});
    if (all.size() == 2) continue;
    one.means.push_back(mean_of(effects[i].before));
    for (const std::vector<double>& of_run : effects[i].between) one.means.push_back(mean_of(of_run));
    one.means.push_back(mean_of(effects[i].after));
  }
}

// Primary expectations that are a test, at least one.
size_t test_count(const ComparedDesideratum& compared) {
  const auto count = std::count_if(
      compared.expectations.begin(), compared.expectations.end(), [](const auto& one) {
        return one.primary && one.change.change != Change::kDecidedByRegime;
      });
  return static_cast<size_t>(std::max<std::ptrdiff_t>(1, count));
}

ComparedDesideratum compare_desideratum(const std::vector<InRun>& all, const std::string& model,
                                        const MarginOf& margin_of) {
  const InRun &before = all.front(), &after = all.back();
  const bool is_read = before.result->key.condition == Condition::kInContext;
  const std::vector<uint64_t> seeds = common_seeds(all);
  ComparedDesideratum compared{
      .model = model,
      .desideratum = absl::StrCat(result_name(before.run->request, before.result->key),
                                  is_read ? ", in context" : ""),
      .id = before.result->key.desideratum,
      .condition = before.result->key.condition,
      .before = before.result->verdict,
      .seeds = seeds.size()};
  compared.is_finding = decides(*before.result) || stands_beside(*before.result);
  compared.baseline_key = before.result->key;
  if (after.result != nullptr) {
    compared.after = after.result->verdict;
    compared.run_key = after.result->key;
  }
  for (size_t i = 1; i < all.size() && compared.obstacle == Obstacle::kNone; ++i) {
    std::tie(compared.obstacle, compared.why) = obstacle_of(before, all[i]);
  }
  if (compared.obstacle != Obstacle::kNone) return compared;
  if (seeds.empty()) {
    compared.obstacle = Obstacle::kMissing;
    compared.why = absl::StrCat("no seed was measured in ", all.size() == 2 ? "both" : "all");
    return compared;
  }
  compare_expectations(all, seeds, margin_of, compared);
  const int fewest = fewest_seeds_for_change(test_count(compared));
  if (std::cmp_less(compared.seeds, fewest)) {
    compared.obstacle = Obstacle::kTooFewSeeds;
    compared.why = absl::StrFormat("%d %s too few to show any change; it takes %d", compared.seeds,
                                   compared.seeds == 1 ? "seed is" : "seeds are", fewest);
  }
  return compared;
}

// Of a later one: the last is judged.
std::string name_of_run(size_t index, size_t count) {
  return index + 1 == count ? "the run" : absl::StrCat("run ", index + 1);
}

void add_cut_short(const std::string& which, const RunResult& run, std::vector<std::string>& texts) {
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
  absl::StatusOr<RunComparison> comparison = compare_series(
      {&baseline}, run,
      {.margin_of = [margin](const std::string&, const std::string&) { return margin; }});
  if (comparison.ok()) comparison->margin = margin;
  return comparison;
}

absl::StatusOr<RunComparison> compare_series(const std::vector<const RunResult*>& earlier,
                                             const RunResult& run,
                                             const ComparisonOptions& options) {
  const RunResult& baseline = *earlier.front();
  std::vector<const RunResult*> runs = earlier;
  runs.push_back(&run);
  RunComparison comparison{.baseline = baseline.context, .run = run.context};
  std::vector<ModelPairs> models(1);  // of each run; of the first none
  add_cut_short("the baseline", baseline, comparison.cut_short);
  for (size_t i = 1; i < runs.size(); ++i) {
    absl::StatusOr<ModelPairs> pairs = pair_models(baseline, *runs[i]);
    if (!pairs.ok()) return pairs.status();
    Differences differences = find_differences(baseline, *runs[i], *pairs);
    const std::string name = name_of_run(i, runs.size());
    if (!differences.estimand.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          runs.size() == 2 ? "the two runs" : absl::StrCat("the baseline and ", name),
          " did not measure the same thing: ", absl::StrJoin(differences.estimand, "; "),
          "; measure one of them again, as the other was"));
    }
    for (std::string& difference : differences.computation) {
      if (runs.size() > 2) difference = absl::StrCat(name, ": ", difference);
      comparison.differences.push_back(std::move(difference));
    }
    if (runs[i] != &run) comparison.between.push_back({.path = "", .context = runs[i]->context});
    add_cut_short(name, *runs[i], comparison.cut_short);
    models.push_back(*std::move(pairs));
  }
  for (const DesideratumResult& before : baseline.results) {
    const bool is_asked = before.key.condition == Condition::kFineTuning ||
                          (options.in_context && counts_once(baseline, before));
    if (!is_asked || !may_get_worse(before)) continue;
    std::vector<InRun> all = {{&baseline, &before, "the baseline"}};
    for (size_t i = 1; i < runs.size(); ++i) {
      const std::string& model = models[i].at(before.key.model);
      all.push_back({runs[i], find_result(*runs[i], before, model), name_of_run(i, runs.size())});
    }
    comparison.desiderata.push_back(
        compare_desideratum(all, models.back().at(before.key.model), options.margin_of));
  }
  if (comparison.desiderata.empty()) {
    return absl::InvalidArgumentError("the baseline has no desideratum that was measured");
  }
  return comparison;
}

}  // namespace eif
