#include "suite/host/model_backends.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

class FakeBackend final : public ModelBackend {
 public:
  explicit FakeBackend(std::vector<std::string> names) : names_(std::move(names)) {}
  std::vector<ModelAlias> aliases(const std::string&) const override {
    std::vector<ModelAlias> aliases;
    for (const std::string& name : names_) aliases.push_back({.name = name});
    return aliases;
  }
  bool accepts_folder(const std::string& folder) const override {
    return accepts && std::filesystem::is_directory(folder);
  }
  std::optional<Modality> modality() const override { return reads; }
  absl::StatusOr<std::unique_ptr<Model>> load(const ModelRequest&) const override {
    return absl::UnimplementedError("nobody asks");
  }

  bool accepts = false;
  std::optional<Modality> reads;

 private:
  std::vector<std::string> names_;
};

class BackendOfModelTest : public testing::Test {
 protected:
  FakeBackend& add(const char* id, std::vector<std::string> names = {}) {
    auto backend = std::make_unique<FakeBackend>(std::move(names));
    FakeBackend& added = *backend;
    descriptions_.push_back(std::make_unique<std::string>(absl::StrCat("what ", id, " does")));
    records_.push_back(std::make_unique<PluginRecord>(
        PluginRecord{.id = id, .description = descriptions_.back()->c_str()}));
    plugins_.loaded.emplace_back(absl::StrCat("/", id, ".so"), *records_.back(),
                                 std::move(backend));
    return added;
  }

  void write_config(const char* text) const {
    std::ofstream(temporary_.path() / "config.json") << text;
  }

  absl::StatusOr<BackendOfModel> find(const std::string& name) const {
    return backend_of_model(name, plugins_, "");
  }

  absl::StatusOr<BackendOfModel> find_tokenizer(const std::string& name) const {
    return backend_of_tokenizer(name, plugins_, "");
  }

  void write_tokenizer() const { std::ofstream(temporary_.path() / "tokenizer.json") << "{}"; }

  std::string message(const std::string& name) const {
    return std::string(find(name).status().message());
  }

 private:
  TemporaryFolder temporary_;

 protected:
  const std::string folder_ = temporary_.path().string();

 private:
  std::vector<std::unique_ptr<std::string>> descriptions_;
  std::vector<std::unique_ptr<PluginRecord>> records_;
  PluginSet plugins_;
};

TEST_F(BackendOfModelTest, HasTheAlias) {
  add("cnn", {"cnn"});
  const FakeBackend& language = add("language", {"smollm2", "phi3"});
  const auto found = find("phi3");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->backend, &language);
  EXPECT_EQ(found->name, "phi3");
}

TEST_F(BackendOfModelTest, AcceptsTheFolderWhateverItsIdIs) {
  add("causal");
  add("images", {"cnn"});
  FakeBackend& last = add("zeta");
  last.accepts = true;
  const auto found = find(folder_);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->backend, &last);
  EXPECT_EQ(found->name, folder_);
}

TEST_F(BackendOfModelTest, WhatNobodyTakesIsNamedWithItsKindAndWhatIsSupported) {
  add("causal");
  add("images", {"cnn"});
  const auto says = [&](const char* found) {
    return "no model backend takes the folder " + folder_ + ": " + found +
           ". There are causal (what causal does), images (what images does). Name a folder with a "
           "model of a kind that is supported, or add a backend: docs/add-a-model.md";
  };
  EXPECT_EQ(find(folder_).status(), absl::InvalidArgumentError(says("it has no config.json")));
  write_config("{}");
  EXPECT_EQ(message(folder_), says("its config.json names no model_type"));
  write_config(R"({"model_type": "gpt_neox"})");
  EXPECT_EQ(message(folder_), says("its config.json says model_type \"gpt_neox\""));
}

TEST_F(BackendOfModelTest, AReasonThatIsASentenceIsEndedOnce) {
  add("causal");
  write_config("{");
  EXPECT_THAT(message(folder_), ::testing::HasSubstr("write the file again. There is causal"));
}

TEST_F(BackendOfModelTest, OneBackendAloneMayBeAsked) {
  add("causal").accepts = true;
  add("images", {"cnn"});
  EXPECT_EQ(message("images:" + folder_),
            "no model backend takes the folder " + folder_ +
                ": it has no config.json. There is images (what images does). Name a folder with a "
                "model of a kind that is supported, or add a backend: docs/add-a-model.md");
}

TEST_F(BackendOfModelTest, OfSeveralTheUserChooses) {
  add("causal").accepts = true;
  FakeBackend& other = add("zeta");
  other.accepts = true;
  EXPECT_EQ(find(folder_).status(),
            absl::InvalidArgumentError("several backends take the model '" + folder_ +
                                       "'; expected one. Choose with --model causal:" + folder_ +
                                       " or --model zeta:" + folder_));
  const auto chosen = find("zeta:" + folder_);
  ASSERT_TRUE(chosen.ok()) << chosen.status();
  EXPECT_EQ(chosen->backend, &other);
  EXPECT_EQ(chosen->name, folder_);
}

TEST_F(BackendOfModelTest, OfSeveralWithOneAliasTheUserChooses) {
  add("causal", {"tiny"});
  const FakeBackend& other = add("zeta", {"tiny"});
  EXPECT_EQ(message("tiny"),
            "several backends take the model 'tiny'; expected one. Choose with --model causal:tiny "
            "or --model zeta:tiny");
  const auto chosen = find("zeta:tiny");
  ASSERT_TRUE(chosen.ok()) << chosen.status();
  EXPECT_EQ(chosen->backend, &other);
  EXPECT_EQ(chosen->name, "tiny");
}

TEST_F(BackendOfModelTest, WhatIsNeitherAliasNorFolderIsNotFound) {
  add("causal", {"tiny"});
  EXPECT_EQ(find("tinny").status(), absl::NotFoundError("no model 'tinny'"));
  EXPECT_EQ(find("causal:tinny").status(), absl::NotFoundError("no model 'tinny'"));
  EXPECT_EQ(find("zeta:tiny").status(), absl::NotFoundError("no model 'zeta:tiny'"));
}

TEST_F(BackendOfModelTest, GivesATokenizerOfAnUnknownFamilyToTheBackendOfTexts) {
  add("cnn").reads = Modality::kImage;
  FakeBackend& language = add("language");
  language.reads = Modality::kText;
  write_config(R"({"model_type": "mamba"})");
  EXPECT_FALSE(find_tokenizer(folder_).ok()) << "there is no tokenizer";
  write_tokenizer();
  EXPECT_FALSE(find(folder_).ok());
  const auto found = find_tokenizer(folder_);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->backend, &language);
  EXPECT_EQ(found->name, folder_);
}

TEST_F(BackendOfModelTest, TakesTheBackendOfTheModelForItsTokenizer) {
  add("language").reads = Modality::kText;
  FakeBackend& mine = add("mine");
  mine.accepts = true;
  write_tokenizer();
  const auto found = find_tokenizer(folder_);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->backend, &mine);
}

}  // namespace
}  // namespace eif
