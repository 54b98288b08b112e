#include "suite/host/guarded_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "eif/plain_weights.h"
#include "suite/engine/batching.h"
#include "suite/host/fakes_for_test.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Throws wherever it is asked to.
class ThrowingBackend final : public ModelBackend {
 public:
  explicit ThrowingBackend(std::string where) : where_(std::move(where)) {}
  std::vector<ModelAlias> aliases(const std::string&) const override {
    fail_in("aliases");
    return {{"one", "a model", ""}};
  }
  std::optional<Modality> modality() const override {
    fail_in("modality");
    return Modality::kImage;
  }
  bool accepts_folder(const std::string&) const override {
    fail_in("accepts_folder");
    return true;
  }
  std::vector<std::string> model_types() const override {
    fail_in("model_types");
    return {"mamba", "mamba2"};
  }
  absl::StatusOr<std::unique_ptr<Model>> load(const ModelRequest&) const override {
    fail_in("load");
    if (where_ == "null") return std::unique_ptr<Model>();
    if (where_ == "missing") return absl::NotFoundError("no weights");
    return std::make_unique<ThrowingModel>(where_);
  }
  absl::StatusOr<std::unique_ptr<TextTokenizer>> load_tokenizer(
      const ModelRequest&) const override {
    fail_in("load_tokenizer");
    return std::unique_ptr<TextTokenizer>();
  }

 private:
  class ThrowingModel final : public Model {
   public:
    explicit ThrowingModel(std::string where) : where_(std::move(where)) {}
    const ModelInfo& info() const override {
      if (where_ == "info") throw std::runtime_error("no disk today");
      return fake_.info();
    }
    std::vector<Parameter>& parameters() override { return fake_.parameters(); }
    absl::StatusOr<Example> encode(const Statement& statement,
                                   const std::vector<Statement>& context) const override {
      if (where_ == "encode") throw std::runtime_error("no disk today");
      return fake_.encode(statement, context);
    }
    absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override {
      // An image with the label l costs l nats.
      if (where_ == "parameters") fake_.parameters()[0].value.add_(1);
      const at::Tensor labels = std::get<ImageBatch>(batch).labels;
      return Losses{labels.to(at::kFloat), where_ == "scored" ? -labels : at::ones_like(labels)};
    }
    absl::StatusOr<at::Tensor> features(Weights& weights, const Batch& batch) const override {
      if (where_ == "features") return at::zeros({3});
      return fake_.features(weights, batch);
    }

   private:
    std::string where_;
    mutable FakeModel fake_{"fake"};
  };

  void fail_in(const std::string& place) const {
    if (where_ == place) throw std::runtime_error("no disk today");
  }
  std::string where_;
};

struct Told {
  std::vector<std::string> messages;
  GuardedBackend backend(const std::string& where) {
    return GuardedBackend("mamba", std::make_unique<ThrowingBackend>(where),
                          [this](const absl::Status& why) { messages.push_back(why.ToString()); });
  }
};

TEST(GuardedBackend, AnswersAsTheBackendDoes) {
  Told told;
  const GuardedBackend backend = told.backend("nowhere");
  ASSERT_EQ(backend.aliases("").size(), 1u);
  EXPECT_EQ(backend.aliases("")[0].name, "one");
  EXPECT_EQ(backend.modality(), Modality::kImage);
  EXPECT_TRUE(backend.accepts_folder("x"));
  EXPECT_THAT(backend.model_types(), ElementsAre("mamba", "mamba2"));
  const absl::StatusOr<std::unique_ptr<Model>> model = backend.load({});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ((*model)->info().name, "fake");
  EXPECT_TRUE((*model)->encode(labelled("3", 3).statements[0], {}).ok());
  EXPECT_EQ(told.backend("missing").load({}).status(), absl::NotFoundError("no weights"));
  EXPECT_THAT(told.messages, IsEmpty());
}

TEST(GuardedBackend, TellsWhatAnAnswerHasNoRoomFor) {
  Told told;
  EXPECT_THAT(told.backend("aliases").aliases(""), IsEmpty());
  EXPECT_EQ(told.backend("modality").modality(), std::nullopt);
  EXPECT_FALSE(told.backend("accepts_folder").accepts_folder("x"));
  EXPECT_THAT(told.backend("model_types").model_types(), IsEmpty());
  EXPECT_THAT(told.messages, ElementsAre("INTERNAL: aliases() failed: no disk today",
                                         "INTERNAL: modality() failed: no disk today",
                                         "INTERNAL: accepts_folder() failed: no disk today",
                                         "INTERNAL: model_types() failed: no disk today"));
}

TEST(GuardedBackend, WhatCannotBeLoadedNamesThePlugin) {
  Told told;
  const auto load = [&](const std::string& where) { return told.backend(where).load({}).status(); };
  EXPECT_EQ(load("load"), absl::InternalError("plugin mamba: load() failed: no disk today"));
  EXPECT_EQ(load("info"), absl::InternalError("plugin mamba: info() failed: no disk today"));
  EXPECT_EQ(load("null"),
            absl::InternalError("plugin mamba: load() gave nothing; expected a model or an error"));
  EXPECT_EQ(told.backend("load_tokenizer").load_tokenizer({}).status(),
            absl::InternalError("plugin mamba: load_tokenizer() failed: no disk today"));
  EXPECT_EQ(told.backend("nowhere").load_tokenizer({}).status(),
            absl::InternalError("plugin mamba: load_tokenizer() gave nothing; expected a tokenizer "
                                "or an error"));
}

// Two images of the labels 3 and 4.
absl::StatusOr<Losses> losses_of(const std::string& where) {
  Told told;
  const absl::StatusOr<std::unique_ptr<Model>> model = told.backend(where).load({});
  PlainWeights weights((*model)->parameters());
  const Example three = *(*model)->encode(labelled("3", 3).statements[0], {});
  const Example four = *(*model)->encode(labelled("4", 4).statements[0], {});
  return (*model)->loss(weights, make_batch({&three, &four}, at::kCPU));
}

TEST(GuardedBackend, WhatAModelAnswersIsChecked) {
  const absl::StatusOr<Losses> right = losses_of("nowhere");
  ASSERT_TRUE(right.ok()) << right.status();
  EXPECT_TRUE(right->nll.equal(at::tensor({3.0f, 4.0f}).view({1, 2})));
  EXPECT_EQ(losses_of("scored").status().message(),
            "plugin mamba, loss() gave other numbers of scored tokens than the batch has "
            "predictions; expected those of TokenBatch::statements, or 1 for an image");
}

TEST(GuardedBackend, AForwardPassThatChangesAParameterIsRefused) {
  EXPECT_EQ(losses_of("parameters").status(),
            absl::InternalError("plugin mamba, loss() changed the parameter weight; expected that "
                                "it reads the parameters through Weights alone"));
}

TEST(GuardedBackend, FeaturesAreChecked) {
  Told told;
  const absl::StatusOr<std::unique_ptr<Model>> model = told.backend("features").load({});
  PlainWeights weights((*model)->parameters());
  const Example three = *(*model)->encode(labelled("3", 3).statements[0], {});
  EXPECT_EQ((*model)->features(weights, make_batch({&three}, at::kCPU)).status(),
            absl::InternalError("plugin mamba, features() gave features of shape (3); expected the "
                                "shape (rows, 1, features)"));
}

TEST(GuardedBackend, AStatementThatCannotBeEncodedIsAnErrorOfTheStatement) {
  Told told;
  const absl::StatusOr<std::unique_ptr<Model>> model = told.backend("encode").load({});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ((*model)->encode("a text", {}).status(),
            absl::InternalError("encode() failed: no disk today"));
}

}  // namespace
}  // namespace eif
