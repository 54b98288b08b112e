#include "suite/engine/engines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace eif {
namespace {

using ::testing::HasSubstr;

constexpr TrainingOptions kAdamW{.optimizer = Optimizer::kAdamW, .learning_rate = 1e-3};

std::string chosen(const std::string& name, const TrainingOptions& training) {
  const absl::StatusOr<const EngineKind*> kind = choose_engine(name, training);
  return kind.ok() ? (*kind)->name : std::string(kind.status().message());
}

TEST(Engines, AutoIsTheFirstThatTakesTheOptimizer) {
  EXPECT_EQ(chosen("auto", {}), "replay");
  EXPECT_EQ(chosen("auto", kAdamW), "dense");
}

TEST(Engines, EachIsFoundByItsName) {
  for (const EngineKind& kind : engines()) EXPECT_EQ(chosen(kind.name, {}), kind.name);
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
  EXPECT_EQ(chosen("magic", {}), "no engine 'magic'. There are: auto, replay, dense, linear");
}

// The engines refuse by themselves, too, for whoever calls them without the table.
TEST(Engines, WhatTheTableRefusesTheEngineRefuses) {
  for (const EngineKind& kind : engines()) {
    if (kind.takes(kAdamW).ok()) continue;
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
        kind.make({})->influence(model, {}, {}, kAdamW, unwatched());
    EXPECT_EQ(matrix.status(), kind.takes(kAdamW)) << kind.name;
  }
}

}  // namespace
}  // namespace eif
