#include "suite/cli/model_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST(NaturalOrderTest, NumbersAreOrderedByValue) {
  EXPECT_TRUE(is_before_naturally("checkpoint-500", "checkpoint-1000"));
  EXPECT_FALSE(is_before_naturally("checkpoint-1000", "checkpoint-500"));
  EXPECT_TRUE(is_before_naturally("step-009", "step-10"));
  EXPECT_TRUE(is_before_naturally("a2/step-9", "a10/step-1"));
  EXPECT_TRUE(is_before_naturally("checkpoint", "checkpoint-1"));
  EXPECT_TRUE(is_before_naturally("99999999999999999998", "99999999999999999999"));
  EXPECT_FALSE(is_before_naturally("a1", "a1"));
  EXPECT_NE(is_before_naturally("a01", "a1"), is_before_naturally("a1", "a01"));
}

// In a folder of its own, with names relative to it.
class ModelNamesTest : public ::testing::Test {
 protected:
  ModelNamesTest() {
    fs::current_path(temporary_.path());
    for (const char* folder : {"runs/checkpoint-1000", "runs/checkpoint-500", "my model, v2"}) {
      fs::create_directories(folder);
    }
    temporary_.file("runs/checkpoint-log", "");
  }
  ~ModelNamesTest() override { fs::current_path(before_); }

  const fs::path before_ = fs::current_path();
  TemporaryFolder temporary_;
};

TEST_F(ModelNamesTest, AValueMayNameSeveral) {
  EXPECT_THAT(*expand_model_names({"cnn,smollm2", "phi3"}), ElementsAre("cnn", "smollm2", "phi3"));
}

TEST_F(ModelNamesTest, APatternStandsForTheFoldersThatItFitsInNaturalOrder) {
  EXPECT_THAT(*expand_model_names({"runs/checkpoint-*"}),
              ElementsAre("runs/checkpoint-500", "runs/checkpoint-1000"));
  EXPECT_THAT(*expand_model_names({"runs/checkpoint-*/"}),
              ElementsAre("runs/checkpoint-500", "runs/checkpoint-1000"));
  EXPECT_THAT(*expand_model_names({"runs/checkpoint-1000,runs/checkpoint-[15]*,cnn"}),
              ElementsAre("runs/checkpoint-1000", "runs/checkpoint-500", "cnn"));
}

TEST_F(ModelNamesTest, APatternThatFitsNothing) {
  const auto names = expand_model_names({"runs/step-*"});
  EXPECT_EQ(names.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(message_of(names), "no folder fits the pattern \"runs/step-*\" (from " +
                                   fs::current_path().string() + ")");
  EXPECT_THAT(message_of(expand_model_names({"runs/*-log"})),
              HasSubstr(", though files do: a model is the folder that they are in"));
}

TEST_F(ModelNamesTest, ACommaOfAPathThatExistsIsNotSplit) {
  EXPECT_THAT(*expand_model_names({"my model, v2"}), ElementsAre("my model, v2"));
  EXPECT_THAT(*expand_model_names({"cnn,my model, v2,phi3"}),
              ElementsAre("cnn", "my model, v2", "phi3"));
  EXPECT_THAT(*expand_model_names({"my model, v*"}), ElementsAre("my model, v2"));
  EXPECT_THAT(*expand_model_names({"my model, v3"}), ElementsAre("my model", " v3"));
}

TEST_F(ModelNamesTest, APathWithTheSignsOfAPatternIsThatPath) {
  fs::create_directory("runs[1]*");
  EXPECT_THAT(*expand_model_names({"runs[1]*"}), ElementsAre("runs[1]*"));
}

TEST_F(ModelNamesTest, ASlashAtTheEndIsNoPartOfAName) {
  EXPECT_THAT(*expand_model_names({"runs/checkpoint-500//", "/"}),
              ElementsAre("runs/checkpoint-500", "/"));
}

TEST_F(ModelNamesTest, EachModelIsMeasuredOnce) {
  EXPECT_THAT(*expand_model_names({"cnn", "cnn,runs/checkpoint-500/", "runs/*-500"}),
              ElementsAre("cnn", "runs/checkpoint-500"));
}

}  // namespace
}  // namespace eif
