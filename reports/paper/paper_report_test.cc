#include "reports/paper/paper_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "reports/file_name.h"
#include "reports/paper/run_for_test.h"

namespace eif {
namespace {

using Json = nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Key;
using ::testing::Not;

// A run of one seed or more on one domain, or on the digits.
struct Recorded {
  RunResult run;
  MatricesForTest matrices;

  explicit Recorded(Modality modality, const std::vector<uint64_t>& seeds = {0})
      : run(run_of_claims(modality)) {
    for (const uint64_t seed : seeds) {
      if (modality == Modality::kImage) {
        matrices.write(measured_images(kDigits, seed), run);
      } else {
        matrices.write(measured_text("squares", seed), run);
        matrices.write(measured_text("squares", seed, Condition::kInContext), run);
      }
    }
  }

  // The same of a model of another name.
  void add_model(const std::string& name) {
    run.context.models.push_back(run.context.models[0]);
    run.context.models.back().name = name;
    const std::vector<DesideratumResult> results = run.results;
    for (DesideratumResult result : results) {
      result.key.model = name;
      run.results.push_back(result);
    }
    const std::vector<MatrixRecord> records = run.matrices;
    for (const MatrixRecord& record : records) {
      MeasuredMatrix measured = *matrices.read(record);
      measured.key.model = name;
      matrices.write(measured, run);
    }
  }

  std::map<std::string, std::string> files() const {
    const absl::StatusOr<std::vector<ReportFile>> files = paper_report(run, matrices);
    EXPECT_TRUE(files.ok()) << files.status();
    std::map<std::string, std::string> by_name;
    if (!files.ok()) return by_name;
    for (const ReportFile& file : *files) {
      EXPECT_TRUE(by_name.emplace(file.name, file.content).second)
          << file.name << " is there twice";
    }
    return by_name;
  }
  absl::Status error() const { return paper_report(run, matrices).status(); }
};

TEST(PaperReport, EveryFileThatIsNamedIsThereAndNoOther) {
  for (const Modality modality : {Modality::kText, Modality::kImage}) {
    std::map<std::string, std::string> files = Recorded(modality).files();
    const std::string page = files.at("index.html");
    const Json document = Json::parse(files.at("reproduction.json"));
    files.erase("index.html");
    files.erase("reproduction.json");
    for (const Json& figure : document.at("models").at(0).at("figures")) {
      std::vector<std::string> names = figure.at("data");
      names.push_back(figure.at("svg"));
      for (const std::string& name : names) {
        EXPECT_THAT(page, HasSubstr(absl::StrCat("\"", name, "\"")));
        EXPECT_EQ(files.erase(name), 1u) << name;
      }
    }
    EXPECT_TRUE(files.empty()) << files.begin()->first;
  }
}

TEST(PaperReport, FilesHaveTheirFormat) {
  const auto files = Recorded(Modality::kImage).files();
  EXPECT_THAT(files.at("tiny/fig1_digits.svg"), HasSubstr("<svg "));
  EXPECT_TRUE(files.at("tiny/fig1_digits.npy").starts_with("\x93NUMPY"));
  EXPECT_TRUE(files.at("tiny/fig1_digits.csv").starts_with("trained,0_0,0_1,"));
}

TEST(PaperReport, TheSameRunGivesTheSameFiles) {
  const Recorded recorded(Modality::kText, {0, 1});
  EXPECT_EQ(recorded.files(), recorded.files());
}

TEST(PaperReport, DesiderataThatTheRunLacksAreNamedWithTheCommandThatMeasuresThem) {
  Recorded recorded(Modality::kImage);
  std::erase_if(recorded.run.results, [](const DesideratumResult& result) {
    return result.key.desideratum != "sparsity";
  });
  EXPECT_EQ(recorded.error(),
            absl::FailedPreconditionError(
                "claims of the paper are about desiderata that were not measured: of tiny the run "
                "lacks symmetry, noise_invariance. This measures them: eif-suite reproduce --model "
                "tiny"));
}

TEST(PaperReport, WhatSeveralModelsLackIsOneMessage) {
  Recorded recorded(Modality::kImage);
  recorded.add_model("my model");
  recorded.add_model("whole");
  std::erase_if(recorded.run.results, [](const DesideratumResult& result) {
    return result.key.desideratum == "symmetry" && result.key.model != "whole";
  });
  EXPECT_EQ(recorded.error(),
            absl::FailedPreconditionError(
                "claims of the paper are about desiderata that were not measured: of tiny the run "
                "lacks symmetry; of my model the run lacks symmetry. This measures them: eif-suite "
                "reproduce --model 'tiny,my model'"));
}

TEST(PaperReport, SeveralModelsAreOnOnePage) {
  Recorded recorded(Modality::kText);
  recorded.add_model("other");
  const auto files = recorded.files();
  EXPECT_THAT(files.at("index.html"), HasSubstr("\"tiny/fig5_density.svg\""));
  EXPECT_THAT(files.at("index.html"), HasSubstr("\"other/fig5_density.svg\""));
  EXPECT_EQ(Json::parse(files.at("reproduction.json")).at("models").size(), 2u);
}

TEST(PaperReport, EachModelHasAFolderOfItsOwn) {
  Recorded recorded(Modality::kText);
  recorded.add_model("a/b");
  recorded.add_model("a:b");
  EXPECT_THAT(recorded.files(), IsSupersetOf({Key(file_name("a/b") + "/fig5_density.svg"),
                                              Key(file_name("a:b") + "/fig5_density.svg")}));
}

TEST(PaperReport, AModelOfWhichNoSeedIsCompleteIsNamedAndLeftOut) {
  Recorded recorded(Modality::kText);
  recorded.run.end = RunEnd::kInterrupted;
  recorded.run.context.models.push_back({.name = "later", .unit = "nats"});
  const auto files = recorded.files();
  EXPECT_THAT(files.at("index.html"), HasSubstr("The run was cut short (interrupted)"));
  EXPECT_THAT(files.at("index.html"), HasSubstr("later: no seed was complete."));
  EXPECT_EQ(Json::parse(files.at("reproduction.json")).at("models").size(), 1u);
}

TEST(PaperReport, ARunWithoutACompleteSeedHasNothingToDraw) {
  Recorded recorded(Modality::kText, {});
  recorded.run.end = RunEnd::kInterrupted;
  EXPECT_EQ(recorded.error(),
            absl::FailedPreconditionError(
                "the run (interrupted) has no seed of any model that was measured to the end, so "
                "there is nothing to draw; the same eif-suite reproduce given again goes on with "
                "it"));
}

TEST(PaperReport, AMatrixThatIsGoneIsAnError) {
  Recorded recorded(Modality::kText);
  recorded.run.matrices.push_back({matrix_key("belongs_to", 7), "seed7_belongs_to", ""});
  EXPECT_EQ(recorded.error(), absl::NotFoundError("seed7_belongs_to: there is no such file"));
}

TEST(PaperReport, AMatrixOfOtherImagesIsRefusedByModel) {
  Recorded recorded(Modality::kImage);
  MeasuredMatrix measured = measured_images(kDigits, 5);
  measured.matrix = Matrix({"a"}, {"a"});
  recorded.matrices.write(measured, recorded.run);
  EXPECT_EQ(recorded.error().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(recorded.error().message()),
              HasSubstr("tiny: the matrix digits of seed 5 has 1 rows and 1 columns"));
}

}  // namespace
}  // namespace eif
