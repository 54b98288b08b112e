#include "reports/terminal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace eif {
namespace {

const char* color_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return "\033[32m";
    case Verdict::kViolated:
      return "\033[31m";
    default:
      return "\033[33m";
  }
}

std::string verdict_text(Verdict verdict, bool color) {
  if (!color) return verdict_name(verdict);
  return absl::StrCat(color_of(verdict), verdict_name(verdict), "\033[0m");
}

std::string number_text(double value) {
  return std::isfinite(value) ? absl::StrFormat("%.3f", value) : "-";
}

std::string p_text(double p) {
  if (!std::isfinite(p)) return "-";
  return p < 0.0001 ? "<0.0001" : absl::StrFormat("%.4f", p);
}

// Wide enough for every id of the desideratum.
int id_width(const DesideratumResult& result) {
  size_t width = std::string("expectation").size();
  for (const auto& expectation : result.expectations) {
    width = std::max(width, expectation.expectation.id.size());
  }
  for (const auto& observation : result.observations) {
    width = std::max(width, observation.observation.id.size());
  }
  return static_cast<int>(width);
}

std::string ratio_text(double ratio) {
  return std::isfinite(ratio) ? absl::StrFormat("%.1f", ratio) : "-";
}

// The columns that both conditions have.
std::string outcome_columns(const ExpectationVerdict& outcome, size_t seeds, bool color) {
  std::string columns = absl::StrFormat("%8s  %-18s  %8s  %5s  %5d  %s", number_text(outcome.mean),
                                        interval_text(outcome.interval), p_text(outcome.p_adjusted),
                                        ratio_text(outcome.signal_to_noise), seeds,
                                        verdict_text(outcome.verdict, color));
  if (outcome.verdict == Verdict::kInconclusive && outcome.seeds_to_decide) {
    absl::StrAppend(&columns, " (about ", *outcome.seeds_to_decide, " seeds would decide)");
  }
  if (outcome.verdict == Verdict::kNotMeasured) {
    absl::StrAppend(&columns, " (", outcome.reason, ")");
  }
  return columns;
}

// One line; for texts one with the name and one for each condition, since both are long. `read`: in
// context; nullptr where nothing was read.
std::string expectation_rows(const ExpectationResult& result, const ExpectationResult* read,
                             int width, bool color) {
  const Expectation& expectation = result.expectation;
  std::string fine_tuned = outcome_columns(result.outcome, result.per_seed.size(), color);
  if (is_below_noise_floor(result)) fine_tuned += " (below the noise floor)";
  const char* secondary = expectation.primary ? "" : " (secondary)";
  if (read == nullptr) {
    return absl::StrFormat("  %-*s  %s  %s%s\n", width, expectation.id, kind_name(expectation.kind),
                           fine_tuned, secondary);
  }
  return absl::StrFormat(
      "  %s  %s%s\n    fine-tuning  %s\n    in context   %s\n", expectation.id,
      kind_name(expectation.kind), secondary, fine_tuned,
      outcome_columns(read->outcome, read->per_seed.size(), color));
}

bool has_gains(const DesideratumResult& result) {
  return std::any_of(result.expectations.begin(), result.expectations.end(),
                     [](const ExpectationResult& one) { return one.expectation.gain_in_context; });
}

std::string scale_lines(const std::vector<SelfScale>& scales, const char* condition) {
  std::string text;
  for (const SelfScale& scale : scales) {
    absl::StrAppendFormat(&text,
                          "  Unit of effects: what a sample of \"%s\" does for itself, %.4g "
                          "(median%s).\n",
                          scale.domain, scale.value, condition);
  }
  return text;
}

// Four significant digits; correlations near 1 need the fourth.
std::string observed_text(const std::vector<double>& per_seed) {
  const double mean = mean_of(per_seed);
  return std::isfinite(mean) ? absl::StrFormat("%.4g", mean) : "-";
}

std::string observation_row(const ObservationResult& result, const ObservationResult* read,
                            int width) {
  const std::string unit = result.observation.unit == "1" ? "" : " " + result.observation.unit;
  const std::string in_context =
      read == nullptr ? "" : absl::StrCat(" (in context ", observed_text(read->per_seed), ")");
  return absl::StrFormat("  %-*s       %8s%-6s  %s%s\n", width, result.observation.id,
                         observed_text(result.per_seed), unit, result.observation.claim,
                         in_context);
}

// Three of each issue by name, and how many there are.
std::string flagged_lines(const DesideratumResult& result, const DesideratumResult* read) {
  constexpr size_t kNamed = 3;
  std::string text;
  for (const RowIssue issue : {RowIssue::kNotMeasured, RowIssue::kAllZero,
                               RowIssue::kDoesNotTeachItself, RowIssue::kOutlier}) {
    std::vector<std::string> names;
    size_t count = 0;
    for (const DesideratumResult* of : {&result, read}) {
      if (of == nullptr) continue;
      for (const FlaggedRow& row : of->flagged_rows) {
        if (row.flag.issue != issue || ++count > kNamed) continue;
        names.push_back(absl::StrCat("seed ", row.seed, " ", row.request, "/", row.flag.row,
                                     of == read ? " in context" : ""));
        if (!row.flag.reason.empty()) absl::StrAppend(&names.back(), " (", row.flag.reason, ")");
      }
    }
    if (count == 0) continue;
    absl::StrAppend(&text, "  Rows to look at, ", issue_name(issue), " (", count,
                    "): ", absl::StrJoin(names, ", "), count > kNamed ? ", …\n" : "\n");
  }
  return text;
}

// `read`: the same in context; nullptr where nothing was read.
std::string section(const DesideratumResult& result, const DesideratumResult* read, bool color) {
  std::string text =
      absl::StrCat(result.key.desideratum, " (", result.key.model,
                   "): ", verdict_text(result.verdict, color), "\n  ", finding(result), "\n");
  const int width = id_width(result);
  const bool has_conditions = read != nullptr && !read->expectations.empty();
  if (!result.expectations.empty() && result.error.empty()) {
    const int first_column = has_conditions ? 15 : width + 7;
    absl::StrAppendFormat(&text, "\n  %-*s%8s  %-18s  %8s  %5s  %5s  %s\n", first_column,
                          "expectation", "effect", "95 % interval", "p (Holm)", "S/N", "seeds",
                          "verdict");
    for (const ExpectationResult& one : result.expectations) {
      text += expectation_rows(
          one, read == nullptr ? nullptr : find_expectation(*read, one.expectation.id), width,
          color);
    }
  }
  if (!result.observations.empty() && !result.seeds.empty()) {
    absl::StrAppendFormat(&text, "\n  %-*s       %8s\n", width, "observation", "mean");
    for (const ObservationResult& one : result.observations) {
      text += observation_row(
          one, read == nullptr ? nullptr : find_observation(*read, one.observation.id), width);
    }
  }
  if (!result.self_scales.empty()) text += "\n";
  const bool gains = has_gains(result);
  text += scale_lines(result.self_scales, has_conditions || gains ? ", fine-tuning" : "");
  if (gains && read != nullptr) text += scale_lines(read->self_scales, ", in context");
  if (std::isfinite(result.split_half_reliability)) {
    absl::StrAppendFormat(&text, "  Split-half reliability of the cells between samples: %.3f.\n",
                          result.split_half_reliability);
  }
  if (!result.repeated_seeds.empty()) {
    absl::StrAppend(&text, "  Seeds that drew the same samples as an earlier one, and do not count: ",
                    absl::StrJoin(result.repeated_seeds, ", "), ".\n");
  }
  return text + flagged_lines(result, read);
}

const char* what_control_does(const std::string& control) {
  return control == "random-weights" ? "the model's weights were drawn anew"
                                     : "the samples are about entities chosen by chance";
}

// So that nobody takes it for the real thing.
std::string control_lines(const RunRequest& request, bool color) {
  if (!request.is_control()) return "";
  const std::string& control = request.control;
  return absl::StrFormat(
      "%sCONTROL RUN: %s%s, %s.\n"
      "No logical desideratum should hold. What holds here has another reason than what the model "
      "learned.\n\n",
      color ? "\033[1;31m" : "", control, color ? "\033[0m" : "", what_control_does(control));
}

// The primary effect of a model that is nearest to 0.
struct SmallestEffect {
  double in_noise_floors = std::numeric_limits<double>::infinity();
  std::string expectation;
};

SmallestEffect smallest_effect(const RunResult& run, const std::string& model) {
  SmallestEffect smallest;
  for (const DesideratumResult& result : run.results) {
    if (result.key.model != model || result.key.condition != Condition::kFineTuning) continue;
    for (const ExpectationResult& expectation : result.expectations) {
      if (!expectation.expectation.primary || !(expectation.noise_floor > 0)) continue;
      const double floors = std::abs(expectation.outcome.mean) / expectation.noise_floor;
      if (floors < smallest.in_noise_floors) {
        smallest = {floors, result.key.desideratum + "/" + expectation.expectation.id};
      }
    }
  }
  return smallest;
}

std::string noise_line(const RunResult& run, const ModelContext& model) {
  const double floor = model.checks.noise_floor;
  if (!std::isfinite(floor)) {
    return absl::StrCat("  noise floor not measured: ", model.checks.noise_floor_error, "\n");
  }
  std::string line = absl::StrFormat("  noise floor %.2g %s (one loss in batches of other shapes)",
                                     floor, model.unit);
  const SmallestEffect smallest = smallest_effect(run, model.name);
  if (!smallest.expectation.empty()) {
    absl::StrAppendFormat(&line, "; smallest primary effect %.2g (%s)",
                          smallest.in_noise_floors * floor, smallest.expectation);
  }
  return line + "\n";
}

std::string curvature_line(const ModelChecks& checks) {
  if (!std::isfinite(checks.curvature)) {
    return absl::StrCat("  curvature not measured: ", checks.curvature_error, "\n");
  }
  if (checks.curvature <= kLargestCurvature) {
    return absl::StrFormat("  curvature %.2g: influence is proportional to the learning rate\n",
                           checks.curvature);
  }
  return absl::StrFormat(
      "  WARNING: curvature %.2g is above %.2g: influence is not proportional to the learning "
      "rate; try a lower --lr\n",
      checks.curvature, kLargestCurvature);
}

std::string model_lines(const RunResult& run, const ModelContext& model) {
  std::string text =
      absl::StrFormat("%s: learning rate %g, %d rows in %.1f s", model.name,
                      model.learning_rate, model.rows, model.measure_seconds);
  for (const auto& [name, value] : model.facts) absl::StrAppend(&text, ", ", name, " ", value);
  text += "\n";
  if (!model.learning_rate_reason.empty()) {
    absl::StrAppend(&text, "  ", model.learning_rate_reason, "\n");
  }
  return absl::StrCat(text, noise_line(run, model), curvature_line(model.checks));
}

// How it ended, where that is not as it should be.
std::string end_lines(const RunResult& run) {
  std::string text;
  if (run.end == RunEnd::kInterrupted) {
    text = "Interrupted: what follows rests on the seeds that were complete.\n";
  } else if (run.end == RunEnd::kUnfinished) {
    text = "This run did not come to its end: what follows rests on the seeds that were complete.\n";
  }
  for (const std::string& problem : run.problems) absl::StrAppend(&text, "Problem: ", problem, "\n");
  return text;
}

// All verdicts at a glance: a line for each desideratum, a column for each model.
std::string verdict_table(const RunResult& run, bool color) {
  std::vector<std::string> desiderata;
  size_t width = 0;
  std::map<std::pair<std::string, std::string>, Verdict> verdicts;
  for (const DesideratumResult& result : run.results) {
    if (result.key.condition != Condition::kFineTuning) continue;
    const std::string& id = result.key.desideratum;
    verdicts[{id, result.key.model}] = result.verdict;
    if (std::find(desiderata.begin(), desiderata.end(), id) == desiderata.end()) {
      desiderata.push_back(id);
      width = std::max(width, id.size());
    }
  }
  if (desiderata.size() < 2) return "";
  std::string text = "\n";
  std::string header = absl::StrFormat("%-*s", static_cast<int>(width), "");
  for (const ModelContext& model : run.context.models) {
    absl::StrAppendFormat(&header, "  %-12s", model.name);
  }
  absl::StrAppend(&text, absl::StripTrailingAsciiWhitespace(header));
  text += "\n";
  for (const std::string& id : desiderata) {
    std::string line = absl::StrFormat("%-*s", static_cast<int>(width), id);
    for (const ModelContext& model : run.context.models) {
      const auto found = verdicts.find({id, model.name});
      const std::string name = found == verdicts.end() ? "-" : verdict_name(found->second);
      const size_t column = std::max<size_t>(12, model.name.size());
      absl::StrAppend(&line, "  ", found == verdicts.end() ? name : verdict_text(found->second, color),
                      std::string(column > name.size() ? column - name.size() : 0, ' '));
    }
    absl::StrAppend(&text, absl::StripTrailingAsciiWhitespace(line), "\n");
  }
  return text;
}

}  // namespace

std::string terminal_report(const RunResult& run, bool color) {
  const RunContext& context = run.context;
  const RunRequest& request = run.request;
  std::string text = control_lines(request, color);
  absl::StrAppend(&text, "eif-suite ", context.program_version, ", engine ", request.engine, ", ",
                  optimizer_name(request.training.optimizer), ", ", request.dtype, " on ",
                  request.device, ", ", context.threads, " threads, ",
                  request.deterministic ? "deterministic, " : "", "torch ", context.torch_version,
                  "\n");
  for (const ModelContext& model : context.models) text += model_lines(run, model);
  text += end_lines(run);
  for (const DesideratumResult& result : run.results) {
    if (result.key.condition != Condition::kFineTuning) continue;
    absl::StrAppend(&text, "\n",
                    section(result, find_condition(run, result, Condition::kInContext), color));
  }
  return text + verdict_table(run, color);
}

}  // namespace eif
