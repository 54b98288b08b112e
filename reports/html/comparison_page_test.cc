#include "reports/html/comparison_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/property_tree/xml_parser.hpp>
#include <sstream>
#include <string>

#include "absl/strings/str_replace.h"
#include "reports/html/matrix_series.h"
#include "reports/html/run_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

MatrixKey key_of(uint64_t seed) { return {"m", "ontology", seed, Condition::kFineTuning, "words"}; }

// Ten seeds of a matrix, whose cells are `first` and more.
struct Measured {
  explicit Measured(double first, double scale = 2) {
    DesideratumResult result{.key = {.model = "m", .desideratum = "ontology"},
                             .verdict = Verdict::kHolds,
                             .self_scales = {{"words", scale}}};
    ExpectationResult one{.expectation = {.id = "subclass"}};
    for (uint64_t seed = 0; seed < 10; ++seed) {
      result.seeds.push_back(seed);
      one.per_seed.push_back(first / scale + 0.001 * static_cast<double>(seed % 3));
      matrices.add(run, key_of(seed), first);
    }
    result.expectations = {one};
    run.results = {result};
    run.end = RunEnd::kComplete;
    run.context.models = {{.name = "m", .learning_rate = 1e-4, .unit = "nats"}};
  }

  RunSource source() const { return {run, matrices}; }

  RunResult run;
  MatricesForTest matrices;
};

std::string page_of(const Measured& before, const Measured& after) {
  const absl::StatusOr<GatedComparison> gated = compare_with_gate({}, before.run, after.run);
  EXPECT_TRUE(gated.ok()) << gated.status();
  return comparison_page(*gated, before.source(), after.source());
}

MatrixSeries series_of(const Measured& measured) {
  return matrix_series(measured.run, measured.matrices, measured.run.results[0]).front();
}

// (3 + i + 10 j) / 2 − (1 + i + 10 j) / 2
TEST(DifferenceOfMatrices, IsInUnitsOfTheSelfScales) {
  const MatrixSeries difference = difference_of(series_of(Measured(1)), series_of(Measured(3)));
  ASSERT_EQ(difference.seeds.size(), 10u);
  EXPECT_DOUBLE_EQ(difference.seeds[0].matrix.at(0, 0), 1);
  EXPECT_DOUBLE_EQ(difference.seeds[9].matrix.at(2, 1), 1);
  EXPECT_EQ(difference.unit, "of what a sample does for itself");
  // Another scale, another difference: 3/4 − 1/2.
  EXPECT_DOUBLE_EQ(
      difference_of(series_of(Measured(1)), series_of(Measured(3, 4))).seeds[0].matrix.at(0, 0),
      0.25);
}

TEST(DifferenceOfMatrices, IsOfSeedsThatBothHave) {
  MatrixSeries before = series_of(Measured(1));
  before.seeds.erase(before.seeds.begin(), before.seeds.begin() + 2);
  before.seeds[0].matrix = Matrix({"x"}, {"x"});
  const MatrixSeries difference = difference_of(before, series_of(Measured(3)));
  EXPECT_EQ(difference.seeds.size(), 7u);
  EXPECT_THAT(difference.left_out, ElementsAre(0, 1, 2));
  before.seeds.clear();
  EXPECT_THAT(difference_of(before, series_of(Measured(3))).seeds, IsEmpty());
}

TEST(ComparisonPage, HasBothMatricesAndTheirDifference) {
  std::string page = page_of(Measured(1), Measured(0.5));
  for (const char* const caption : {"before", "after", "difference, after − before"}) {
    EXPECT_THAT(page, HasSubstr(std::string("<figcaption><b>") + caption + "</b>"));
  }
  EXPECT_THAT(page, HasSubstr("<p class=\"counts\">gate failed (1 primary expectation, 1 failure"));
  EXPECT_THAT(page, HasSubstr("<span class=\"verdict violated\">worse</span>"));
  EXPECT_THAT(page, Not(HasSubstr("http:")));
  EXPECT_THAT(page, Not(HasSubstr("https:")));
  // A page whose elements are not closed throws.
  page = absl::StrReplaceAll(page, {{"<!DOCTYPE html>", ""}});
  for (const std::string element : {"<style>", "<script>"}) {
    const size_t from = page.find(element) + element.size();
    page.erase(from, page.find("</", from) - from);
  }
  boost::property_tree::ptree tree;
  std::istringstream stream(page);
  EXPECT_NO_THROW(boost::property_tree::read_xml(stream, tree));
}

TEST(ComparisonPage, AGateThatCouldShowNothingIsNotPassed) {
  const Measured before(1);
  Measured after(1);
  after.run.results.clear();
  const std::string page = page_of(before, after);
  EXPECT_THAT(page, HasSubstr("<p class=\"counts\">gate not passed, nothing shown (0 primary"));
  EXPECT_THAT(page, HasSubstr("<p><b>gate not passed, nothing shown (0 primary"));
  EXPECT_THAT(page, Not(HasSubstr("gate passed")));
}

TEST(ComparisonPage, SaysWhereThereIsNothingToShow) {
  Measured without(1);
  without.run.matrices.clear();
  EXPECT_THAT(page_of(without, Measured(1)), HasSubstr("One of the two runs has no matrices here"));
}

}  // namespace
}  // namespace eif
