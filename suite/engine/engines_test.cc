#include "suite/engine/engines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace eif {
namespace {

using ::testing::HasSubstr;

const TrainingOptions kAdamW{.optimizer = Optimizer::kAdamW, .learning_rate = 1e-3};

const TrainingOptions kLora{.learning_rate = 1e-3, .adapter = Adapter::kLora};

std::string chosen(const std::string& name, const TrainingOptions& training) {
  const absl::StatusOr<const EngineKind*> kind = choose_engine(name, training);
  return kind.ok() ? (*kind)->name : std::string(kind.status().message());
}

TEST(Engines, AutoIsTheFirstThatTakesTheOptimizer) {
  EXPECT_EQ(chosen("auto", {}), "replay");
  EXPECT_EQ(chosen("auto", kAdamW), "dense");
  EXPECT_EQ(chosen("auto", kLora), "adapters");
}

TEST(Engines, EachIsFoundByItsName) {
  for (const EngineKind& kind : engines()) {
    const bool is_for_adapters = std::string(kind.name) == "adapters";
    EXPECT_EQ(chosen(kind.name, is_for_adapters ? kLora : TrainingOptions()), kind.name);
  }
}

TEST(Engines, OneThatDoesNotTakeWhatIsTrainedSaysWhichDoes) {
  for (const char* name : {"replay", "linear"}) {
    EXPECT_EQ(chosen(name, kLora),
              std::string("--engine ") + name +
                  " takes steps that are linear in the gradients of the model's own parameters, "
                  "which those of an adapter are not: use --engine adapters or dense, or --adapter "
                  "none");
  }
  EXPECT_EQ(chosen("adapters", {}),
            "--engine adapters trains adapters and not the model's own parameters: give --adapter "
            "lora, or --engine replay or dense");
}

TEST(Engines, OptionsThatDoNotGoTogetherAreRefusedWhateverTheEngine) {
  for (const char* name : {"auto", "replay", "adapters", "dense", "linear"}) {
    EXPECT_EQ(chosen(name, {.optimizer = Optimizer::kAdamW, .momentum = 0.9}),
              "--momentum goes with --optimizer sgd");
  }
}

TEST(Engines, OneThatDoesNotTakeTheOptimizerSaysWhichDoes) {
  for (const char* name : {"replay", "linear"}) {
    EXPECT_EQ(chosen(name, kAdamW),
              std::string("--engine ") + name +
                  " takes steps that are linear in the gradients, which AdamW's are not: use "
                  "--engine dense, or --optimizer sgd");
  }
}

TEST(Engines, AnUnknownNameIsToldWhatThereIs) {
  EXPECT_EQ(chosen("magic", {}),
            "no engine 'magic'. There are: auto, replay, adapters, dense, linear");
}

// The engines refuse by themselves, too, for whoever calls them without the table.
TEST(Engines, WhatTheTableRefusesTheEngineRefuses) {
  for (const EngineKind& kind : engines()) {
    const TrainingOptions& refused = kind.takes(kAdamW).ok() ? kLora : kAdamW;
    if (kind.takes(refused).ok()) continue;
    class NoModel final : public Model {
     public:
      const ModelInfo& info() const override { return info_; }
      std::vector<Parameter>& parameters() override { return parameters_; }
      absl::StatusOr<Example> encode(const Statement&,
                                     const std::vector<Statement>&) const override {
        return absl::UnimplementedError("never asked");
      }
      absl::StatusOr<Losses> loss(Weights&, const Batch&) const override {
        return absl::UnimplementedError("never asked");
      }

     private:
      ModelInfo info_;
      std::vector<Parameter> parameters_;
    } model;
    const absl::StatusOr<Matrix> matrix =
        kind.make({})->influence(model, {}, {}, refused, unwatched());
    EXPECT_EQ(matrix.status(), kind.takes(refused)) << kind.name;
  }
}

}  // namespace
}  // namespace eif
