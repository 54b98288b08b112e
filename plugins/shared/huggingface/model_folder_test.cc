#include "plugins/shared/huggingface/model_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "plugins/shared/huggingface/folders_for_test.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

// Sets the variables that decide where the cache is, and puts them back.
class CacheVariables {
 public:
  explicit CacheVariables(const std::map<std::string, std::string>& values) {
    for (const char* name : {"HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HOME"}) {
      const char* old = std::getenv(name);
      old_[name] = old == nullptr ? std::nullopt : std::optional<std::string>(old);
      const auto value = values.find(name);
      set(name, value == values.end() ? std::nullopt : std::optional(value->second));
    }
  }
  ~CacheVariables() {
    for (const auto& [name, value] : old_) set(name, value);
  }

 private:
  static void set(const std::string& name, const std::optional<std::string>& value) {
    if (value.has_value()) {
      ::setenv(name.c_str(), value->c_str(), 1);
    } else {
      ::unsetenv(name.c_str());
    }
  }
  std::map<std::string, std::optional<std::string>> old_;
};

TEST(HuggingFaceCacheTest, FollowsTheVariablesOfHuggingFaceHub) {
  const auto cache = [](const std::map<std::string, std::string>& variables) {
    const CacheVariables set(variables);
    return hugging_face_cache().string();
  };
  EXPECT_EQ(cache({{"HOME", "/h"}}), "/h/.cache/huggingface/hub");
  EXPECT_EQ(cache({{"HOME", "/h"}, {"XDG_CACHE_HOME", "/x"}}), "/x/huggingface/hub");
  EXPECT_EQ(cache({{"HF_HOME", "/hf"}, {"XDG_CACHE_HOME", "/x"}}), "/hf/hub");
  EXPECT_EQ(cache({{"HF_HUB_CACHE", "/hub"}, {"HF_HOME", "/hf"}}), "/hub");
  EXPECT_EQ(cache({{"HOME", "/h"}, {"HF_HOME", "~/hf"}}), "/h/hf/hub");
  EXPECT_EQ(cache({{"HOME", "/h"}, {"HF_HOME", ""}}), "/h/.cache/huggingface/hub");
}

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

TEST_F(ModelFolderTest, MainLeadsOutOfTheCache) {
  const fs::path path = entry({"aaa"});
  write_file(path / "refs" / "main", "../../elsewhere");
  const auto found = open_model_folder(path);
  EXPECT_EQ(found.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(message_of(found), HasSubstr("is not the name of a revision"));
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

TEST_F(ModelFolderTest, PickledWeightsOnly) {
  write_file(folder() / "pytorch_model.bin", "");
  EXPECT_THAT(weights_error(folder(), absl::StatusCode::kNotFound),
              HasSubstr("a format that can run code and is never loaded; expected model.safetens"));
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
