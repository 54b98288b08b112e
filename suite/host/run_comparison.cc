#include "suite/host/run_comparison.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace eif {
namespace {

std::vector<std::string> model_names(const RecordedRun& run) {
  std::vector<std::string> names;
  for (const RecordedModel& model : run.models) names.push_back(model.name);
  std::sort(names.begin(), names.end());
  return names;
}

// The name of each of the baseline's models in the run.
absl::StatusOr<std::map<std::string, std::string>> pair_models(const RecordedRun& baseline,
                                                               const RecordedRun& run) {
  const std::vector<std::string> before = model_names(baseline), after = model_names(run);
  std::map<std::string, std::string> pairs;
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

absl::Status check_draws(const RecordedRun& baseline, const RecordedRun& run) {
  for (const auto& [name, value] : baseline.draws) {
    const std::string& now = run.draws.at(name);
    if (now == value) continue;
    return absl::InvalidArgumentError(absl::StrCat("the two runs did not draw the same samples: \"",
                                                   name, "\" is ", value, " in the baseline and ",
                                                   now, " in the run"));
  }
  return absl::OkStatus();
}

const RecordedModel& find_model(const RecordedRun& run, const std::string& name) {
  return *std::find_if(run.models.begin(), run.models.end(),
                       [&](const RecordedModel& model) { return model.name == name; });
}

// models: those of the baseline, with their names in the run.
std::vector<std::string> differences(const RecordedRun& baseline, const RecordedRun& run,
                                     const std::map<std::string, std::string>& models) {
  std::vector<std::string> texts;
  const auto add = [&](const std::string& name, const std::string& value, const std::string& now) {
    if (now != value) texts.push_back(absl::StrCat(name, " was ", value, ", is ", now));
  };
  for (const auto& [name, value] : baseline.circumstances) {
    add(name, value, run.circumstances.at(name));
  }
  for (const auto& [before, after] : models) {
    add(absl::StrCat("learning rate of ", after), find_model(baseline, before).learning_rate,
        find_model(run, after).learning_rate);
  }
  return texts;
}

// That both have, in order.
std::vector<uint64_t> common_seeds(const RecordedResult& before, const RecordedResult& after) {
  const std::set<uint64_t> of_after(after.seeds.begin(), after.seeds.end());
  std::set<uint64_t> common;
  for (const uint64_t seed : before.seeds) {
    if (of_after.contains(seed)) common.insert(seed);
  }
  return {common.begin(), common.end()};
}

std::vector<double> effects_of(const RecordedExpectation& expectation,
                               const std::vector<uint64_t>& of_result,
                               const std::vector<uint64_t>& seeds) {
  std::map<uint64_t, double> by_seed;
  for (size_t i = 0; i < of_result.size(); ++i) by_seed[of_result[i]] = expectation.per_seed[i];
  std::vector<double> effects;
  for (const uint64_t seed : seeds) effects.push_back(by_seed.at(seed));
  return effects;
}

const RecordedExpectation* find(const RecordedResult& result, const std::string& id) {
  const auto found =
      std::find_if(result.expectations.begin(), result.expectations.end(),
                   [&](const RecordedExpectation& expectation) { return expectation.id == id; });
  return found == result.expectations.end() ? nullptr : &*found;
}

const RecordedResult* find(const RecordedRun& run, const std::string& model,
                           const std::string& desideratum) {
  const auto found =
      std::find_if(run.results.begin(), run.results.end(), [&](const RecordedResult& result) {
        return result.model == model && result.desideratum == desideratum;
      });
  return found == run.results.end() ? nullptr : &*found;
}

// Why the two cannot be compared; empty where they can. seeds: that both have.
std::string obstacle(const RecordedResult& before, const RecordedResult* after,
                     const std::vector<uint64_t>& seeds) {
  if (after == nullptr) return "the run does not have it";
  if (before.version != after->version) {
    return absl::StrCat("the baseline has version ", before.version, " of it, the run ",
                        after->version, "; make a new baseline");
  }
  if (after->verdict == Verdict::kNotMeasured) return "the run could not measure it";
  for (const RecordedExpectation& expectation : before.expectations) {
    const RecordedExpectation* now = find(*after, expectation.id);
    if (now == nullptr || now->kind != expectation.kind || now->primary != expectation.primary) {
      return absl::StrCat("the run does not have its expectation ", expectation.id);
    }
  }
  return seeds.empty() ? "no seed was measured in both" : "";
}

std::vector<ComparedExpectation> compare_expectations(const RecordedResult& before,
                                                      const RecordedResult& after,
                                                      const std::vector<uint64_t>& seeds,
                                                      double margin) {
  std::vector<PairedEffects> effects;
  for (const RecordedExpectation& expectation : before.expectations) {
    effects.push_back({expectation.kind, expectation.primary,
                       effects_of(expectation, before.seeds, seeds),
                       effects_of(*find(after, expectation.id), after.seeds, seeds)});
  }
  const std::vector<EffectChange> changes = compare_effects(effects, margin);
  std::vector<ComparedExpectation> compared;
  for (size_t i = 0; i < changes.size(); ++i) {
    const RecordedExpectation& expectation = before.expectations[i];
    compared.push_back({expectation.id, expectation.kind, expectation.primary, changes[i]});
  }
  return compared;
}

ComparedDesideratum compare(const RecordedResult& before, const std::string& model,
                            const RecordedResult* after, double margin) {
  std::vector<uint64_t> seeds;
  if (after != nullptr) seeds = common_seeds(before, *after);
  ComparedDesideratum compared{.model = model,
                               .desideratum = before.desideratum,
                               .before = before.verdict,
                               .not_comparable = obstacle(before, after, seeds)};
  if (after != nullptr) compared.after = after->verdict;
  if (compared.not_comparable.empty()) {
    compared.seeds = seeds.size();
    compared.expectations = compare_expectations(before, *after, seeds, margin);
  }
  return compared;
}

}  // namespace

absl::StatusOr<RunComparison> compare_runs(const RecordedRun& baseline, const RecordedRun& run,
                                           double margin) {
  if (absl::Status status = check_draws(baseline, run); !status.ok()) return status;
  const auto models = pair_models(baseline, run);
  if (!models.ok()) return models.status();
  RunComparison comparison{.baseline = baseline,
                           .run = run,
                           .margin = margin,
                           .differences = differences(baseline, run, *models)};
  comparison.baseline.results.clear();
  comparison.run.results.clear();
  for (const RecordedResult& before : baseline.results) {
    // Nothing is lost that was not there.
    if (before.verdict == Verdict::kNotMeasured) continue;
    const std::string& model = models->at(before.model);
    const RecordedResult* after = find(run, model, before.desideratum);
    comparison.desiderata.push_back(compare(before, model, after, margin));
  }
  if (comparison.desiderata.empty()) {
    return absl::InvalidArgumentError("the baseline has no desideratum that was measured");
  }
  return comparison;
}

}  // namespace eif
