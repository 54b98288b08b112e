#include "reports/sweep_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/approval_for_test.h"

namespace eif {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;

constexpr double kNaN = RateMeasure::kUnknown;

// Noise, a plateau of three rates, curvature, and losses that are not finite.
SweepReport example_sweep() {
  SweepReport report{.model = "smollm2",
                     .fingerprint = "0123456789abcdef",
                     .dtype = "float32",
                     .precision = "exact",
                     .device = "cpu",
                     .unit = "nats/token",
                     .samples = 11,
                     .noise = 0x1p-20};
  report.rates = {{1e-8, 2.5e-5, 0.875}, {1e-6, 3.75e-3, 1},  {1e-5, 3.75e-2, 0.9990},
                  {1e-4, 0.3625, 0.96},  {1e-3, 2.125, kNaN}, {1, kNaN, kNaN}};
  report.plateau = find_plateau(report.rates, report.noise);
  return report;
}

SweepReport example_without_plateau() {
  SweepReport report = example_sweep();
  report.rates.erase(report.rates.begin() + 1, report.rates.end());
  report.plateau = find_plateau(report.rates, report.noise);
  report.errors = {{"short", "a statement of one token"}};
  return report;
}

TEST(SweepTable, IsTheApprovedOne) {
  expect_approved("sweep_table.txt", sweep_table(example_sweep()));
}

TEST(SweepTable, WithoutAPlateauIsTheApprovedOne) {
  expect_approved("sweep_table_without_plateau.txt", sweep_table(example_without_plateau()));
}

TEST(SweepJson, HasEveryDigitOfTheMeasures) {
  const SweepReport report = example_sweep();
  const Json json = Json::parse(sweep_json(report));
  EXPECT_EQ(json["model"], "smollm2");
  EXPECT_EQ(json["fingerprint"], "0123456789abcdef");
  EXPECT_EQ(json["optimizer"], "sgd");
  EXPECT_EQ(json["dtype"], "float32");
  EXPECT_EQ(json["precision"], "exact");
  EXPECT_EQ(json["device"], "cpu");
  EXPECT_EQ(json["unit"], "nats/token");
  EXPECT_EQ(json["samples"], 11);
  EXPECT_EQ(json["noise"], 0x1p-20);
  EXPECT_EQ(json["verdict"], "plateau");
  EXPECT_EQ(json["lr"], 1e-5);
  EXPECT_EQ(json["reason"], report.plateau.reason);
  ASSERT_EQ(json["rates"].size(), 6u);
  const Json& rate = json["rates"][3];
  EXPECT_EQ(rate["lr"], 1e-4);
  EXPECT_EQ(rate["self_influence"], 0.3625);
  EXPECT_EQ(rate["self_influence_per_lr"], 0.3625 / 1e-4);
  EXPECT_EQ(rate["signal_to_noise"], 0.3625 * 0x1p20);
  EXPECT_EQ(rate["change_to_next"], (2.125 / 1e-3) / (0.3625 / 1e-4) - 1);
  EXPECT_EQ(rate["rank_correlation_to_next"], 0.96);
  EXPECT_EQ(rate["on_plateau"], true);
  EXPECT_EQ(json["rates"][0]["on_plateau"], false);
  EXPECT_EQ(json["rates"][4]["on_plateau"], false);
  EXPECT_FALSE(json.contains("errors"));
}

SweepReport example_with_linear() {
  SweepReport report = example_sweep();
  for (double error = 0x1p-12; report.linear.size() < report.rates.size(); error *= 8) {
    report.linear.push_back({121, 1 - error / 4, error, "is", "has", 0.5});
  }
  report.linear.back() = {};
  return report;
}

TEST(SweepTable, WithTheFirstOrderIsTheApprovedOne) {
  expect_approved("sweep_table_with_linear.txt", sweep_table(example_with_linear()));
}

TEST(SweepJson, SaysHowFarTheFirstOrderIs) {
  const Json rates = Json::parse(sweep_json(example_with_linear()))["rates"];
  EXPECT_EQ(rates[0]["linear"],
            Json({{"spearman", 1 - 0x1p-14}, {"largest_gap", 0x1p-12}, {"largest_cell", 0.5}}));
  EXPECT_EQ(rates[5]["linear"]["spearman"], nullptr);
  EXPECT_FALSE(Json::parse(sweep_json(example_sweep()))["rates"][0].contains("linear"));
}

TEST(SweepJson, WhatIsMissingIsNull) {
  const Json json = Json::parse(sweep_json(example_without_plateau()));
  EXPECT_EQ(json["verdict"], "none");
  EXPECT_EQ(json["lr"], nullptr);
  EXPECT_THAT(json["reason"].get<std::string>(), HasSubstr("3 rates or more; here are 1"));
  EXPECT_EQ(json["rates"][0]["change_to_next"], nullptr);
  EXPECT_EQ(json["rates"][0]["on_plateau"], false);
  EXPECT_EQ(json["errors"], Json({{"short", "a statement of one token"}}));
  EXPECT_EQ(Json::parse(sweep_json(example_sweep()))["rates"][5]["self_influence"], nullptr);
}

TEST(SweepJson, NamesEachVerdict) {
  SweepReport report = example_sweep();
  report.plateau.verdict = SweepVerdict::kTooLow;
  EXPECT_EQ(Json::parse(sweep_json(report))["verdict"], "too low");
  report.plateau.verdict = SweepVerdict::kTooHigh;
  EXPECT_EQ(Json::parse(sweep_json(report))["verdict"], "too high");
}

}  // namespace
}  // namespace eif
