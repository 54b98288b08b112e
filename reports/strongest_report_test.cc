#include "reports/strongest_report.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "reports/approval_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Three samples and two queries, of which one could not be measured.
Matrix first_order() {
  Matrix matrix({"line_17", "a\x1b[2J", "short"}, {"paris", "rome"});
  for (size_t row = 0; row < 2; ++row) {
    for (size_t column = 0; column < 2; ++column) matrix.at(row, column) = 0.5;
  }
  matrix.row_errors()[2] = "a statement of one token has nothing to score";
  return matrix;
}

// A text that is longer than the line, one that could not be measured, and names that need
// escaping.
StrongestReport example_report() {
  StrongestReport report{
      .first_order_engine = "linear", .first_order_seconds = 8, .first_order = first_order()};
  report.context.model = "smollm2";
  report.context.learning_rate = 1e-4;
  report.context.learning_rate_reason = "auto: middle of the plateau";
  report.context.engine = "replay";
  report.context.unit = "nats/token";
  report.context.training = TrainingOptions();
  report.context.texts = {
      {"paris", {"Paris is the capital of France."}},
      {"line_17", {"Lyon is a city of France, and so are Nantes, Lille and a good many others."}},
      {"a\x1b[2J", {"one", "two"}}};
  report.found.queries = {
      {.query = "paris",
       .base_loss = 2.5,
       .strongest = {{.trained = "line_17", .first_order = 0.0125, .exact = 0.01171875},
                     {.trained = "a\x1b[2J", .first_order = -0.0078125, .exact = -0.0009765625}},
       .spearman = 1},
      {.query = "rome",
       .base_loss = 3,
       .strongest = {{.trained = "line_17", .first_order = 0.25, .error = "it is too long"}}}};
  report.found.spearman = 1;
  report.found.pairs = 2;
  return report;
}

TEST(StrongestTable, IsTheApprovedOne) {
  expect_approved("strongest_table.txt", strongest_table(example_report()));
}

TEST(StrongestCsv, HasEveryDigitAndARowForEachSample) {
  EXPECT_EQ(strongest_csv(example_report()),
            "query,rank,sample,linear,replay\n"
            "paris,1,line_17,0.012500000000000001,0.01171875\n"
            "paris,2,a\x1b[2J,-0.0078125,-0.0009765625\n"
            "rome,1,line_17,0.25,\n");
}

TEST(StrongestJson, HasTheCircumstancesAndWhatWasNotMeasured) {
  const auto json = nlohmann::json::parse(strongest_json(example_report()));
  EXPECT_EQ(json["model"], "smollm2");
  EXPECT_EQ(json["engine"], "replay");
  EXPECT_EQ(json["optimizer"]["name"], "sgd");
  EXPECT_EQ(json["trained"], 3);
  EXPECT_EQ(json["first_order_engine"], "linear");
  EXPECT_EQ(json["spearman"], 1);
  EXPECT_EQ(json["pairs"], 2);
  EXPECT_EQ(json["queries"][0]["spearman"], 1);
  EXPECT_EQ(json["queries"][0]["strongest"][0],
            nlohmann::json({{"id", "line_17"}, {"first_order", 0.0125}, {"exact", 0.01171875}}));
  EXPECT_TRUE(json["queries"][1]["spearman"].is_null());
  EXPECT_EQ(json["queries"][1]["strongest"][0]["error"], "it is too long");
  EXPECT_TRUE(json["queries"][1]["strongest"][0]["exact"].is_null());
  EXPECT_EQ(json["row_errors"]["short"], "a statement of one token has nothing to score");
}

TEST(StrongestUnmeasured, AreSamplesAndPairs) {
  EXPECT_THAT(unmeasured_lines(example_report()),
              ElementsAre("not measured: row short: a statement of one token has nothing to score",
                          "not measured: line_17 on rome by replay: it is too long"));
  StrongestReport measured = example_report();
  measured.first_order = Matrix();
  measured.found.queries.pop_back();
  EXPECT_THAT(unmeasured_lines(measured), IsEmpty());
}

}  // namespace
}  // namespace eif
