#include "reports/terminal_section.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "suite/core/deciding_dose.h"

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

}  // namespace

std::string colored(Verdict verdict, const std::string& text, const TerminalLook& look) {
  return look.color ? absl::StrCat(color_of(verdict), text, "\033[0m") : text;
}

namespace {

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
  // At small steps nats say how large the steps were. They are the model's, as the row's numbers
  // are, and stand before what is said of anything else.
  if (result.learned || of.key.condition == Condition::kInContext) {
    if (std::string odds = odds_text(result); !odds.empty()) remarks.push_back(std::move(odds));
  }
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
    if (std::string slower = slower_text(of, result); !slower.empty()) {
      remarks.push_back(std::move(slower));
    }
  }
  if (is_below_noise_floor(result)) remarks.emplace_back("below the noise floor");
  if (std::string beside = beside_text(of, result); !beside.empty()) {
    remarks.push_back(std::move(beside));
  }
  return remarks.empty() ? "" : absl::StrCat("(", absl::StrJoin(remarks, "; "), ")");
}

// As short as the others; regime_lines() says what it means.
constexpr const char* kByRegime = "by regime";

const char* verdict_cell(Verdict verdict) {
  return verdict == Verdict::kDecidedByRegime ? kByRegime : verdict_name(verdict);
}

std::string outcome_line(const char* name, const ExpectationResult& result,
                         const DesideratumResult& of, const TerminalLook& look) {
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
                             const DesideratumResult* read_of, const TerminalLook& look) {
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
                         const TerminalLook& look) {
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
                        const TerminalLook& look) {
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

// Of the column of ids: they take half of a line at most, so that the numbers stand behind them.
size_t widest_id(const std::vector<ObservationResult>& observations, const TerminalLook& look) {
  size_t width = std::string_view("observation").size();
  for (const ObservationResult& one : observations) {
    const size_t of_id = width_of(one.observation.id);
    if (of_id <= look.width / 2) width = std::max(width, of_id);
  }
  return width;
}

// An id that is too long for its column has a line of its own.
std::string observation_row(const ObservationResult& result, const ObservationResult* read,
                            size_t width, const TerminalLook& look) {
  const Observation& observation = result.observation;
  const std::string unit = observation.unit == "1" ? "" : " " + observation.unit;
  const std::string in_context =
      read == nullptr ? "" : absl::StrCat(" (in context ", observed_text(read->per_seed), ")");
  const bool is_too_long = width_of(observation.id) > width;
  const std::string name = is_too_long ? "" : observation.id;
  const std::string row = absl::StrFormat("  %s%s  %8s%-6s ", name, padding(name, width),
                                          observed_text(result.per_seed), unit);
  const std::string claim = absl::StrCat(observation.claim, in_context);
  if (!is_too_long) return report_line(row, claim, look.width);
  const std::string id = report_line("  " + observation.id, look.width);
  if (width_of(row) + 1 + width_of(claim) <= look.width) {
    return id + report_line(row, claim, look.width);
  }
  return absl::StrCat(id, report_line(row, look.width), report_line("    " + claim, look.width));
}

// Three of each issue by name, and how many there are.
std::string flagged_lines(const DesideratumResult& result, const DesideratumResult* read,
                          const TerminalLook& look) {
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

}  // namespace

std::string terminal_section(const RunRequest& request, const DesideratumResult& result,
                    const DesideratumResult* read, const TerminalLook& look) {
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
    const size_t width = widest_id(result.observations, look);
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

}  // namespace eif
