#include "reports/run_formats.h"

#include "reports/github.h"
#include "reports/html/html_report.h"
#include "reports/junit.h"
#include "reports/markdown.h"
#include "reports/paper/paper_report.h"
#include "reports/run_csv.h"
#include "reports/run_json.h"
#include "reports/terminal.h"

namespace eif {
namespace {

using Files = absl::StatusOr<std::vector<ReportFile>>;

Files document(std::string content) {
  return std::vector<ReportFile>{{.name = "", .content = std::move(content)}};
}

constexpr RunFormat kFormats[] = {
    {"terminal", "txt", "for people",
     [](const RunResult& run, const RunMatrices&, const ReportStyle& style) {
       return document(terminal_report(run, style.color, style.width));
     }},
    {"json", "json", "the whole record",
     [](const RunResult& run, const RunMatrices&, const ReportStyle&) {
       return document(run_json(run));
     }},
    {"csv", "csv", "a row for each effect of each seed",
     [](const RunResult& run, const RunMatrices&, const ReportStyle&) {
       return document(run_csv(run));
     }},
    {"html", "html", "a page that explains the run: effects, matrices with their texts, no network",
     [](const RunResult& run, const RunMatrices& matrices, const ReportStyle&) {
       return document(html_report(run, matrices));
     }},
    {"markdown", "md", "a comment on a pull request: verdicts, what stands out, how sure",
     [](const RunResult& run, const RunMatrices&, const ReportStyle&) {
       return document(run_markdown(run));
     }},
    {"junit", "xml", "test results for GitLab, Jenkins and others, a case for each expectation",
     [](const RunResult& run, const RunMatrices&, const ReportStyle&) {
       return document(run_junit(run));
     }},
    {"github", "github", "annotations for GitHub Actions, and the summary of the step",
     [](const RunResult& run, const RunMatrices&, const ReportStyle&) -> Files {
       return std::vector<ReportFile>{
           {.name = "", .content = github_annotations(run)},
           {.name = "", .content = github_summary(run), .collected_in = kStepSummaryVariable}};
     }},
    {"paper", "", "a page with the figures and claims of the paper, as reproduce writes it",
     [](const RunResult& run, const RunMatrices& matrices, const ReportStyle&) {
       return paper_report(run, matrices);
     }},
};

}  // namespace

std::span<const RunFormat> run_formats() { return kFormats; }

const RunFormat* find_run_format(const std::string& name) {
  for (const RunFormat& format : kFormats) {
    if (name == format.name) return &format;
  }
  return nullptr;
}

}  // namespace eif
