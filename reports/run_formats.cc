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

constexpr RunFormat kFormats[] = {
    {"terminal", "txt", "for people", Reader::kPerson,
     [](const ReportInput& input) {
       return document(terminal_report(input.run, input.style.color, input.style.width));
     }},
    {"json", "json", "the whole record", Reader::kProgram,
     [](const ReportInput& input) {
       return document(run_json(input.run));
     }},
    {"csv", "csv", "a row for each effect of each seed", Reader::kProgram,
     [](const ReportInput& input) {
       return document(run_csv(input.run));
     }},
    {"html", "html", "a page that explains the run: effects, matrices with their texts, no network",
     Reader::kPicture,
     [](const ReportInput& input) {
       return document(html_report(input.run, input.matrices, input.comparison));
     }},
    {"markdown", "md", "a comment on a pull request: verdicts, what stands out, how sure",
     Reader::kProgram,
     [](const ReportInput& input) {
       return document(run_markdown(input.run, input.comparison));
     }},
    {"junit", "xml", "test results for GitLab, Jenkins and others, a case for each expectation",
     Reader::kProgram,
     [](const ReportInput& input) {
       return document(run_junit(input.run, input.comparison));
     }},
    {"github", "github", "annotations for GitHub Actions, and the summary of the step",
     Reader::kProgram,
     [](const ReportInput& input) -> ReportFiles {
       return std::vector<ReportFile>{
           {.name = "", .content = github_annotations(input.run, input.comparison)},
           {.name = "", .content = github_summary(input.run, input.comparison),
            .collected_in = kStepSummaryVariable}};
     }},
    {"paper", "", "a page with the figures and claims of the paper, as reproduce writes it",
     Reader::kPicture,
     [](const ReportInput& input) {
       return paper_report(input.run, input.matrices);
     }},
};

}  // namespace

std::span<const RunFormat> run_formats() { return kFormats; }

const RunFormat* find_format(std::span<const RunFormat> formats, const std::string& name) {
  for (const RunFormat& format : formats) {
    if (name == format.name) return &format;
  }
  return nullptr;
}

}  // namespace eif
