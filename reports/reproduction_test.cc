#include "reports/reproduction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "suite/core/example_run_for_test.h"
#include "reports/figures/svg_for_test.h"
#include "reports/file_name.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using Json = nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Reproduction example() {
  Matrix matrix({"fact", "other"}, {"fact", "other"});
  matrix.at(0, 0) = 0.5;
  const ReproducedFigure figure{
      .id = "fig1",
      .title = "Figure 1: a < b",
      .paper = "§2: it is & is not.",
      .svg = "<svg/>\n",
      .matrices = {{"fig1_matrix", matrix}},
      .tables = {{"fig1_table", {{"share", "seed 0"}, {{"all", {0.25}}}}}},
      .numbers = {{"self_scale", 0.5}, {"lost", kMissing}}};
  const ClaimEvidence evidence{.id = "symmetry.correlation",
                               .what = "corr(E, Eᵀ) > 0",
                               .unit = "1",
                               .by_fine_tuning = {{0.25, 0.75}, "holds"},
                               .in_context = ClaimNumber{{-0.5, kMissing}}};
  return {example_context(),
          {{.model = "a/b",
            .seeds = {0, 1},
            .figures = {figure},
            .claims = {{"symmetry", "2.1", "Influence is <symmetric>.", {evidence}}}}}};
}

TEST(ReproductionJson, HasEachFigureAndEachNumber) {
  const Json document = Json::parse(reproduction_json(example()));
  EXPECT_EQ(document.at("schema"), 1);
  EXPECT_EQ(document.at("context").at("engine"), "dense");
  const Json& model = document.at("models").at(0);
  EXPECT_EQ(model.at("model"), "a/b");
  EXPECT_EQ(model.at("seeds"), Json({0, 1}));
  const Json& figure = model.at("figures").at(0);
  EXPECT_EQ(figure.at("svg"), file_name("a/b") + "/fig1.svg");
  EXPECT_EQ(figure.at("data"),
            Json({file_name("a/b") + "/fig1_matrix.csv", file_name("a/b") + "/fig1_matrix.npy",
                  file_name("a/b") + "/fig1_table.csv"}));
  EXPECT_EQ(figure.at("numbers"), Json({{"self_scale", 0.5}, {"lost", nullptr}}));
  const Json& evidence = model.at("claims").at(0).at("evidence").at(0);
  EXPECT_EQ(evidence.at("fine_tuning"),
            Json({{"mean", 0.5}, {"per_seed", {0.25, 0.75}}, {"verdict", "holds"}}));
  EXPECT_EQ(evidence.at("in_context"), Json({{"mean", nullptr}, {"per_seed", {-0.5, nullptr}}}));
}

TEST(ReproductionPage, IsWellFormedAndEscaped) {
  const std::string page = reproduction_page(example());
  EXPECT_THAT(page, Not(HasSubstr("<symmetric>")));
  // XHTML, so that what reads the figures back reads this, too; only the doctype is HTML's.
  std::vector<std::string> texts, images;
  for (const SvgElement& element : svg_elements(page.substr(page.find("<html")))) {
    texts.push_back(element.text);
    if (element.tag == "img") images.push_back(element.attributes.at("src"));
  }
  EXPECT_THAT(images, Contains(file_name("a/b") + "/fig1.svg"));
  EXPECT_THAT(texts, Contains("§2.1: Influence is <symmetric>."));
  EXPECT_THAT(texts, Contains("0.5 (0.25 to 0.75), holds"));
  EXPECT_THAT(texts, Contains("not measured"));
  EXPECT_THAT(texts, Contains(HasSubstr("2 seeds, learning rate")).Times(0));  // another model's
}

TEST(ReproductionPage, TellsUnderWhatCircumstancesAModelWasMeasured) {
  Reproduction reproduction = example();
  reproduction.models[0].model = "cnn";
  EXPECT_THAT(reproduction_page(reproduction),
              HasSubstr("2 seeds, learning rate 0.0001, 200 rows in 12 s, test accuracy 0.9055"));
}

TEST(ReproductionPage, SaysWhenItWasInterrupted) {
  Reproduction reproduction = example();
  EXPECT_THAT(reproduction_page(reproduction), Not(HasSubstr("interrupted")));
  reproduction.context.interrupted = true;
  EXPECT_THAT(reproduction_page(reproduction), HasSubstr("interrupted: only complete seeds count"));
}

TEST(ReproductionFiles, EveryFileThatIsNamedIsThere) {
  const TemporaryFolder temporary;
  const std::filesystem::path& folder = temporary.path();
  const Reproduction reproduction = example();
  ASSERT_TRUE(write_figures(folder, reproduction.models[0]).ok());
  ASSERT_TRUE(write_overview(folder, reproduction).ok());
  const Json document = Json::parse(bytes_of(folder / "reproduction.json"));
  const Json& figure = document.at("models").at(0).at("figures").at(0);
  EXPECT_TRUE(std::filesystem::exists(folder / figure.at("svg").get<std::string>()));
  for (const Json& file : figure.at("data")) {
    EXPECT_TRUE(std::filesystem::exists(folder / file.get<std::string>())) << file;
  }
  EXPECT_TRUE(std::filesystem::exists(folder / "index.html"));
}

TEST(ReproductionFiles, AFolderThatIsAFileIsAnError) {
  const TemporaryFolder temporary;
  const std::filesystem::path folder = temporary.file("file", "x");
  const absl::Status status = write_overview(folder, example());
  EXPECT_THAT(message_of(status), HasSubstr(folder.string()));
}

}  // namespace
}  // namespace eif
