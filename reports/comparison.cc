#include "reports/comparison.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "reports/comparison_text.h"
#include "reports/json_number.h"
#include "suite/core/run_result.h"
#include "suite/formats/text_layout.h"

namespace eif {
namespace {

constexpr int kSchema = 1;

std::vector<std::string> names_where(const RunComparison& comparison,
                                     bool (*is_meant)(const ComparedDesideratum&)) {
  std::vector<std::string> names;
  for (const ComparedDesideratum& one : comparison.desiderata) {
    if (is_meant(one)) names.push_back(absl::StrCat(one.desideratum, " (", one.model, ")"));
  }
  return names;
}

std::vector<std::string> worse_names(const RunComparison& comparison) {
  return names_where(comparison, got_worse);
}

std::vector<std::string> not_comparable_names(const RunComparison& comparison) {
  return names_where(
      comparison, [](const ComparedDesideratum& one) { return one.obstacle != Obstacle::kNone; });
}

// ---- Table -------------------------------------------------------------------------------------

std::string run_line(const char* what, const std::string& path, const RunContext& run) {
  return report_line(absl::StrFormat("%-8s  %s", what, run_text(path, run)));
}

// "2 worse, 1 unclear, 4 same", of the primary expectations.
std::string counts(const ComparedDesideratum& desideratum) {
  std::map<Change, int> by_change;
  for (const ComparedExpectation& one : desideratum.expectations) {
    if (one.primary) ++by_change[one.change.change];
  }
  return absl::StrJoin(by_change, ", ", [](std::string* text, const auto& entry) {
    absl::StrAppend(text, entry.second, " ", change_name(entry.first));
  });
}

// The name on a line of its own, since names are long.
std::string expectation_line(const ComparedExpectation& one) {
  const EffectChange& change = one.change;
  const char* secondary = one.primary ? "" : " (secondary)";
  const std::string name = absl::StrCat("  ", one.id, "  ", kind_name(one.kind), secondary);
  if (change.change == Change::kNotMeasured || change.change == Change::kDecidedByRegime) {
    return report_line(absl::StrCat(name, ": ", change_name(change.change)));
  }
  std::string series;
  if (!one.means.empty()) {
    series = report_line(absl::StrCat(
        "  each run: ", absl::StrJoin(one.means, "  ", [](std::string* out, double mean) {
          absl::StrAppendFormat(out, "%.3f", mean);
        })));
  }
  return report_line(name) + series +
         report_line(absl::StrFormat("  %13s%7.3f  %7.3f  %+7.3f  %-18s  %s", "", change.before,
                                     change.after, change.difference,
                                     interval_text(change.interval), change_text(change)));
}

// Those that changed, and the primary ones that may have.
std::string expectation_lines(const ComparedDesideratum& desideratum, bool is_series) {
  std::string lines;
  for (const ComparedExpectation& one : desideratum.expectations) {
    const Change change = one.change.change;
    const bool is_told = change != Change::kSame && change != Change::kDecidedByRegime;
    if (!is_told || (!one.primary && change == Change::kUnclear)) continue;
    lines += expectation_line(one);
  }
  if (lines.empty()) return "";
  return absl::StrCat("  expectation   before    after  ", is_series ? "  trend" : " change",
                      "  95 % interval\n", lines);
}

std::string conclusion(const RunComparison& comparison) {
  std::string text;
  const std::vector<std::string> worse = worse_names(comparison);
  const std::vector<std::string> missing = not_comparable_names(comparison);
  for (const std::string& why : comparison.cut_short) text += report_line(why);
  if (!missing.empty()) {
    text += report_line(absl::StrCat("nothing shown: ", absl::StrJoin(missing, ", ")));
  }
  if (!worse.empty()) {
    return text + report_line(absl::StrCat("got worse: ", absl::StrJoin(worse, ", ")));
  }
  switch (outcome_of(comparison)) {
    case ComparisonOutcome::kNotComparable:
      return absl::StrCat(text, "the two runs cannot be compared as a whole\n");
    case ComparisonOutcome::kNothingShown:
      return absl::StrCat(text, "nothing got worse of what could be shown, and not all could be\n");
    default:
      return absl::StrCat(text, "nothing that was compared got worse\n");
  }
}

// ---- JSON --------------------------------------------------------------------------------------

Json run_json(const std::string& path, const RunContext& run) {
  Json models = Json::array();
  for (const ModelContext& model : run.models) {
    models.push_back({{"name", model.name}, {"fingerprint", model.fingerprint}});
  }
  Json json = {{"path", path}, {"started_at", run.started_at}, {"models", models}};
  if (!run.tags.empty()) json["tags"] = run.tags;
  return json;
}

Json expectation_json(const ComparedExpectation& one) {
  const EffectChange& change = one.change;
  return {{"id", one.id},
          {"kind", kind_name(one.kind)},
          {"primary", one.primary},
          {"change", change_name(change.change)},
          {"before", number(change.before)},
          {"after", number(change.after)},
          {"difference", number(change.difference)},
          {"margin", change.margin},
          {"ci", {number(change.interval.low), number(change.interval.high)}},
          {"p_worse_adjusted", number(change.p_worse_adjusted)},
          {"p_better_adjusted", number(change.p_better_adjusted)},
          {"p_no_worse", number(change.p_no_worse)},
          {"no_worse", change.change != Change::kNotMeasured &&
                           change.change != Change::kDecidedByRegime && is_no_worse(change)},
          {"means", one.means}};
}

Json desideratum_json(const ComparedDesideratum& one) {
  Json expectations = Json::array();
  for (const ComparedExpectation& expectation : one.expectations) {
    expectations.push_back(expectation_json(expectation));
  }
  return {{"model", one.model},
          {"desideratum", one.desideratum},
          {"condition", condition_name(one.condition)},
          {"before", verdict_name(one.before)},
          {"after", verdict_name(one.after)},
          {"seeds", one.seeds},
          {"got_worse", got_worse(one)},
          {"not_comparable", reason_json(one.why)},
          {"expectations", expectations}};
}

Json document(const RunComparison& comparison) {
  Json desiderata = Json::array();
  for (const ComparedDesideratum& one : comparison.desiderata) {
    desiderata.push_back(desideratum_json(one));
  }
  Json between = Json::array();
  for (const IntermediateRun& one : comparison.between) {
    between.push_back(run_json(one.path, one.context));
  }
  return {{"schema", kSchema},
          {"baseline", run_json(comparison.baseline_path, comparison.baseline)},
          {"between", between},
          {"run", run_json(comparison.run_path, comparison.run)},
          {"margin", comparison.margin},
          {"differences", comparison.differences},
          {"cut_short", comparison.cut_short},
          {"outcome", outcome_name(outcome_of(comparison))},
          {"got_worse", worse_names(comparison)},
          {"not_comparable", not_comparable_names(comparison)},
          {"desiderata", desiderata}};
}

Json gate_json(const GatedComparison& gated) {
  Json findings = Json::array();
  for (const GateFinding& one : gated.findings) {
    findings.push_back({{"level", gate_level_name(one.level)},
                        {"model", one.model},
                        {"desideratum", one.desideratum},
                        {"expectation", one.expectation.empty() ? Json() : Json(one.expectation)},
                        {"why", one.why}});
  }
  const ComparisonOutcome outcome = outcome_of(gated);
  return {{"passed", outcome == ComparisonOutcome::kNoWorse},
          {"outcome", gate_outcome_name(outcome)},
          {"expectations", gated.expectations},
          {"findings", findings}};
}

std::string text_of(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string gated_table(const GatedComparison& gated) {
  std::string text = comparison_table(gated.comparison);
  if (!gated.has_gate) return text;
  for (const std::string& line : gate_lines(gated)) text += report_line(line);
  return text;
}

std::string gated_json(const GatedComparison& gated) {
  Json with_gate = document(gated.comparison);
  if (gated.has_gate) with_gate["gate"] = gate_json(gated);
  return text_of(with_gate);
}

std::string comparison_table(const RunComparison& comparison) {
  std::string text = run_line("baseline", comparison.baseline_path, comparison.baseline);
  for (const IntermediateRun& one : comparison.between) {
    text += run_line("then", one.path, one.context);
  }
  text += run_line("run", comparison.run_path, comparison.run);
  text += report_line(absl::StrCat(comparison.between.empty() ? "changes" : "trends",
                                   ": above 0 is better; they count beyond ",
                                   comparison.margin, " of what a sample does for itself"));
  for (const std::string& difference : comparison.differences) {
    text += report_line(absl::StrCat("differs: ", difference));
  }
  for (const ComparedDesideratum& one : comparison.desiderata) {
    const std::string name = absl::StrCat(one.desideratum, " (", one.model, "): ");
    text += "\n";
    if (one.obstacle == Obstacle::kOtherEstimand || one.obstacle == Obstacle::kMissing) {
      text += report_line(absl::StrCat(name, "not comparable: ", one.why));
      continue;
    }
    text += report_line(absl::StrCat(name, verdicts_text(one), "; ", counts(one),
                                     got_worse(one) ? "; got worse" : ""));
    if (!one.why.empty()) text += report_line("  " + one.why);
    text += expectation_lines(one, !comparison.between.empty());
  }
  return absl::StrCat(text, "\n", conclusion(comparison));
}

std::string comparison_json(const RunComparison& comparison) {
  return text_of(document(comparison));
}

}  // namespace eif
