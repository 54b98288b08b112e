#include "reports/terminal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "suite/core/deciding_dose.h"
#include "suite/core/dose.h"

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

// How the report is shown.
struct Look {
  bool color = false;
  size_t width = kPageWidth;
};

std::string colored(Verdict verdict, const std::string& text, const Look& look) {
  return look.color ? absl::StrCat(color_of(verdict), text, "\033[0m") : text;
}

std::string number_text(double value) {
  return std::isfinite(value) ? absl::StrFormat("%.3f", value) : "-";
}

std::string p_text(double p) {
  if (!std::isfinite(p)) return "-";
  return p < 0.0001 ? "<0.0001" : absl::StrFormat("%.4f", p);
}

std::string ratio_text(double ratio) {
  return std::isfinite(ratio) ? absl::StrFormat("%.1f", ratio) : "-";
}

// With the longest verdict 80 columns wide.
std::string outcome_row(std::string_view name, std::string_view effect, std::string_view interval,
                        std::string_view p, std::string_view ratio, std::string_view seeds,
                        std::string_view verdict) {
  return absl::StrFormat("%-16s%7s  %-17s  %8s  %5s  %5s  %s", name, effect, interval, p, ratio,
                         seeds, verdict);
}

// Which seeds had more of an effect than counted; `seeds` are those of the result.
std::string clipped_text(const ExpectationResult& one, const std::vector<uint64_t>& seeds) {
  double largest = 0;
  std::vector<uint64_t> named;
  for (const size_t place : one.outcome.clipped) {
    named.push_back(seeds[place]);
    largest = std::max(largest, std::abs(one.per_seed[place]));
  }
  return absl::StrFormat("%s %s counted as %.2g, the largest is %.3g",
                         named.size() == 1 ? "seed" : "seeds", absl::StrJoin(named, ", "),
                         kClip * kSmallestEffect, largest);
}

// What stands behind a verdict, in brackets.
// `of`: the result that has it.
std::string remark_on(const ExpectationResult& result, const DesideratumResult& of) {
  const ExpectationVerdict& outcome = result.outcome;
  std::vector<std::string> remarks;
  if (outcome.seeds_disagree) remarks.emplace_back("the seeds disagree");
  if (!outcome.clipped.empty()) remarks.push_back(clipped_text(result, of.seeds));
  if (outcome.verdict == Verdict::kInconclusive && outcome.seeds_to_decide) {
    remarks.push_back(absl::StrCat("about ", *outcome.seeds_to_decide, " seeds would decide"));
  }
  if (outcome.verdict == Verdict::kNotMeasured) remarks.push_back(outcome.reason);
  if (result.learned) {
    const LearnedEvidence& learned = *result.learned;
    remarks.push_back(learned_text(learned));
    if (learned.own_verdict != outcome.verdict && outcome.verdict != Verdict::kNotMeasured) {
      remarks.push_back(absl::StrFormat("each row after its own passes: %.3f, %s",
                                        mean_of(learned.own_per_seed),
                                        verdict_name(learned.own_verdict)));
    }
  }
  if (is_below_noise_floor(result)) remarks.emplace_back("below the noise floor");
  if (std::string beside = beside_text(of, result); !beside.empty()) {
    remarks.push_back(std::move(beside));
  }
  // At small steps nats say how large the steps were.
  if (result.learned || of.key.condition == Condition::kInContext) {
    if (std::string odds = odds_text(result); !odds.empty()) remarks.push_back(std::move(odds));
  }
  return remarks.empty() ? "" : absl::StrCat("(", absl::StrJoin(remarks, "; "), ")");
}

// As short as the others; regime_lines() says what it means.
constexpr const char* kByRegime = "by regime";

const char* verdict_cell(Verdict verdict) {
  return verdict == Verdict::kDecidedByRegime ? kByRegime : verdict_name(verdict);
}

std::string outcome_line(const char* name, const ExpectationResult& result,
                         const DesideratumResult& of, const Look& look) {
  const ExpectationVerdict& outcome = result.outcome;
  const std::string row =
      outcome_row(absl::StrCat("    ", name), number_text(outcome.mean),
                  interval_text(outcome.interval), p_text(outcome.p_decides),
                  ratio_text(outcome.signal_to_noise), absl::StrCat(result.per_seed.size()),
                  colored(outcome.verdict, verdict_cell(outcome.verdict), look));
  return report_line(row, remark_on(result, of), look.width);
}

// A line with the name and one for each condition, since names are long. `read`: in context;
// nullptr where nothing was read.
std::string expectation_rows(const DesideratumResult& of, const ExpectationResult& result,
                             const DesideratumResult* read_of, const Look& look) {
  const Expectation& expectation = result.expectation;
  const ExpectationResult* const read =
      read_of == nullptr ? nullptr : find_expectation(*read_of, expectation.id);
  std::string text =
      report_line(absl::StrCat("  ", expectation.id, "  ", kind_name(expectation.kind),
                               expectation.primary ? "" : " (secondary)"),
                  look.width);
  // What reading gains over training is of neither condition.
  text +=
      outcome_line(expectation.gain_in_context ? "gain" : condition_name(Condition::kFineTuning),
                   result, of, look);
  if (read != nullptr) {
    text += outcome_line(condition_name(Condition::kInContext), *read, *read_of, look);
  }
  return text;
}

// Each reason once, below the table.
std::string regime_lines(const DesideratumResult& result, const DesideratumResult* read,
                         const Look& look) {
  std::vector<std::string> reasons;
  for (const DesideratumResult* of : {&result, read}) {
    if (of == nullptr) continue;
    for (const ExpectationResult& one : of->expectations) {
      if (one.outcome.verdict != Verdict::kDecidedByRegime) continue;
      if (std::find(reasons.begin(), reasons.end(), one.outcome.reason) == reasons.end()) {
        reasons.push_back(one.outcome.reason);
      }
    }
  }
  std::string text;
  for (const std::string& reason : reasons) {
    text += report_line(absl::StrCat("  ", kByRegime, ": ", reason), look.width);
  }
  return text.empty() ? "" : "\n" + text;
}

bool has_gains(const DesideratumResult& result) {
  return std::any_of(result.expectations.begin(), result.expectations.end(),
                     [](const ExpectationResult& one) { return one.expectation.gain_in_context; });
}

std::string scale_lines(const std::vector<SelfScale>& scales, const char* condition,
                        const Look& look) {
  std::string text;
  for (const SelfScale& scale : scales) {
    text += report_line(absl::StrFormat("  Unit of effects: what a sample of \"%s\" does for "
                                        "itself, %.4g (median%s).",
                                        scale.domain, scale.value, condition),
                        look.width);
  }
  return text;
}

// Four significant digits; correlations near 1 need the fourth.
std::string observed_text(const std::vector<double>& per_seed) {
  const double mean = mean_of(per_seed);
  return std::isfinite(mean) ? absl::StrFormat("%.4g", mean) : "-";
}

size_t widest_id(const std::vector<ObservationResult>& observations) {
  size_t width = std::string_view("observation").size();
  for (const ObservationResult& one : observations) {
    width = std::max(width, width_of(one.observation.id));
  }
  return width;
}

std::string observation_row(const ObservationResult& result, const ObservationResult* read,
                            size_t width, const Look& look) {
  const Observation& observation = result.observation;
  const std::string unit = observation.unit == "1" ? "" : " " + observation.unit;
  const std::string in_context =
      read == nullptr ? "" : absl::StrCat(" (in context ", observed_text(read->per_seed), ")");
  return report_line(
      absl::StrFormat("  %s%s  %8s%-6s ", observation.id, padding(observation.id, width),
                      observed_text(result.per_seed), unit),
      absl::StrCat(observation.claim, in_context), look.width);
}

// Three of each issue by name, and how many there are.
std::string flagged_lines(const DesideratumResult& result, const DesideratumResult* read,
                          const Look& look) {
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
    text +=
        report_line(absl::StrCat("  Rows to look at, ", issue_name(issue), " (", count,
                                 "): ", absl::StrJoin(names, ", "), count > kNamed ? ", …" : ""),
                    look.width);
  }
  return text;
}

// `read`: the same in context; nullptr where nothing was read.
std::string section(const RunRequest& request, const DesideratumResult& result,
                    const DesideratumResult* read, const Look& look) {
  std::string text = report_line(absl::StrCat(result_name(request, result.key), " (", result.key.model,
                                              "): ",
                                              colored(result.verdict, verdict_text(result), look)),
                                 look.width);
  text += report_line(absl::StrCat("  ", finding(result)), look.width);
  const bool has_conditions = read != nullptr && !read->expectations.empty();
  if (!result.expectations.empty() && result.error.empty()) {
    absl::StrAppend(
        &text, "\n",
        outcome_row("  expectation", "effect", "95 % interval", "p", "S/N", "seeds", "verdict"),
        "\n");
    for (const ExpectationResult& one : result.expectations) {
      text += expectation_rows(result, one, read, look);
    }
    text += regime_lines(result, read, look);
  }
  if (!result.observations.empty() && !result.seeds.empty()) {
    const size_t width = widest_id(result.observations);
    absl::StrAppendFormat(&text, "\n  observation%s  %8s\n", padding("observation", width), "mean");
    for (const ObservationResult& one : result.observations) {
      text += observation_row(
          one, read == nullptr ? nullptr : find_observation(*read, one.observation.id), width,
          look);
    }
  }
  if (!result.self_scales.empty()) text += "\n";
  const bool gains = has_gains(result);
  text += scale_lines(result.self_scales, has_conditions || gains ? ", fine-tuning" : "", look);
  if (gains && read != nullptr) text += scale_lines(read->self_scales, ", in context", look);
  if (std::isfinite(result.split_half_reliability)) {
    absl::StrAppendFormat(&text, "  Split-half reliability of the cells between samples: %.3f.\n",
                          result.split_half_reliability);
  }
  if (!result.repeated_seeds.empty()) {
    text += report_line(
        absl::StrCat("  Seeds that drew the same samples as an earlier one, and do not count: ",
                     absl::StrJoin(result.repeated_seeds, ", "), "."),
        look.width);
  }
  return text + flagged_lines(result, read, look);
}

const char* what_control_does(const std::string& control) {
  return control == "random-weights" ? "the model's weights were drawn anew"
                                     : "the samples are about entities chosen by chance";
}

// So that nobody takes it for the real thing.
std::string control_lines(const RunRequest& request, const Look& look) {
  if (!request.is_control()) return "";
  const std::string& control = request.control;
  return absl::StrCat(
      report_line(absl::StrFormat("%sCONTROL RUN: %s%s, %s.", look.color ? "\033[1;31m" : "",
                                  control, look.color ? "\033[0m" : "", what_control_does(control)),
                  look.width),
      report_line(
          "No logical desideratum should hold. What holds here has another reason than what "
          "the model learned.",
          look.width),
      "\n");
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
      if (!expectation.expectation.primary || !(expectation.noise_floor > 0) ||
          expectation.outcome.verdict == Verdict::kDecidedByRegime) {
        continue;
      }
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
    return absl::StrCat("  noise floor not measured: ", model.checks.noise_floor_error);
  }
  std::string line = absl::StrFormat("  noise floor %.2g %s (one loss in batches of other shapes)",
                                     floor, model.unit);
  const SmallestEffect smallest = smallest_effect(run, model.name);
  if (!smallest.expectation.empty()) {
    absl::StrAppendFormat(&line, "; smallest primary effect %.2g (%s)",
                          smallest.in_noise_floors * floor, smallest.expectation);
  }
  return line;
}

std::string curvature_line(const ModelChecks& checks) {
  if (!std::isfinite(checks.curvature)) {
    return absl::StrCat("  curvature not measured: ", checks.curvature_error);
  }
  if (checks.curvature <= kLargestCurvature) {
    return absl::StrFormat("  curvature %.2g: influence is proportional to the learning rate",
                           checks.curvature);
  }
  return absl::StrFormat(
      "  WARNING: curvature %.2g is above %.2g: influence is not proportional to the learning "
      "rate; try a lower --lr",
      checks.curvature, kLargestCurvature);
}

std::string model_lines(const RunResult& run, const ModelContext& model, const Look& look) {
  std::string line = absl::StrFormat("%s: learning rate %g, %d rows in %.1f s", model.name,
                                     model.learning_rate, model.rows, model.measure_seconds);
  for (const auto& [name, value] : model.facts) absl::StrAppend(&line, ", ", name, " ", value);
  std::string text = report_line(line, look.width);
  if (!model.learning_rate_reason.empty()) {
    text += report_line("  " + model.learning_rate_reason, look.width);
  }
  const bool has_small_steps = has_plateau(run.request.doses);
  if (std::isfinite(model.learned_rate) && has_small_steps) {
    text += report_line(absl::StrFormat("  learned doses: learning rate %g", model.learned_rate),
                        look.width);
    if (!model.learned_rate_reason.empty()) {
      text += report_line("  " + model.learned_rate_reason, look.width);
    }
  }
  text += report_line(noise_line(run, model), look.width);
  if (model.beside) {
    text += report_line(absl::StrFormat("  beside it, with %s: %d rows in %.1f s",
                                        absl::StrReplaceAll(run.request.beside, {{"-", " "}}),
                                        model.beside->rows, model.beside->measure_seconds),
                        look.width);
  }
  if (std::isfinite(model.learned_noise)) {
    text += report_line(absl::StrFormat("  noise floor of learned doses %.2g %s (a cell, in two "
                                        "roundings of the same training)",
                                        model.learned_noise, model.unit),
                        look.width);
  }
  // What is learned in large steps is not meant to be proportional to them.
  if (!has_small_steps) return text;
  return text + report_line(curvature_line(model.checks), look.width);
}

// How it ended, where that is not as it should be.
std::string end_lines(const RunResult& run, const Look& look) {
  std::string text;
  if (run.end == RunEnd::kInterrupted) {
    text =
        report_line("Interrupted: what follows rests on the seeds that were complete.", look.width);
  } else if (run.end == RunEnd::kUnfinished) {
    text = report_line(
        "This run did not come to its end: what follows rests on the seeds that were complete.",
        look.width);
  }
  for (const std::string& problem : run.problems) {
    text += report_line(absl::StrCat("Problem: ", problem), look.width);
  }
  return text;
}

// The names without the folder that all of them are in.
std::vector<std::string> without_common_folder(const std::vector<ModelContext>& models) {
  std::string folder = models.front().name.substr(0, models.front().name.rfind('/') + 1);
  for (const ModelContext& model : models) {
    while (!model.name.starts_with(folder)) {
      folder.pop_back();
      folder.resize(folder.rfind('/') + 1);  // npos + 1 is 0
    }
  }
  std::vector<std::string> names;
  for (const ModelContext& model : models) names.push_back(model.name.substr(folder.size()));
  return names;
}

// All verdicts at a glance. Of one model: a line for each desideratum. Of several, such as the
// checkpoints of a training: a line for each model, in the order of the run.
std::string verdict_table(const RunResult& run, const Look& look) {
  const std::vector<ModelContext>& models = run.context.models;
  std::vector<std::string> desiderata;
  std::map<std::pair<std::string, std::string>, const DesideratumResult*> results;
  for (const DesideratumResult& result : run.results) {
    if (result.key.condition != Condition::kFineTuning) continue;
    const std::string id = result_name(run.request, result.key);
    results[{id, result.key.model}] = &result;
    if (std::find(desiderata.begin(), desiderata.end(), id) == desiderata.end()) {
      desiderata.push_back(id);
    }
  }
  // The only one of a run is seen anyway.
  if (models.empty() || desiderata.size() * models.size() < 2) return "";
  const auto text = [&](const std::string& id, const std::string& model) {
    const auto found = results.find({id, model});
    if (found == results.end()) return std::string("-");
    return colored(found->second->verdict, verdict_text(*found->second), look);
  };
  std::vector<TextColumn> columns = {{""}};
  if (models.size() == 1) {
    columns.push_back({models.front().name});
    for (const std::string& id : desiderata) {
      columns[0].push_back(id);
      columns[1].push_back(text(id, models.front().name));
    }
  } else {
    for (const std::string& name : without_common_folder(models)) columns[0].push_back(name);
    for (const std::string& id : desiderata) {
      TextColumn& column = columns.emplace_back(TextColumn{id});
      for (const ModelContext& model : models) column.push_back(text(id, model.name));
    }
  }
  return absl::StrCat("\n", table(columns, look.width));
}

}  // namespace

std::string terminal_report(const RunResult& run, bool color, size_t width) {
  const Look look{.color = color, .width = width};
  const RunContext& context = run.context;
  const RunRequest& request = run.request;
  std::string text = control_lines(request, look);
  text += report_line(
      absl::StrCat("eif-suite ", context.program_version, ", engine ", request.engine, ", ",
                   training_text(request.training), ", ", request.dtype,
                   request.precision == "mixed" ? ", mixed precision on " : " on ", request.device,
                   ", ", context.threads, context.threads == 1 ? " thread, " : " threads, ",
                   request.deterministic ? "deterministic, " : "", "torch ", context.torch_version),
      width);
  if (!context.tags.empty()) text += report_line(absl::StrCat("tags: ", tags_text(context)), width);
  for (const ModelContext& model : context.models) text += model_lines(run, model, look);
  for (const std::string& sentence : stand_ins(run)) text += report_line(sentence, width);
  text += end_lines(run, look);
  for (const DesideratumResult& result : run.results) {
    if (result.key.condition != Condition::kFineTuning) continue;
    absl::StrAppend(&text, "\n",
                    section(request, result,
                            find_condition(run, result, Condition::kInContext), look));
  }
  return text + verdict_table(run, look);
}

}  // namespace eif
