#include "suite/host/auto_rate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "eif/losses.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/engine/replay.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr int64_t kBytes = 256;

// Knows how often each byte occurs, and nothing of what stands before it: one bias, at first all
// the same, in float64.
class UnigramModel final : public Model {
 public:
  explicit UnigramModel(const std::string& fingerprint, double sensitivity = 1)
      : info_{.name = "unigram", .modality = Modality::kText, .fingerprint = fingerprint},
        parameters_{{"bias", at::zeros({kBytes}, at::kDouble)}},
        sensitivity_(sensitivity) {}

  const ModelInfo& info() const override { return info_; }
  std::vector<Parameter>& parameters() override { return parameters_; }
  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>&) const override {
    TextExample example;
    for (const char byte : std::get<std::string>(statement)) {
      example.ids.push_back(static_cast<unsigned char>(byte));
    }
    return example;
  }
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
    ++losses;
    const auto& tokens = std::get<TokenBatch>(batch);
    const at::Tensor zeros = at::zeros({1, tokens.scored_nodes.size(1), kBytes}, at::kDouble);
    // Bounded, so that steps that are far too long do not look proportional again.
    return token_losses(at::tanh(sensitivity_ * weights.bias(zeros, 0)), tokens);
  }

  mutable int losses = 0;  // how often it was asked

 private:
  ModelInfo info_;
  std::vector<Parameter> parameters_;
  double sensitivity_;
};

class AutoRate : public testing::Test {
 protected:
  AutoRate() { ::setenv("XDG_CACHE_HOME", cache_.path().c_str(), 1); }
  ~AutoRate() override { ::unsetenv("XDG_CACHE_HOME"); }

  absl::StatusOr<ChosenRate> find(Model& model, const TrainingOptions& training = {},
                                  bool stops = false,
                                  const Engine& engine = ReplayEngine()) {
    MonitorForTest monitor(stops ? std::optional<size_t>(0) : std::nullopt);
    absl::StatusOr<ChosenRate> chosen =
        auto_learning_rate(model, engine, training, digits_, monitor);
    notes_ = monitor.announcements;
    return chosen;
  }

  std::vector<std::filesystem::path> entries() const {
    std::vector<std::filesystem::path> files;
    const std::filesystem::path folder = cache_.path() / "eif-suite" / "learning-rates";
    if (!std::filesystem::exists(folder)) return files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      files.push_back(entry.path());
    }
    return files;
  }

  const TemporaryFolder cache_;
  DigitSource digits_{cache_.path() / "no digits"};
  std::vector<std::string> notes_;
};

TEST_F(AutoRate, SaysWhichRateAndWhy) {
  UnigramModel model("a");
  const absl::StatusOr<ChosenRate> chosen = find(model);
  ASSERT_TRUE(chosen.ok()) << chosen.status();
  EXPECT_GT(chosen->learning_rate, 1e-6);
  EXPECT_LT(chosen->learning_rate, 1e-1);
  EXPECT_THAT(chosen->reason, StartsWith("auto: middle of the plateau from 1e-06 to "));
  EXPECT_THAT(notes_, ElementsAre("looking for the learning rate of unigram, which is then kept",
                                  AllOf(StartsWith("unigram: learning rate "),
                                        EndsWith("(" + chosen->reason + ")"))));
}

TEST_F(AutoRate, IsKept) {
  UnigramModel first("a"), second("a");
  const ChosenRate found = find(first).value();
  ASSERT_THAT(entries(), SizeIs(1));
  const ChosenRate kept = find(second).value();
  EXPECT_EQ(second.losses, 0);
  EXPECT_EQ(kept.learning_rate, found.learning_rate);
  EXPECT_EQ(kept.reason, found.reason);
  EXPECT_THAT(notes_, ElementsAre(EndsWith("), kept in " + entries()[0].string())));
}

TEST_F(AutoRate, IsFoundAnewForAnotherModelPrecisionOrTraining) {
  UnigramModel model("a"), other("b"), float32("a");
  float32.parameters()[0].value = float32.parameters()[0].value.to(at::kFloat);
  ASSERT_TRUE(find(model).ok());
  ASSERT_TRUE(find(other).ok());
  ASSERT_TRUE(find(float32).ok());
  ASSERT_TRUE(find(model, {.weight_decay = 1e-3}).ok());
  ASSERT_TRUE(find(model, {.max_gradient_norm = 1}).ok());
  EXPECT_THAT(entries(), SizeIs(5));
  ASSERT_TRUE(find(model, {}, false, ReplayEngine({}, Precision::kMixedWide)).ok());
  EXPECT_THAT(entries(), SizeIs(6));
  // The rate itself is what is looked for.
  ASSERT_TRUE(find(model, {.learning_rate = 0.5}).ok());
  EXPECT_THAT(entries(), SizeIs(6));
}

TEST_F(AutoRate, ADamagedEntryIsFoundAnew) {
  UnigramModel model("a");
  const ChosenRate found = find(model).value();
  const std::filesystem::path entry = entries().at(0);
  for (const char* text : {"", "{", "[]", "{}", R"({"learning_rate": 1e-3})",
                           R"({"learning_rate": "1e-3", "reason": "auto"})",
                           R"({"learning_rate": 1e999, "reason": "auto"})",
                           R"({"learning_rate": 1e-3, "reason": "auto"})",
                           R"({"learning_rate": 1e-3, "reason": "auto", "digest": 1})"}) {
    std::ofstream(entry, std::ios::trunc) << text;
    model.losses = 0;
    const absl::StatusOr<ChosenRate> again = find(model);
    ASSERT_TRUE(again.ok()) << text << ": " << again.status();
    EXPECT_EQ(again->learning_rate, found.learning_rate) << text;
    EXPECT_GT(model.losses, 0) << text;
    model.losses = 0;
    ASSERT_TRUE(find(model).ok());
    EXPECT_EQ(model.losses, 0) << text << " is still there";
  }
}

// One bit may move the point of a number, and it is a number all the same.
TEST_F(AutoRate, AnEntryWithAFlippedBitIsNotBelieved) {
  UnigramModel model("a");
  const ChosenRate found = find(model).value();
  const std::filesystem::path entry = entries().at(0);
  std::string text;
  {
    std::ifstream in(entry);
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  const size_t rate = text.find("\"learning_rate\": ") + 17;
  for (size_t at = rate; at < text.find("\n", rate); ++at) {
    std::string damaged = text;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    std::ofstream(entry, std::ios::trunc) << damaged;
    EXPECT_EQ(find(model).value().learning_rate, found.learning_rate) << damaged;
  }
}

TEST_F(AutoRate, AFolderThatCannotBeWrittenIsNotAnError) {
  std::ofstream(cache_.path() / "eif-suite") << "a file where a folder belongs";
  UnigramModel model("a");
  ASSERT_TRUE(find(model).ok());
  EXPECT_THAT(notes_.back(), StartsWith("not kept: "));
}

TEST_F(AutoRate, WithoutAPlateauSaysWhatToDoAndKeepsNothing) {
  UnigramModel model("a", /*sensitivity=*/1e-9);
  const absl::Status status = find(model).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              AllOf(StartsWith("unigram, --lr auto: all rates from 1e-06 to 1e+03 are too low"),
                    HasSubstr("--lr X")));
  EXPECT_THAT(entries(), IsEmpty());
}

// A real model of half a billion parameters is as steep: its plateau ends at 3e-6.
TEST_F(AutoRate, GoesDownWhereThePlateauLiesBelowTheUsualRates) {
  UnigramModel model("a", /*sensitivity=*/1e3);
  const absl::StatusOr<ChosenRate> chosen = find(model);
  ASSERT_TRUE(chosen.ok()) << chosen.status();
  EXPECT_LT(chosen->learning_rate, 1e-6);
  EXPECT_THAT(notes_, Contains(StartsWith("unigram: the plateau lies below the rates so far, 1e-06")));
  EXPECT_THAT(entries(), SizeIs(1));
}

TEST_F(AutoRate, GoesUpWhereThePlateauLiesAboveThem) {
  UnigramModel model("a", /*sensitivity=*/1e-6);
  const absl::StatusOr<ChosenRate> chosen = find(model);
  ASSERT_TRUE(chosen.ok()) << chosen.status();
  EXPECT_GT(chosen->learning_rate, 1e-1);
  EXPECT_THAT(notes_, Contains(StartsWith("unigram: the plateau lies above the rates so far, 1e-06")));
}

TEST_F(AutoRate, CanBeStopped) {
  UnigramModel model("a");
  EXPECT_EQ(find(model, {}, /*stops=*/true).status().code(), absl::StatusCode::kCancelled);
}

TEST_F(AutoRate, SaysThatTheDigitsAreMissing) {
  EXPECT_EQ(calibration_samples(Modality::kImage, digits_).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(AutoRate, TextsAreThePapersStatementsOfOneStep) {
  const absl::StatusOr<std::vector<Sample>> samples = calibration_samples(Modality::kText, digits_);
  ASSERT_TRUE(samples.ok()) << samples.status();
  for (const Sample& sample : *samples) EXPECT_THAT(sample.statements, SizeIs(1));
  EXPECT_THAT(ids_of(*samples),
              ElementsAre("is", "all_have", "example_is", "is_not", "has", "plural_have", "has_not",
                          "word_klarbu", "word_greev", "word_pimjon", "unrelated"));
}

}  // namespace
}  // namespace eif
