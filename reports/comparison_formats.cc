#include "reports/comparison.h"
#include "reports/comparison_junit.h"
#include "reports/comparison_markdown.h"
#include "reports/github.h"
#include "reports/html/comparison_page.h"
#include "reports/run_formats.h"

namespace eif {
namespace {

constexpr RunFormat kFormats[] = {
    {"table", "txt", "for people", Reader::kPerson,
     [](const ReportInput& input) { return document(gated_table(*input.comparison)); }},
    {"json", "json", "with all numbers", Reader::kProgram,
     [](const ReportInput& input) { return document(gated_json(*input.comparison)); }},
    {"html", "html", "a page: what changed, and both runs' matrices with their differences",
     Reader::kPicture,
     [](const ReportInput& input) {
       return document(
           comparison_page(*input.comparison, *input.baseline, {input.run, input.matrices}));
     }},
    {"markdown", "md", "a comment on a pull request: what changed, what fails, how sure",
     Reader::kProgram,
     [](const ReportInput& input) { return document(comparison_markdown(*input.comparison)); }},
    {"junit", "xml", "test results for GitLab, Jenkins and others; what fails is a failure",
     Reader::kProgram,
     [](const ReportInput& input) { return document(comparison_junit(*input.comparison)); }},
    {"github", "github", "annotations for GitHub Actions, and the summary of the step",
     Reader::kProgram,
     [](const ReportInput& input) -> ReportFiles {
       return std::vector<ReportFile>{
           {.name = "", .content = comparison_annotations(*input.comparison)},
           {.name = "",
            .content = comparison_summary(*input.comparison),
            .collected_in = kStepSummaryVariable}};
     }},
};

}  // namespace

std::span<const RunFormat> comparison_formats() { return kFormats; }

}  // namespace eif
