#include "suite/engine/learned_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "suite/engine/test_models.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> trainable(Model& model) {
  std::vector<std::string> names;
  for (const Parameter& parameter : model.parameters()) {
    if (parameter.trainable) names.push_back(parameter.name);
  }
  return names;
}

TEST(LearnedParameters, AreThoseThatAreNamedWithoutThoseThatAreFrozen) {
  SmallReader model(1);
  {
    const auto learned = LearnedParameters::choose(model, {.train_only = {"table", "*s*"}});
    ASSERT_TRUE(learned.ok()) << learned.status();
    EXPECT_THAT(trainable(model), ElementsAre("table", "first", "second", "bias"));
  }
  EXPECT_EQ(trainable(model).size(), model.parameters().size());
  {
    const auto learned =
        LearnedParameters::choose(model, {.train_only = {"*s*"}, .freeze = {"bias"}});
    ASSERT_TRUE(learned.ok()) << learned.status();
    EXPECT_THAT(trainable(model), ElementsAre("first", "second"));
  }
  const auto learned = LearnedParameters::choose(model, {.freeze = {"*s*", "out"}});
  ASSERT_TRUE(learned.ok()) << learned.status();
  EXPECT_THAT(trainable(model), ElementsAre("table", "gain"));
}

TEST(LearnedParameters, BuffersStayBuffers) {
  LinearClassifier model(1);
  {
    ASSERT_TRUE(LearnedParameters::choose(model, {.freeze = {"bias"}}).ok());
  }
  EXPECT_THAT(trainable(model), ElementsAre("weight", "bias"));
  const auto learned = LearnedParameters::choose(model, {.freeze = {"shift"}});
  EXPECT_THAT(learned.status().message(), HasSubstr("--freeze \"shift\" fits nothing of linear"));
}

TEST(LearnedParameters, NothingLeftIsAnErrorThatChangesNothing) {
  LinearClassifier model(1);
  const auto learned = LearnedParameters::choose(model, {.freeze = {"*"}});
  EXPECT_EQ(learned.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(learned.status().message(),
            "--freeze leaves no parameter of linear classifier to train");
  EXPECT_THAT(trainable(model), ElementsAre("weight", "bias"));
}

}  // namespace
}  // namespace eif
