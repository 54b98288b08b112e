#include "reports/github.h"

#include <cstddef>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "reports/comparison_markdown.h"
#include "reports/comparison_text.h"
#include "reports/markdown.h"
#include "reports/run_notes.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

// GitHub shows no more of a kind and step, and drops the others without a word.
constexpr size_t kMostOfAKind = 10;
// 1 MiB for all summaries of a step: this leaves room for what others write.
constexpr size_t kLongestSummary = size_t{512} << 10;

// What a message may not have as it is; a property, besides, ends at "," and "::".
std::string data_text(std::string_view text) {
  return absl::StrReplaceAll(printable(text), {{"%", "%25"}, {"\r", "%0D"}, {"\n", "%0A"}});
}

std::string property_text(std::string_view text) {
  return absl::StrReplaceAll(data_text(text), {{":", "%3A"}, {",", "%2C"}});
}

std::string commands_of(const std::vector<RunNote>& notes, Severity severity, const char* kind) {
  std::vector<const RunNote*> chosen;
  for (const RunNote& note : notes) {
    if (note.severity == severity) chosen.push_back(&note);
  }
  const bool are_too_many = chosen.size() > kMostOfAKind;
  const size_t shown = are_too_many ? kMostOfAKind - 1 : chosen.size();
  std::string commands;
  for (size_t i = 0; i < shown; ++i) {
    commands += workflow_command(kind, chosen[i]->subject, chosen[i]->text);
  }
  if (are_too_many) {
    commands += workflow_command(kind, "eif-suite",
                                 absl::StrCat(chosen.size() - shown, " more: see the summary"));
  }
  return commands;
}

std::string annotations(const std::string& counts, const std::vector<RunNote>& notes) {
  return absl::StrCat(workflow_command("notice", "eif-suite", counts),
                      commands_of(notes, Severity::kError, "error"),
                      commands_of(notes, Severity::kWarning, "warning"));
}

}  // namespace

std::string workflow_command(std::string_view kind, std::string_view title, std::string_view text) {
  return absl::StrCat("::", std::string(kind), " title=", property_text(title),
                      "::", data_text(text), "\n");
}

std::string github_annotations(const RunResult& run, const GatedComparison* gate) {
  const std::string judged = gate == nullptr ? "" : absl::StrCat("; ", outcome_text(*gate));
  return annotations(verdict_counts(run) + judged, run_notes(run, gate));
}

std::string github_summary(const RunResult& run, const GatedComparison* gate) {
  return run_markdown(run, gate, kLongestSummary);
}

std::string comparison_annotations(const GatedComparison& gated) {
  return annotations(outcome_text(gated), comparison_notes(gated));
}

std::string comparison_summary(const GatedComparison& gated) {
  return comparison_markdown(gated, kLongestSummary);
}

}  // namespace eif
