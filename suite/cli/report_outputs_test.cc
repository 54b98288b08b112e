#include "suite/cli/report_outputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// "markdown > run.md", for each report.
std::vector<std::string> planned(const ReportOutputs& outputs) {
  const absl::StatusOr<std::vector<PlannedReport>> reports =
      plan_reports(outputs, documents_of(run_formats()));
  std::vector<std::string> texts;
  if (!reports.ok()) {
    EXPECT_TRUE(absl::IsInvalidArgument(reports.status()));
    return {std::string(reports.status().message())};
  }
  for (const PlannedReport& report : *reports) {
    texts.push_back(std::string(report.format->name) + " > " + report.path);
  }
  return texts;
}

TEST(ReportOutputs, WithoutFilesOneReportIsPrinted) {
  EXPECT_THAT(planned({}), ElementsAre("terminal > "));
  EXPECT_THAT(planned({.format = "github"}), ElementsAre("github > "));
}

TEST(ReportOutputs, TheExtensionSaysTheFormat) {
  EXPECT_THAT(planned({.paths = {"a.md", "b/c.XML", "d.txt", "e.json", "f.csv", "g.github"}}),
              ElementsAre("markdown > a.md", "junit > b/c.XML", "terminal > d.txt", "json > e.json",
                          "csv > f.csv", "github > g.github"));
}

TEST(ReportOutputs, ADashIsStandardOutput) {
  EXPECT_THAT(planned({.paths = {"-", "a.md"}}), ElementsAre("terminal > ", "markdown > a.md"));
  EXPECT_THAT(planned({.paths = {"a.md", "-"}, .format = "github"}),
              ElementsAre("markdown > a.md", "github > "));
}

TEST(ReportOutputs, FilesInAFolderHaveNoStandardOutput) {
  const absl::StatusOr<std::vector<PlannedReport>> reports =
      plan_reports({.paths = {"-"}, .format = "paper"}, all_of(run_formats()));
  EXPECT_EQ(reports.status(),
            absl::InvalidArgumentError(
                "--format paper makes files in a folder, and -o - is standard output, which takes "
                "one document; name a folder, or leave -o out for the run's own"));
}

TEST(ReportOutputs, TheOptionIsForTheNameThatDoesNotSayIt) {
  EXPECT_THAT(planned({.paths = {"a"}, .format = "csv"}), ElementsAre("csv > a"));
  EXPECT_THAT(planned({.paths = {"a.md", "b.dat"}, .format = "csv"}),
              ElementsAre("markdown > a.md", "csv > b.dat"));
  EXPECT_THAT(planned({.paths = {"a.md"}, .format = "markdown"}), ElementsAre("markdown > a.md"));
}

// `report` can write a folder, whose name has no end of its own.
TEST(ReportOutputs, TheEndsThatAreNamedAreThoseOfDocuments) {
  EXPECT_EQ(
      plan_reports({.paths = {"foo.bar"}}, all_of(run_formats())).status().message(),
      "which form is \"foo.bar\" to have? Say --format NAME, for one report, or give the name "
      "one of these ends: .txt, .json, .csv, .html, .md, .xml, .github");
}

TEST(ReportOutputs, WhatIsUnclearOrContradictsItselfIsRefused) {
  EXPECT_THAT(planned({.paths = {"a.md", "b.dat"}}),
              ElementsAre(HasSubstr("which form is \"b.dat\" to have? Say --format NAME, for one "
                                    "report, or give the name one of these ends: .txt, .json")));
  EXPECT_THAT(planned({.paths = {"a", "b"}, .format = "csv"}),
              ElementsAre(HasSubstr("which form is \"b\" to have?")));
  EXPECT_THAT(planned({.paths = {"a.md"}, .format = "csv"}),
              ElementsAre("--format csv and the name \"a.md\" contradict each other; leave one of "
                          "them out"));
  EXPECT_THAT(
      planned({.paths = {"a.md", "b.xml"}, .format = "csv"}),
      ElementsAre(HasSubstr("--format csv is for a report whose name does not say its form, "
                            "and all names do")));
  EXPECT_THAT(planned({.paths = {"x/../a.md", "a.md"}}),
              ElementsAre("-o \"a.md\" is there twice; name each report once"));
}

}  // namespace
}  // namespace eif
