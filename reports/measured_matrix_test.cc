#include "reports/measured_matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::HasSubstr;

MeasuredMatrix example() {
  MeasuredMatrix measured{
      .key = {.model = "m", .desideratum = "d", .seed = 3, .request = "r"},
      .domain = "words",
      .trained = {{"fact", {"a is\nb", "b is \"c\""}}, {"four", {LabelledImage{.label = 4}}}},
      .evaluated = {{"fact", {"a is b"}}}};
  measured.matrix = Matrix({"fact", "four"}, {"fact"});
  measured.matrix.at(0, 0) = 1.0 / 3;
  measured.matrix.base() = {0.1};
  measured.matrix.row_errors()[1] = "it cannot be trained on";
  return measured;
}

TEST(MeasuredMatrix, ComesBackToTheBit) {
  const TemporaryFolder folder;
  const MeasuredMatrix measured = example();
  const auto digest = write_measured_matrix(folder.path() / "m", measured);
  ASSERT_TRUE(digest.ok()) << digest.status();
  const auto read = read_measured_matrix(folder.path() / "m", {measured.key, "m", *digest});
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->key, measured.key);
  EXPECT_EQ(read->domain, "words");
  EXPECT_EQ(read->cells, Cells::kInfluence);
  EXPECT_EQ(std::get<std::string>(read->trained[0].statements[0]), "a is\nb");
  EXPECT_EQ(std::get<LabelledImage>(read->trained[1].statements[0]).label, 4);
  const Matrix& matrix = read->matrix;
  EXPECT_EQ(matrix.trained_ids(), measured.matrix.trained_ids());
  EXPECT_EQ(matrix.at(0, 0), 1.0 / 3);
  EXPECT_TRUE(std::isnan(matrix.at(1, 0)));
  EXPECT_EQ(matrix.base()[0], 0.1);
  EXPECT_EQ(matrix.row_errors()[1], "it cannot be trained on");
}

TEST(MeasuredMatrix, PromptAndCompletionComeBackApart) {
  const TemporaryFolder folder;
  MeasuredMatrix measured = example();
  measured.trained[0].statements[0] = PromptedText{"a", " b"};
  const auto digest = write_measured_matrix(folder.path() / "m", measured);
  ASSERT_TRUE(digest.ok()) << digest.status();
  const auto read = read_measured_matrix(folder.path() / "m", {measured.key, "m", *digest});
  ASSERT_TRUE(read.ok()) << read.status();
  const auto& statement = std::get<PromptedText>(read->trained[0].statements[0]);
  EXPECT_EQ(statement.prompt, "a");
  EXPECT_EQ(statement.completion, " b");
}

TEST(MeasuredMatrix, WhatWasChangedIsNotBelieved) {
  const TemporaryFolder folder;
  const MeasuredMatrix measured = example();
  const auto digest = write_measured_matrix(folder.path() / "m", measured);
  ASSERT_TRUE(digest.ok()) << digest.status();
  for (const char* name : {"m.npy", "m.json"}) {
    const std::string original = bytes_of(folder.path() / name);
    std::string damaged = original;
    damaged[damaged.size() - 2] ^= 1;
    folder.file(name, damaged);
    const auto read = read_measured_matrix(folder.path() / "m", {measured.key, "m", *digest});
    EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss) << name;
    EXPECT_THAT(std::string(read.status().message()), HasSubstr("it was changed or damaged"));
    folder.file(name, original);
  }
  std::filesystem::remove(folder.path() / "m.npy");
  EXPECT_EQ(read_measured_matrix(folder.path() / "m", {measured.key, "m", *digest}).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace eif
