#include "plugins/causal_lm/backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "plugins/causal_lm/test_models.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;
namespace fs = std::filesystem;

// With caches of its own, which are empty at first.
class BackendTest : public ::testing::Test {
 protected:
  BackendTest() {
    ::setenv("XDG_CACHE_HOME", (folder() / "cache").c_str(), 1);
    ::unsetenv("HF_HOME");
    ::unsetenv("HF_HUB_CACHE");
  }

  const fs::path& folder() const { return temporary_.path(); }

  std::string missing(const std::string& name, const std::string& data_folder = "") const {
    for (const ModelAlias& alias : backend_.aliases(data_folder)) {
      if (alias.name == name) return alias.missing;
    }
    return "no such alias";
  }

  bool accepted(const std::string& name) const {
    return backend_.accepts_folder((folder() / name).string());
  }

  TemporaryFolder temporary_;
  CausalLmBackend backend_;
};

TEST_F(BackendTest, MissingSmolLm2SaysHowToGetIt) {
  EXPECT_THAT(missing("smollm2"),
              AllOf(HasSubstr("eif-suite/models/smollm2 does not exist. To get smollm2, "),
                    HasSubstr("run tools/setup.sh, or tools/fetch_smollm2.py alone")));
}

TEST_F(BackendTest, MissingGemma3SaysHowToGetIt) {
  EXPECT_THAT(missing("gemma3"),
              AllOf(HasSubstr("eif-suite/models/gemma3 does not exist. To get gemma3, "),
                    HasSubstr("run tools/setup.sh --with gemma3, or tools/fetch_gemma3.py alone")));
}

TEST_F(BackendTest, MissingPhi3SaysHowToGetIt) {
  EXPECT_THAT(
      missing("phi3"),
      AllOf(HasSubstr("models--microsoft--Phi-3-mini-4k-instruct does not exist. To get phi3, "),
            HasSubstr("run tools/fetch_phi3.py, or python -c 'from huggingface_hub import "
                      "snapshot_download; "
                      "snapshot_download(\"microsoft/Phi-3-mini-4k-instruct\")'")));
  const auto model = backend_.load({.name = "phi3"});
  EXPECT_EQ(model.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(model), HasSubstr("tools/fetch_phi3.py"));
}

// They are in the build folder, above this test, and nothing has to be fetched.
TEST_F(BackendTest, PositiveControlsComeWithTheProgram) {
  for (const char* name : {"positive-control", "positive-control-in-context"}) {
    EXPECT_EQ(missing(name), "");
    const auto model = backend_.load({.name = name});
    ASSERT_TRUE(model.ok()) << model.status();
    EXPECT_EQ((*model)->info().name, name);
  }
}

TEST_F(BackendTest, AModelOfItsOwnThatIsNotThereSaysHowToGetIt) {
  const std::string data = (folder() / "data").string();
  fs::create_directories(folder() / "data/positive-control");
  EXPECT_THAT(missing("positive-control", data),
              AllOf(HasSubstr("To get positive-control, "),
                    HasSubstr("build the target own_models, or install the program again")));
}

TEST_F(BackendTest, IncompletePhi3IsMissing) {
  const fs::path entry =
      folder() / "cache/huggingface/hub/models--microsoft--Phi-3-mini-4k-instruct";
  write_file(entry / "refs/main", "0123");
  write_file(entry / "snapshots/0123/config.json", tiny_config("phi3").dump());
  write_file(entry / "blobs/45.incomplete", "");
  EXPECT_THAT(missing("phi3"),
              AllOf(HasSubstr("its download did not end"), HasSubstr("tools/fetch_phi3.py")));
}

TEST_F(BackendTest, LoadsAliasFromTheUsualPlace) {
  write_model(folder() / "cache/eif-suite/models/smollm2", tiny_config("llama"));
  EXPECT_EQ(missing("smollm2"), "");
  const auto model = backend_.load({.name = "smollm2"});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ((*model)->info().name, "smollm2");
}

TEST_F(BackendTest, LoadsAliasFromTheDataFolderFirst) {
  const std::string data = (folder() / "data").string();
  write_model(folder() / "data/phi3", tiny_config("phi3"));
  EXPECT_EQ(missing("phi3", data), "");
  EXPECT_TRUE(backend_.load({.name = "phi3", .data_folder = data}).ok());
}

TEST_F(BackendTest, LoadsAliasFromGivenWeightsOnly) {
  write_model(folder() / "mine", tiny_config("phi3"));
  EXPECT_TRUE(backend_.load({.name = "phi3", .weights = (folder() / "mine").string()}).ok());
  EXPECT_THAT(message_of(backend_.load({.name = "phi3", .weights = (folder() / "no").string()})),
              HasSubstr("no does not exist"));
}

TEST_F(BackendTest, LoadsAnyFolderItAccepts) {
  write_model(folder() / "mine", tiny_config("qwen2"));
  EXPECT_TRUE(accepted("mine"));
  EXPECT_TRUE(backend_.load({.name = (folder() / "mine").string()}).ok());
}

TEST_F(BackendTest, AcceptsATokenizerAlone) {
  write_file(folder() / "mine/tokenizer.json", tiny_tokenizer(false).dump());
  EXPECT_TRUE(accepted("mine"));
  EXPECT_TRUE(backend_.load_tokenizer({.name = (folder() / "mine").string()}).ok());
}

TEST_F(BackendTest, HasTheTokenizerOfAFamilyThatItDoesNotKnow) {
  write_file(folder() / "mine/config.json", R"({"model_type": "mamba", "bos_token_id": 1})");
  write_file(folder() / "mine/tokenizer.json", tiny_tokenizer(false).dump());
  const auto tokenizer = backend_.load_tokenizer(
      {.name = (folder() / "mine").string(),
       .beginning_of_sequence = BeginningOfSequence::kAlways});
  ASSERT_TRUE(tokenizer.ok()) << tokenizer.status();
  const auto ids = [&](const char* text) {
    const absl::StatusOr<std::vector<Token>> tokens = (*tokenizer)->tokens(text);
    EXPECT_TRUE(tokens.ok()) << tokens.status();
    std::vector<int64_t> ids;
    for (const Token& token : *tokens) ids.push_back(token.id);
    return ids;
  };
  EXPECT_THAT(ids("ab"), ElementsAre(1, 3, 4));
  EXPECT_THAT(ids("<s>ab"), ElementsAre(1, 3, 4));
}

TEST_F(BackendTest, AcceptsNoFolderOfAnotherKindOfModel) {
  write_file(folder() / "mine/config.json", R"({"model_type": "mamba"})");
  write_file(folder() / "mine/tokenizer.json", tiny_tokenizer(false).dump());
  EXPECT_FALSE(accepted("mine"));
}

TEST_F(BackendTest, AcceptsNoFolderThatSaysNothingOfItsKind) {
  fs::create_directories(folder() / "empty");
  EXPECT_FALSE(accepted("empty"));
  write_file(folder() / "mine/config.json", R"({"hidden_size": 8})");
  EXPECT_FALSE(accepted("mine"));
}

TEST_F(BackendTest, LoadsARepositoryOfTheCache) {
  const fs::path entry = folder() / "cache/huggingface/hub/models--org--tiny";
  write_model(entry / "snapshots/0123456", tiny_config("qwen2"));
  write_file(entry / "refs/step1000", "0123456");
  EXPECT_TRUE(backend_.accepts_folder("org/tiny@step1000"));
  const auto model = backend_.load({.name = "org/tiny@step1000"});
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ((*model)->info().name, "org/tiny@step1000");
  EXPECT_THAT((*model)->info().facts, Contains(Pair("weights", "org/tiny@0123456")));
}

TEST_F(BackendTest, OfARepositoryThatIsNotInTheCacheItSaysHowToGetIt) {
  EXPECT_TRUE(backend_.accepts_folder("org/tiny@step1000"));
  EXPECT_FALSE(backend_.accepts_folder("smolm2"));  // more likely a slip
  const auto model = backend_.load({.name = "org/tiny@step1000"});
  EXPECT_EQ(model.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(model), HasSubstr("run hf download org/tiny --revision step1000"));
}

TEST_F(BackendTest, AcceptsAModelInAnotherFormatToSayWhatToDo) {
  write_file(folder() / "mine/x.gguf", "");
  EXPECT_TRUE(accepted("mine"));
  EXPECT_TRUE(accepted("mine/x.gguf"));
  EXPECT_THAT(message_of(backend_.load({.name = (folder() / "mine").string()})),
              HasSubstr("it has x.gguf, a GGUF file of llama.cpp"));
}

TEST_F(BackendTest, AcceptsAnAdapterWhateverItsBase) {
  write_file(folder() / "lora/adapter_config.json", R"({"peft_type": "LORA"})");
  EXPECT_TRUE(accepted("lora"));
  EXPECT_THAT(message_of(backend_.load({.name = (folder() / "lora").string()})),
              HasSubstr("does not say of which model"));
}

TEST_F(BackendTest, UnknownArchitectureIsNamed) {
  write_model(folder() / "mine", tiny_config("llama"));
  write_file(folder() / "mine/config.json", R"({"model_type": "mamba"})");
  const auto model = backend_.load({.name = (folder() / "mine").string()});
  EXPECT_EQ(model.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(message_of(model), AllOf(HasSubstr("model_type is \"mamba\"; supported: "),
                                       HasSubstr("gemma, gemma2, ")));
}

}  // namespace
}  // namespace eif
