#include "plugins/shared/huggingface/model_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "plugins/shared/huggingface/folders_for_test.h"
#include "plugins/shared/huggingface/hub_cache.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

// ---- Folders -----------------------------------------------------------------------------------

class ModelFolderTest : public ::testing::Test {
 protected:
  // An entry of the cache with these revisions.
  fs::path entry(const std::vector<std::string>& revisions) {
    const fs::path path = temporary_.path() / cache_entry("org/tiny");
    for (const std::string& revision : revisions) {
      write_file(path / "snapshots" / revision / "config.json", "{}");
    }
    return path;
  }

  const fs::path& folder() const { return temporary_.path(); }

  TemporaryFolder temporary_;
};

TEST_F(ModelFolderTest, FolderIsNamedByItself) {
  write_file(folder() / "smol" / "config.json", "{}");
  const auto found = open_model_folder(folder() / "smol" / "");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->path, folder() / "smol");
  EXPECT_EQ(found->name, "smol");
}

TEST_F(ModelFolderTest, CacheEntryMeansTheRevisionOfMain) {
  const fs::path path = entry({"aaa", "bbb"});
  write_file(path / "refs" / "main", "bbb\n");
  const auto found = open_model_folder(path);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->path, path / "snapshots" / "bbb");
  EXPECT_EQ(found->name, "org/tiny@bbb");
}

TEST_F(ModelFolderTest, CacheEntryWithoutMainMeansItsOnlyRevision) {
  const auto found = open_model_folder(entry({"aaa"}));
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->name, "org/tiny@aaa");
}

TEST_F(ModelFolderTest, CacheEntryWithoutMainAndSeveralRevisions) {
  const auto found = open_model_folder(entry({"aaa", "bbb"}));
  EXPECT_EQ(found.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(found), HasSubstr("has no refs/main, and 2 snapshots; expected one"));
}

TEST_F(ModelFolderTest, ARepositoryOfTheCacheIsNamedByItsId) {
  ::setenv("HF_HUB_CACHE", folder().c_str(), 1);
  write_file(entry({"aaa", "bbb"}) / "refs" / "step1000", "bbb");
  const auto found = open_model_folder("org/tiny@step1000");
  const auto missing = open_model_folder("org/tiny@step2");
  ::unsetenv("HF_HUB_CACHE");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->name, "org/tiny@bbb");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(missing), HasSubstr("run hf download org/tiny --revision step2"));
}

TEST_F(ModelFolderTest, AWordIsNoRepositoryUnlessTheCacheHasIt) {
  ::setenv("HF_HUB_CACHE", folder().c_str(), 1);
  EXPECT_FALSE(reads_as_repository("gpt2"));
  EXPECT_TRUE(reads_as_repository("gpt2@main"));
  EXPECT_TRUE(reads_as_repository("org/gpt2"));
  write_file(folder() / cache_entry("gpt2") / "snapshots/aaa/config.json", "{}");
  EXPECT_TRUE(reads_as_repository("gpt2"));
  ::unsetenv("HF_HUB_CACHE");
}

TEST_F(ModelFolderTest, FolderDoesNotExist) {
  const auto found = open_model_folder(folder() / "nothing");
  EXPECT_EQ(found.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(found), HasSubstr("nothing does not exist"));
}

TEST_F(ModelFolderTest, FolderHasNoConfig) {
  const auto found = open_model_folder(folder());
  EXPECT_EQ(found.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(found), HasSubstr("has no config.json; expected a folder with a Hugging"));
}

TEST_F(ModelFolderTest, AnEmptyNameIsNotTheWorkingDirectory) {
  EXPECT_EQ(message_of(open_model_folder("")), "a model has to have a name");
}

TEST_F(ModelFolderTest, AFileIsNoFolder) {
  write_file(folder() / "x.gguf", "");
  write_file(folder() / "notes", "");
  EXPECT_THAT(message_of(open_model_folder(folder() / "x.gguf")), HasSubstr("is a GGUF file"));
  EXPECT_THAT(message_of(open_model_folder(folder() / "notes")),
              HasSubstr("notes is a file; expected a folder with a Hugging Face model"));
}

TEST_F(ModelFolderTest, AFolderWithAModelInAnotherFormatSaysWhich) {
  write_file(folder() / "x.gguf", "");
  const auto found = open_model_folder(folder());
  EXPECT_EQ(found.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(found), HasSubstr("has no model.safetensors; it has x.gguf, a GGUF file"));
}

// ---- Adapters ----------------------------------------------------------------------------------

class AdapterFolderTest : public ModelFolderTest {
 protected:
  AdapterFolderTest() {
    write_file(folder() / "base/config.json", "{}");
    write_adapter((folder() / "base").string());
  }
  void write_adapter(const std::string& base) {
    write_file(folder() / "lora/adapter_config.json",
               nlohmann::json({{"peft_type", "LORA"}, {"base_model_name_or_path", base}}).dump());
  }
  std::string error(const std::string& base = "") {
    return message_of(open_model_folder(folder() / "lora", base));
  }
};

TEST_F(AdapterFolderTest, ItsModelIsThatOfTheBase) {
  const auto found = open_model_folder(folder() / "lora");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->path, folder() / "base");
  EXPECT_EQ(found->adapter, folder() / "lora");
  EXPECT_EQ(found->adapter_name, "lora");
  EXPECT_EQ(found->tokenizer, folder() / "base");
  // Tokens that were added in training are in a tokenizer of its own.
  write_file(folder() / "lora/tokenizer.json", "{}");
  EXPECT_EQ(open_model_folder(folder() / "lora")->tokenizer, folder() / "lora");
}

TEST_F(AdapterFolderTest, AnotherBaseMayBeNamed) {
  write_adapter("/on/another/machine");
  EXPECT_THAT(error(), AllOf(HasSubstr("the base of the LoRA adapter in "),
                             HasSubstr("lora was not found: /on/another/machine does not exist; or "
                                       "name the folder of its base with --weights")));
  const auto found = open_model_folder(folder() / "lora", folder() / "base");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->path, folder() / "base");
}

TEST_F(AdapterFolderTest, ABaseThatIsNotNamed) {
  write_adapter("");
  EXPECT_THAT(error(), HasSubstr("has a LoRA adapter and does not say of which model: name the "
                                 "folder of its base with --weights"));
}

TEST_F(AdapterFolderTest, ABaseThatIsAnAdapterItself) {
  EXPECT_THAT(error(folder() / "lora"), HasSubstr("is an adapter itself"));
}

TEST_F(AdapterFolderTest, AnAdapterBesideAWholeModel) {
  write_file(folder() / "lora/config.json", "{}");
  EXPECT_TRUE(open_model_folder(folder() / "lora").ok());  // no weights: still the adapter's
  write_file(folder() / "lora/model.safetensors", "");
  EXPECT_THAT(error(), HasSubstr("has a whole model and a LoRA adapter beside it, and it is not "
                                 "clear which is meant: move adapter_config.json and"));
}

TEST_F(AdapterFolderTest, ABaseForWhatIsNoAdapter) {
  EXPECT_THAT(message_of(open_model_folder(folder() / "base", folder() / "base")),
              HasSubstr("has no LoRA adapter: --weights goes with the name of a model or with an "
                        "adapter, whose base it is"));
}

// ---- Weight files ------------------------------------------------------------------------------

TEST_F(ModelFolderTest, SingleFile) {
  write_file(folder() / "model.safetensors", "");
  const auto files = weight_files(folder());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_THAT(*files, ElementsAre(folder() / "model.safetensors"));
}

TEST_F(ModelFolderTest, ShardsOfTheIndex) {
  write_file(
      folder() / "model.safetensors.index.json",
      R"({"weight_map": {"a": "m-2.safetensors", "b": "m-1.safetensors", "c": "m-2.safetensors"}})");
  write_file(folder() / "m-1.safetensors", "");
  write_file(folder() / "m-2.safetensors", "");
  const auto files = weight_files(folder());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_THAT(*files, ElementsAre(folder() / "m-1.safetensors", folder() / "m-2.safetensors"));
}

std::string weights_error(const fs::path& folder, absl::StatusCode code) {
  const auto files = weight_files(folder);
  EXPECT_EQ(files.status().code(), code);
  return message_of(files);
}

TEST_F(ModelFolderTest, NoWeights) {
  EXPECT_THAT(weights_error(folder(), absl::StatusCode::kNotFound),
              HasSubstr("has no model.safetensors and no model.safetensors.index.json"));
}

TEST_F(ModelFolderTest, WeightsInAnotherFormatOnly) {
  write_file(folder() / "pytorch_model.bin", "");
  EXPECT_THAT(weights_error(folder(), absl::StatusCode::kNotFound),
              HasSubstr("has no model.safetensors; it has pytorch_model.bin, a format that can run "
                        "code and is never loaded: write it with python -c "));
}

TEST_F(ModelFolderTest, ShardsWithoutIndex) {
  write_file(folder() / "model-00001-of-00002.safetensors", "");
  EXPECT_THAT(weights_error(folder(), absl::StatusCode::kNotFound),
              HasSubstr("has no model.safetensors.index.json to go with its model-"));
}

TEST_F(ModelFolderTest, MissingShard) {
  write_file(folder() / "model.safetensors.index.json",
             R"({"weight_map": {"a": "m-1.safetensors"}})");
  EXPECT_THAT(weights_error(folder(), absl::StatusCode::kNotFound),
              HasSubstr("has no m-1.safetensors, which model.safetensors.index.json lists"));
}

TEST_F(ModelFolderTest, DownloadOfTheCacheDidNotEnd) {
  const fs::path path = entry({"aaa"});
  write_file(path / "blobs" / "123.incomplete", "");
  fs::create_symlink("../../blobs/123", path / "snapshots" / "aaa" / "model.safetensors");
  EXPECT_THAT(weights_error(path / "snapshots" / "aaa", absl::StatusCode::kNotFound),
              HasSubstr("(its download did not end: there is 123.incomplete; download it again)"));
}

TEST_F(ModelFolderTest, DownloadOfAFolderDidNotEnd) {
  write_file(folder() / ".cache" / "huggingface" / "download" / "x.incomplete", "");
  EXPECT_THAT(weights_error(folder(), absl::StatusCode::kNotFound),
              HasSubstr("there is x.incomplete"));
}

TEST_F(ModelFolderTest, IndexIsNoIndex) {
  for (const char* text : {"[]", "{}", R"({"weight_map": {}})", R"({"weight_map": 1})"}) {
    write_file(folder() / "model.safetensors.index.json", text);
    EXPECT_THAT(weights_error(folder(), absl::StatusCode::kInvalidArgument),
                HasSubstr("index.json has no weight_map; expected a JSON object"))
        << text;
  }
}

TEST_F(ModelFolderTest, IndexIsNoJson) {
  const fs::path index = folder() / "model.safetensors.index.json";
  write_file(index, "");
  EXPECT_THAT(weights_error(folder(), absl::StatusCode::kInvalidArgument),
              HasSubstr("index.json: is not JSON: "));
  write_file(index, R"({"weight_map": {"a": )" + std::string(60'000, '['));
  EXPECT_THAT(weights_error(folder(), absl::StatusCode::kInvalidArgument),
              HasSubstr("index.json: is nested deeper than 32 levels"));
}

TEST_F(ModelFolderTest, IndexIsTooLarge) {
  write_file(folder() / "model.safetensors.index.json", std::string((4 << 20) + 1, ' '));
  EXPECT_THAT(weights_error(folder(), absl::StatusCode::kInvalidArgument),
              HasSubstr("index.json has 4194305 bytes; expected at most 4194304"));
}

TEST_F(ModelFolderTest, IndexLeadsOutOfTheFolder) {
  for (const char* name :
       {R"("../m.safetensors")", R"("/etc/m.safetensors")", R"("..")", R"("")",
        R"("a\\b.safetensors")", R"("m.bin")", R"("m\u0000.safetensors")", "7"}) {
    write_file(folder() / "model.safetensors.index.json",
               absl::StrCat(R"({"weight_map": {"a": )", name, "}}"));
    EXPECT_THAT(weights_error(folder(), absl::StatusCode::kInvalidArgument),
                AllOf(HasSubstr("says that a tensor is in"),
                      HasSubstr("expected the name of a .safetensors file beside it")))
        << name;
  }
}

}  // namespace
}  // namespace eif
