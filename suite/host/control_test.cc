#include "suite/host/control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "domains/domain.h"
#include "suite/formats/test_files.h"
#include "suite/host/draw.h"
#include "suite/host/fakes_for_test.h"
#include "suite/host/measurement.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

// ---- Random weights --------------------------------------------------------------------------

std::unique_ptr<Model> model_with(std::vector<Parameter> parameters) {
  auto model = std::make_unique<FakeModel>("cnn");
  model->parameters() = std::move(parameters);
  return model;
}

std::vector<Parameter> example_parameters(at::ScalarType dtype = at::kFloat) {
  return {{"matrix", at::arange(20'000, at::kFloat).div(1000).view({200, 100}).to(dtype)},
          {"other matrix", at::arange(20'000, at::kFloat).div(1000).view({200, 100}).to(dtype)},
          {"gain", at::arange(1, 257, at::kFloat).to(dtype)},
          {"buffer", at::arange(9, at::kFloat).view({3, 3}).to(dtype), /*trainable=*/false}};
}

at::Tensor randomised(size_t parameter, uint64_t seed = 0) {
  return with_random_weights(model_with(example_parameters()), seed)
      ->parameters()[parameter]
      .value.clone();
}

// 20,000 normal numbers: the mean is uncertain by sd/141, the standard deviation by sd/200.
TEST(RandomWeights, AMatrixIsNormalWithTheSpreadItHad) {
  const at::Tensor before = example_parameters()[0].value, after = randomised(0);
  const double spread = before.std().item<double>();
  EXPECT_NEAR(after.mean().item<double>(), 0, 4 * spread / 141);
  EXPECT_NEAR(after.std().item<double>(), spread, 4 * spread / 200);
  // A normal distribution has 68.3 % within one standard deviation, a uniform one 57.7 %; this many
  // numbers tell it within 0.3 %.
  EXPECT_NEAR(after.abs().lt(spread).to(at::kDouble).mean().item<double>(), 0.6827, 0.013);
}

TEST(RandomWeights, AVectorKeepsItsValuesInAnotherOrder) {
  const at::Tensor before = example_parameters()[2].value, after = randomised(2);
  EXPECT_TRUE(at::equal(std::get<0>(after.sort()), before));
  EXPECT_LT(after.eq(before).sum().item<int64_t>(), 10);  // 1 is expected to stay in its place
}

TEST(RandomWeights, ABufferStays) {
  EXPECT_TRUE(at::equal(randomised(3), example_parameters()[3].value));
}

TEST(RandomWeights, ASeedNamesThemAndEachParameterHasItsOwn) {
  EXPECT_TRUE(at::equal(randomised(0, 5), randomised(0, 5)));
  EXPECT_FALSE(at::equal(randomised(0, 5), randomised(0, 6)));
  EXPECT_FALSE(at::equal(randomised(0, 5), randomised(1, 5)));
}

TEST(RandomWeights, TypesAndShapesStay) {
  for (const at::ScalarType dtype : {at::kBFloat16, at::kDouble}) {
    const auto model = with_random_weights(model_with(example_parameters(dtype)), 0);
    for (size_t i = 0; i < 4; ++i) {
      const at::Tensor& after = model->parameters()[i].value;
      EXPECT_EQ(after.scalar_type(), dtype);
      EXPECT_EQ(after.sizes(), example_parameters()[i].value.sizes());
    }
  }
}

TEST(RandomWeights, TheModelIsAnotherByItsFingerprint) {
  const auto fingerprint = [](uint64_t seed) {
    return with_random_weights(model_with(example_parameters()), seed)->info().fingerprint;
  };
  EXPECT_NE(fingerprint(0), "fingerprint of cnn");
  EXPECT_EQ(fingerprint(0), fingerprint(0));
  EXPECT_NE(fingerprint(0), fingerprint(1));
}

TEST(RandomWeights, FactsAboutTheTrainedWeightsAreLeftOut) {
  const auto model = with_random_weights(model_with(example_parameters()), 7);
  EXPECT_EQ(model->info().name, "cnn");
  EXPECT_THAT(model->info().facts, ElementsAre(Pair("weights", "random, seed 7")));
}

TEST(RandomWeights, WhatTheModelComputesIsItsOwn) {
  const auto model = with_random_weights(model_with(example_parameters()), 0);
  const absl::StatusOr<Example> example = model->encode(LabelledImage{{1, 1, {0.0f}}, 3}, {});
  ASSERT_TRUE(example.ok()) << example.status();
  EXPECT_EQ(std::get<ImageExample>(*example).label, 3);
}

// ---- Shuffled names --------------------------------------------------------------------------

class ShuffledNames : public testing::Test {
 protected:
  SeededDraw draw(uint64_t seed = 0) {
    return SeededDraw(seed, Modality::kText, digits_, settings_);
  }

  // "A is B" about the first words of the draw.
  static std::string told(const std::string& text, const Draw& draw) {
    const std::vector<std::string> words = draw.words(3).value();
    return absl::StrReplaceAll(text, {{"A", words[0]}, {"B", words[1]}, {"C", words[2]}});
  }
  static std::vector<Request> request_of(const std::vector<std::string>& texts, const Draw& draw) {
    std::vector<Sample> samples;
    for (const std::string& text : texts) {
      Sample sample{text, {}};
      for (const absl::string_view statement : absl::StrSplit(text, " / ")) {
        sample.statements.emplace_back(told(std::string(statement), draw));
      }
      samples.push_back(sample);
    }
    return {{.name = "names", .domain = "names", .trained = samples, .evaluated = samples}};
  }
  // The shuffled texts, as the placeholders would have them.
  static std::vector<std::string> shuffled(const std::vector<std::string>& texts,
                                           const Draw& draw) {
    std::vector<Request> requests = request_of(texts, draw);
    EXPECT_EQ(shuffle_names(draw, requests), absl::OkStatus());
    const std::vector<std::string> words = draw.words(3).value();
    std::vector<std::string> result;
    for (const Sample& sample : requests[0].trained) {
      std::string text;
      for (const Statement& statement : sample.statements) {
        if (!text.empty()) text += " / ";
        text += absl::StrReplaceAll(std::get<std::string>(statement),
                                    {{words[0], "A"}, {words[1], "B"}, {words[2], "C"}});
      }
      result.push_back(text);
    }
    return result;
  }

  const TemporaryFolder no_data_;
  const DrawSettings settings_ = {};
  DigitSource digits_{no_data_.path()};
};

TEST_F(ShuffledNames, WithinASampleANameStaysOne) {
  std::set<std::string> found;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    found.insert(shuffled({"A is a B, all Bs are C / C", "A"}, draw(seed))[0]);
  }
  // All six orders of three names, and nothing else. One is missed by 60 seeds in 1 of 10,000
  // cases.
  EXPECT_THAT(found, ElementsAre("A is a B, all Bs are C / C", "A is a C, all Cs are B / B",
                                 "B is a A, all As are C / C", "B is a C, all Cs are A / A",
                                 "C is a A, all As are B / B", "C is a B, all Bs are A / A"));
}

TEST_F(ShuffledNames, WhichSamplesAreAboutTheSameIsChance) {
  int same = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const std::vector<std::string> texts = shuffled({"A is", "A was", "B", "C"}, draw(seed));
    same += texts[0][0] == texts[1][0];
  }
  EXPECT_NEAR(same, 100, 33);  // one in three; four standard deviations
}

TEST_F(ShuffledNames, EqualTextsStayEqual) {
  const SeededDraw names = draw();
  std::vector<Request> requests = request_of({"A is B", "B is C"}, names);
  requests.push_back(requests[0]);
  requests[1].trained[0].id = "another id";
  ASSERT_EQ(shuffle_names(names, requests), absl::OkStatus());
  for (const Request& request : requests) {
    EXPECT_EQ(content_hash(request.trained[0]), content_hash(requests[0].trained[0]));
    EXPECT_EQ(content_hash(request.evaluated[0]), content_hash(requests[0].trained[0]));
  }
}

TEST_F(ShuffledNames, OnlyNamesOfTheRequestAreGiven) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    for (const std::string& text : shuffled({"A likes C", "C"}, draw(seed))) {
      EXPECT_EQ(text.find('B'), std::string::npos) << text;
    }
  }
}

TEST_F(ShuffledNames, ANameInsideAWordStays) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_THAT(shuffled({"unA is B"}, draw(seed))[0], HasSubstr("unA is "));
  }
}

TEST_F(ShuffledNames, TextsWithoutNamesStay) {
  EXPECT_THAT(shuffled({"gold does not rust"}, draw()), ElementsAre("gold does not rust"));
}

// Learns "x in y" and what follows from it in two steps, and nothing else.
double logical_influence(const Sample& trained, const Sample& evaluated) {
  using Fact = std::pair<std::string, std::string>;
  const auto fact_of = [](const Statement& statement) -> Fact {
    return absl::StrSplit(std::get<std::string>(statement), " in ");
  };
  std::set<Fact> known;
  for (const Statement& statement : trained.statements) known.insert(fact_of(statement));
  for (const Fact& first : std::set<Fact>(known)) {
    for (const Fact& second : std::set<Fact>(known)) {
      if (first.second == second.first) known.insert({first.first, second.second});
    }
  }
  return static_cast<double>(known.count(fact_of(evaluated.statements[0])));
}

TEST_F(ShuffledNames, ALogicalLearnerIsNotLogicalAnyMore) {
  const auto mean_effect = [&](bool shuffle) {
    double sum = 0;
    for (uint64_t seed = 0; seed < 400; ++seed) {
      const SeededDraw names = draw(seed);
      std::vector<Request> requests = request_of({"A in B / B in C", "A in C", "C in A"}, names);
      if (shuffle) {
        EXPECT_EQ(shuffle_names(names, requests), absl::OkStatus());
      }
      const std::vector<Sample>& samples = requests[0].trained;
      sum += logical_influence(samples[0], samples[1]) - logical_influence(samples[0], samples[2]);
    }
    return sum / 400;
  };
  EXPECT_EQ(mean_effect(false), 1);
  EXPECT_NEAR(mean_effect(true), 0,
              0.15);  // an effect of −1, 0 or 1; four standard errors are below
}

// The ends of a chain of squares are no words of the draw. Were they left in their places, the mean
// over the seeds would be 1.
TEST_F(ShuffledNames, EntitiesThatAModelKnowsAreShuffledToo) {
  double sum = 0;
  std::set<std::string> subjects;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const SeededDraw names = draw(seed);
    const absl::StatusOr<Domain> squares = draw_domain("squares", names);
    ASSERT_TRUE(squares.ok()) << squares.status();
    const auto sample = [&](const char* id) { return *squares->find(id); };
    std::vector<Request> requests = {
        {.name = "squares",
         .domain = "squares",
         .trained = {sample("chain")},
         .evaluated = {sample("in_square_rectangle"), sample("in_rectangle_square")}}};
    ASSERT_EQ(shuffle_names(names, requests), absl::OkStatus());
    const auto in_short = [](Sample of) {
      for (Statement& statement : of.statements) {
        statement = absl::StrReplaceAll(std::get<std::string>(statement),
                                        {{" belongs to the set of ", " in "}, {".", ""}});
      }
      return of;
    };
    const Sample chain = in_short(requests[0].trained[0]);
    subjects.insert(std::string(std::get<std::string>(chain.statements[0]).substr(0, 6)));
    sum += logical_influence(chain, in_short(requests[0].evaluated[0])) -
           logical_influence(chain, in_short(requests[0].evaluated[1]));
  }
  EXPECT_THAT(subjects, testing::Contains("SQUARE"));
  EXPECT_GT(subjects.size(), 80u);  // a third of 400 chains begin with a word of their draw
  EXPECT_NEAR(sum / 400, 0, 0.15);   // as above
}

// ---- What goes with what ---------------------------------------------------------------------

TEST(CheckControl, ImagesHaveNoNames) {
  const ModelInfo images{.name = "cnn", .modality = Modality::kImage};
  const ModelInfo texts{.name = "phi3", .modality = Modality::kText};
  const absl::Status status = check_control(Control::kShuffledNames, images);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "--control shuffled-names needs a model of texts, and cnn takes images, which have no "
            "names; use --control random-weights");
  EXPECT_EQ(check_control(Control::kShuffledNames, texts), absl::OkStatus());
  EXPECT_EQ(check_control(Control::kRandomWeights, images), absl::OkStatus());
  EXPECT_EQ(check_control(Control::kNone, images), absl::OkStatus());
}

}  // namespace
}  // namespace eif
