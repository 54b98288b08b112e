#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "reports/run_json_parts.h"
#include "suite/core/dose.h"
#include "suite/core/verdict.h"

namespace eif {
namespace {

std::string dose_in(const Tree& json, const char* name) {
  std::string dose = text_in(json, name);
  if (!is_dose_name(dose)) refuse(absl::StrCat("\"", dose, "\" is no dose"));
  return dose;
}

Verdict verdict_in(const Tree& json, const char* name = "verdict") {
  return named_in(
      json, name,
      {Verdict::kHolds, Verdict::kViolated, Verdict::kInconclusive, Verdict::kNotMeasured,
       Verdict::kDecidedByRegime},
      verdict_name, "verdict");
}

std::vector<double> effects_in(const Tree& json, const std::string& of, size_t seeds) {
  std::vector<double> effects = list_of(json, "per_seed", as_real);
  if (effects.size() != seeds) {
    refuse(absl::StrCat(of, " has ", effects.size(), " numbers for ", seeds, " seeds"));
  }
  return effects;
}

ExpectationVerdict outcome_in(const Tree& json) {
  ExpectationVerdict outcome{.verdict = verdict_in(json),
                             .mean = real_in(json, "mean"),
                             .p = real_in(json, "p"),
                             .p_adjusted = real_in(json, "p_adjusted"),
                             .p_against = real_in(json, "p_against"),
                             .p_against_adjusted = real_in(json, "p_against_adjusted"),
                             .p_decides = real_in(json, "p_decides"),
                             .seeds_disagree = flag_in(json, "seeds_disagree"),
                             .seeds_to_decide = optional_int_in(json, "seeds_to_decide"),
                             .reason = text_in(json, "reason"),
                             .signal_to_noise = optional_real_in(json, "signal_to_noise"),
                             .seeds_to_resolve = optional_int_in(json, "seeds_to_resolve")};
  const std::vector<double> interval = list_of(json, "ci", as_real);
  if (interval.size() != 2) refuse("\"ci\" does not have two numbers");
  outcome.interval = {interval[0], interval[1]};
  const size_t seeds = list_in(json, "per_seed").size();
  for (const uint64_t place : naturals_in(json, "clipped")) {
    if (place >= seeds) refuse("\"clipped\" names a seed that is not there");
    outcome.clipped.push_back(static_cast<size_t>(place));
  }
  return outcome;
}

Expectation expectation_in(const Tree& json) {
  Expectation expectation = {
      .id = text_in(json, "id"),
      .kind = named_in(json, "kind", {ExpectationKind::kDirection, ExpectationKind::kInvariance},
                       kind_name, "kind of expectation"),
      .primary = flag_in(json, "primary"),
      .claim = text_in(json, "claim"),
      .self_scale = optional_text_in(json, "self_scale"),
      .gain_in_context = json.contains("gain_in_context") && flag_in(json, "gain_in_context"),
      .second_dose = optional_dose_in(json, "second_dose")};
  // A run that was recorded before expectations stated a dose had what is the default.
  if (json.contains("deciding_dose")) expectation.deciding_dose = dose_in(json, "deciding_dose");
  return expectation;
}

LearnedEvidence learned_in(const Tree& json, const std::string& of, size_t seeds) {
  LearnedEvidence learned{.smallest_share = list_of(json, "smallest_share", as_real),
                          .largest_share = list_of(json, "largest_share", as_real),
                          .not_reached = as_natural(member(json, "not_reached"), "not_reached"),
                          .own_per_seed = list_of(json, "own_passes_per_seed", as_real),
                          .own_verdict = verdict_in(json, "own_passes_verdict")};
  for (const uint64_t passes : naturals_in(json, "passes")) {
    learned.passes.push_back(static_cast<int>(std::min<uint64_t>(passes, 1 << 20)));
  }
  for (const size_t size : {learned.passes.size(), learned.smallest_share.size(),
                            learned.largest_share.size(), learned.own_per_seed.size()}) {
    if (size != seeds) {
      refuse(absl::StrCat("\"learned\" of ", of, " has ", size, " entries for ", seeds, " seeds"));
    }
  }
  if (const auto slower = json.find("third_of_the_rate"); slower != json.end()) {
    const std::vector<uint64_t> slower_seeds = seeds_in(*slower);
    learned.slower =
        SlowerEvidence{.seeds = slower_seeds,
                       .per_seed = effects_in(*slower, of, slower_seeds.size()),
                       .not_reached = as_natural(member(*slower, "not_reached"), "not_reached")};
  }
  return learned;
}

std::vector<SelfScale> scales_in(const Tree& json, const char* name) {
  std::vector<SelfScale> scales;
  const auto found = json.find(name);
  if (found == json.end()) return scales;
  if (!found->is_object()) refuse(absl::StrCat("\"", name, "\" is no object"));
  for (const auto& [domain, value] : found->items()) {
    scales.push_back({domain, as_real(value, name)});
  }
  return scales;
}

// What the scales are the medians of; nothing where that was not recorded yet.
void read_self_influences(const Tree& json, const char* name, size_t seeds,
                          std::vector<SelfScale>& scales) {
  const auto found = json.find(name);
  if (found == json.end()) return;
  for (SelfScale& scale : scales) {
    for (const Tree& of_seed : list_in(*found, scale.domain.c_str())) {
      if (!of_seed.is_array()) refuse(absl::StrCat("\"", name, "\" has what is no list"));
      std::vector<double>& influences = scale.by_seed.emplace_back();
      for (const Tree& one : of_seed) influences.push_back(as_real(one, name));
    }
    if (scale.by_seed.size() != seeds) {
      refuse(absl::StrCat("\"", name, "\" has ", scale.by_seed.size(), " lists of ", scale.domain,
                          " for ", seeds, " seeds"));
    }
  }
}

RowIssue issue_in(const Tree& json) {
  return named_in(json, "issue",
                  {RowIssue::kNotMeasured, RowIssue::kAllZero, RowIssue::kDoesNotTeachItself,
                   RowIssue::kOutlier},
                  issue_name, "issue of a row");
}

std::optional<BesideResult> beside_in(const Tree& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end()) return std::nullopt;
  return BesideResult{.control = text_in(*found, "control"),
                      .verdict = verdict_in(*found),
                      .error = optional_text_in(*found, "error"),
                      .seeds = seeds_in(*found),
                      .self_scales = scales_in(*found, "self_scale")};
}

// Of an expectation, `of` being its result.
std::optional<BesideOutcome> beside_outcome_in(const Tree& json, const DesideratumResult& of,
                                               const std::string& id) {
  const auto found = json.find("beside");
  if (found == json.end()) return std::nullopt;
  if (!of.beside) refuse(absl::StrCat(id, " has something beside it, and its desideratum has not"));
  return BesideOutcome{effects_in(*found, id, of.beside->seeds.size()), outcome_in(*found),
                       optional_real_in(*found, "mean_nats")};
}

// A desideratum by fine-tuning, and where it was read in context.
class ResultReader {
 public:
  ResultReader(const Tree& json, const RunRequest& request) : json_(json) {
    DesideratumResult& result = trained_;
    result.key = result_key(request, text_in(json, "model"), text_in(json, "desideratum"));
    result.key.revision = optional_text_in(json, "revision");
    result.key.recipe = text_in(json, "recipe");
    result.key.dose = dose_in(json, "dose");
    result.info = {.claim = text_in(json, "claim"),
                   .paper_section = text_in(json, "paper_section"),
                   .holds = optional_text_in(json, "if_holds"),
                   .violated = optional_text_in(json, "if_violated")};
    result.seeds = seeds_in(json);
    if (json.contains("repeated_seeds")) {
      result.repeated_seeds = naturals_in(json, "repeated_seeds");
    }
    read_ = result;
    read_.key.condition = Condition::kInContext;
    result.verdict = verdict_in(json);
    result.decided_at = optional_dose_in(json, "decided_at");
    result.error = optional_text_in(json, "error");
    result.self_scales = scales_in(json, "self_scale");
    read_self_influences(json, "self_influences", result.seeds.size(), result.self_scales);
    result.split_half_reliability = optional_real_in(json, "split_half_reliability");
    was_read_ = json.contains("in_context_verdict");
    if (was_read_) read_.verdict = verdict_in(json, "in_context_verdict");
    read_.error = optional_text_in(json, "in_context_error");
    read_.self_scales = scales_in(json, "in_context_self_scale");
    read_self_influences(json, "in_context_self_influences", read_.seeds.size(),
                         read_.self_scales);
    result.beside = beside_in(json, "beside");
    read_.beside = beside_in(json, "in_context_beside");
    read_expectations();
    read_observations();
    read_flagged_rows();
  }

  void append_to(std::vector<DesideratumResult>& results) && {
    results.push_back(std::move(trained_));
    if (was_read_) results.push_back(std::move(read_));
  }

 private:
  void read_expectations() {
    for (const Tree& json : list_in(json_, "expectations")) {
      const Expectation expectation = expectation_in(json);
      trained_.expectations.push_back({expectation,
                                       effects_in(json, expectation.id, trained_.seeds.size()),
                                       outcome_in(json), optional_real_in(json, "noise_floor"),
                                       optional_real_in(json, "mean_nats")});
      if (json.contains("learned")) {
        trained_.expectations.back().learned =
            learned_in(json.at("learned"), expectation.id, trained_.seeds.size());
      }
      trained_.expectations.back().beside = beside_outcome_in(json, trained_, expectation.id);
      trained_.info.expectations.push_back(expectation);
      if (!json.contains("in_context")) continue;
      const Tree& in_context = json.at("in_context");
      was_read_ = true;
      read_.expectations.push_back({expectation,
                                    effects_in(in_context, expectation.id, read_.seeds.size()),
                                    outcome_in(in_context)});
      read_.expectations.back().nats = optional_real_in(in_context, "mean_nats");
      read_.expectations.back().beside = beside_outcome_in(in_context, read_, expectation.id);
    }
  }

  void read_observations() {
    for (const Tree& json : list_in(json_, "observations")) {
      const Observation observation{.id = text_in(json, "id"),
                                    .unit = text_in(json, "unit"),
                                    .claim = text_in(json, "claim")};
      trained_.observations.push_back(
          {observation, effects_in(json, observation.id, trained_.seeds.size())});
      if (!json.contains("in_context")) continue;
      was_read_ = true;
      read_.observations.push_back(
          {observation, effects_in(json.at("in_context"), observation.id, read_.seeds.size())});
    }
  }

  void read_flagged_rows() {
    for (const Tree& json : list_in(json_, "flagged_rows")) {
      DesideratumResult& result = condition_in(json) == Condition::kInContext ? read_ : trained_;
      FlaggedRow row{.seed = as_natural(member(json, "seed"), "seed"),
                     .request = text_in(json, "request"),
                     .flag = {.issue = issue_in(json), .row = text_in(json, "row")}};
      row.flag.value = optional_real_in(json, "value");
      row.flag.reason = optional_text_in(json, "reason");
      result.flagged_rows.push_back(std::move(row));
    }
  }

  const Tree& json_;
  DesideratumResult trained_, read_;
  bool was_read_ = false;
};

}  // namespace

// The statistics of more seeds than a run can have would take hours.
std::vector<uint64_t> seeds_in(const Tree& json) {
  std::vector<uint64_t> seeds = naturals_in(json, "seeds");
  if (seeds.size() > kMostSeeds) {
    refuse(absl::StrCat("it has ", seeds.size(), " seeds, and a run has at most ", kMostSeeds));
  }
  return seeds;
}

Condition condition_in(const Tree& json) {
  return named_in(json, "condition", {Condition::kFineTuning, Condition::kInContext},
                  condition_name, "condition");
}

std::string optional_dose_in(const Tree& json, const char* name) {
  return optional_text_in(json, name).empty() ? "" : dose_in(json, name);
}

void append_results(const Tree& json, const RunRequest& request,
                    std::vector<DesideratumResult>& results) {
  ResultReader(json, request).append_to(results);
}

}  // namespace eif
