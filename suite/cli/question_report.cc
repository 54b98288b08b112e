#include "suite/cli/question_report.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "desiderata/shared/learners.h"
#include "suite/core/deciding_dose.h"
#include "suite/formats/text_layout.h"

namespace eif {
namespace {

// Every sample of a request once, rows first, each with what it is for.
struct UsedSample {
  const Sample* sample;
  bool is_trained = false;
  bool is_asked = false;
};

std::vector<UsedSample> used_samples(const Request& request, const std::set<Cell>& compared) {
  std::set<std::string> trained, asked;
  for (const Cell& cell : compared) {
    trained.insert(cell.trained);
    asked.insert(cell.evaluated);
  }
  std::vector<UsedSample> used;
  for (const Sample& sample : request.trained) {
    if (!trained.contains(sample.id)) continue;
    used.push_back({&sample, true, asked.contains(sample.id)});
  }
  for (const Sample& sample : request.evaluated) {
    if (!asked.contains(sample.id) || trained.contains(sample.id)) continue;
    used.push_back({&sample, false, true});
  }
  return used;
}

std::string samples_text(const Request& request, const std::set<Cell>& compared) {
  const std::vector<UsedSample> used = used_samples(request, compared);
  size_t width = 0;
  for (const UsedSample& one : used) width = std::max(width, one.sample->id.size());
  std::string text = absl::StrCat("\n", request.domain, "\n");
  for (const UsedSample& one : used) {
    const char* const role = !one.is_asked ? "trained on" : one.is_trained ? "both" : "asked";
    std::string id = one.sample->id, what = role;
    for (const std::string& statement : texts_of(*one.sample)) {
      text += report_line(
          absl::StrFormat("  %-*s  %-10s  %s", static_cast<int>(width), id, what, statement));
      id.clear(), what.clear();  // stand before the first statement alone
    }
  }
  std::set<std::string> ids;
  for (const Sample& sample : request.trained) ids.insert(sample.id);
  for (const Sample& sample : request.evaluated) ids.insert(sample.id);
  if (const size_t more = ids.size() - used.size(); more > 0) {
    text += report_line(absl::StrCat(
        "  and ", more,
        more == 1 ? " more sample of the domain, which is measured for its self scale"
                  : " more samples of the domain, which are measured for its self scale"));
  }
  return text;
}

std::string expectation_text(const DeclaredExpectation& one) {
  const Expectation& expectation = one.expectation;
  const char* const kind =
      expectation.kind == ExpectationKind::kDirection ? "direction" : "invariance";
  std::string text = "\n";
  text += report_line(expectation.id,
                      absl::StrCat("(", kind, ", ", expectation.primary ? "primary" : "secondary",
                                   ", ", doses_text(expectation), ")"));
  text += report_line("  " + expectation.claim);
  for (const auto& [cell, weight] : weights(one)) {
    text += report_line(absl::StrFormat("  %+5.3g  %s > %s", weight, cell.trained, cell.evaluated));
  }
  return text;
}

std::string outcome_text(const ExpectationVerdict& outcome) {
  return absl::StrFormat("%+.2f %s", outcome.mean, verdict_name(outcome.verdict));
}

// What is said of each learner.
std::string learners_table(const QuestionCheck& check) {
  TextColumn names = {""};
  for (const ExpectationResult& one : check.logical.result.expectations) {
    names.push_back(
        absl::StrCat(one.expectation.id, one.expectation.primary ? "" : " (secondary)"));
  }
  names.emplace_back("verdict");
  std::vector<TextColumn> columns = {std::move(names)};
  for (const LearnerResult* learner : check.learners()) {
    TextColumn& column = columns.emplace_back(TextColumn{learner->learner});
    for (const ExpectationResult& one : learner->result.expectations) {
      column.push_back(outcome_text(one.outcome));
    }
    column.emplace_back(verdict_name(learner->result.verdict));
  }
  return table(columns);
}

}  // namespace

std::string question_text(const DeclaredDesideratum& declared, const std::vector<Request>& requests,
                          uint64_t seed) {
  const Declaration& declaration = declared.declaration();
  std::string text = absl::StrCat(report_line(absl::StrCat(declared.id(), " ", declared.version(),
                                                           ": ", declaration.words.claim)),
                                  "\nSamples of seed ", seed, "\n");
  const std::map<std::string, std::set<Cell>> compared = compared_cells(declaration);
  for (const Request& request : requests) {
    absl::StrAppend(&text, samples_text(request, compared.at(request.domain)));
  }
  absl::StrAppend(&text, "\nExpectations, and how much each cell (trained > evaluated) counts\n");
  for (const DeclaredExpectation& one : declaration.expectations) {
    absl::StrAppend(&text, expectation_text(one));
  }
  return text;
}

std::string verdicts_text(const QuestionCheck& check) {
  std::string text = absl::StrCat(
      "\nPlanted learners: mean over ", check.logical.result.seeds.size(),
      " seeds in units of the self scale, and verdict\n\n", learners_table(check), "\n");
  const auto say = [&](const std::string& line) { text += report_line(line); };
  if (check.logical.passes()) {
    say("It can be passed: the learner that has just what the expectations ask for passes.");
  } else if (!check.unmet.empty()) {
    say(
        absl::StrCat("WARNING: it cannot be passed: no influence was found that meets all primary "
                     "expectations. Look at ",
                     absl::StrJoin(check.unmet, ", "), "."));
  } else {
    say("WARNING: it cannot be passed: even the learner that has just what the expectations ask "
        "for "
        "does not pass.");
  }
  const bool is_failed_by_chance = check.random_passes <= kMostRandomPasses;
  say(absl::StrCat(
      is_failed_by_chance ? "It can be failed: of " : "WARNING: it can hardly be failed: of ",
      kRandomLearners, " learners by chance ", check.random_passes, " pass."));
  if (is_failed_by_chance && !check.hardly_failed.empty()) {
    say(absl::StrCat(
        "WARNING: a part of it can hardly be failed: ", absl::StrJoin(check.hardly_failed, ", "),
        " holds for more than ", kMostRandomPasses,
        " of these learners. Leave it out, or ask for what a learner may lack."));
  }
  if (check.positional.passes()) {
    say("WARNING: position alone passes: words that stand in the same places are enough, so that "
        "\"holds\" would be no evidence of logic. Give the expectations a control that has the "
        "same "
        "words in the same places and from which nothing follows.");
  } else if (check.words.passes()) {
    say("WARNING: common words alone pass, so that \"holds\" would be no evidence of logic. "
        "Compare "
        "statements of the same words, or give the expectations a control that has them.");
  } else {
    say("The surface is not enough: neither the words in their places nor the words alone pass.");
  }
  if (check.seeds_are_alike) {
    say("WARNING: all seeds have the same samples, because no text has a {placeholder} for a "
        "made-up "
        "name. More seeds repeat one measurement: the verdict is about these sentences alone.");
  }
  return text;
}

}  // namespace eif
