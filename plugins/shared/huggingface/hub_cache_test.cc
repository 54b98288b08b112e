#include "plugins/shared/huggingface/hub_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "plugins/shared/huggingface/folders_for_test.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
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

// ---- Names -------------------------------------------------------------------------------------

TEST(RepositoryTest, ANameMayHaveAnOwnerAndARevision) {
  const auto read = [](const std::string& name) {
    const auto repository = parse_repository(name);
    return repository ? repository->id + " at " + repository->revision : "";
  };
  EXPECT_EQ(read("gpt2"), "gpt2 at ");
  EXPECT_EQ(read("EleutherAI/pythia-70m"), "EleutherAI/pythia-70m at ");
  EXPECT_EQ(read("EleutherAI/pythia-70m@step1000"), "EleutherAI/pythia-70m at step1000");
  EXPECT_EQ(read("org/name@refs/pr/1"), "org/name at refs/pr/1");
}

TEST(RepositoryTest, PathsAndNamesThatLeadElsewhereAreNone) {
  for (const char* name :
       {"", "/", "./a", "a/", "/a/b", "a/b/c", "../a", "a/..", "a b", "a/b@", "a/b@../c", "a/b@/c",
        "a--b/c", "runs/*", "-a/b"}) {
    EXPECT_FALSE(parse_repository(name).has_value()) << name;
  }
}

TEST(RepositoryTest, ASnapshotIsNamedByRepositoryAndHash) {
  EXPECT_EQ(name_of_snapshot("/hub/models--org--tiny/snapshots/abc"), "org/tiny@abc");
  EXPECT_EQ(name_of_snapshot("/runs/checkpoint-500"), "");
}

// ---- Snapshots ---------------------------------------------------------------------------------

constexpr char kOld[] = "0123456789abcdef0123456789abcdef01234567";
constexpr char kNew[] = "0129999999abcdef0123456789abcdef01234567";

// A cache with a repository of two snapshots: main, and the branch step1000.
class SnapshotTest : public ::testing::Test {
 protected:
  SnapshotTest() {
    for (const char* hash : {kOld, kNew}) write_file(entry_ / "snapshots" / hash / "config.json", "{}");
    write_file(entry_ / "refs/main", kNew);
    write_file(entry_ / "refs/step1000", kOld);
    write_file(entry_ / "refs/refs/pr/1", kOld);
  }

  std::string snapshot_of(const std::string& name) const {
    const auto found = find_snapshot(*parse_repository(name));
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? found->filename().string() : "";
  }
  std::string error(const std::string& name, absl::StatusCode code) const {
    const auto found = find_snapshot(*parse_repository(name));
    EXPECT_EQ(found.status().code(), code) << found.status();
    return message_of(found);
  }

  TemporaryFolder temporary_;
  CacheVariables variables_{{{"HF_HUB_CACHE", temporary_.path().string()}}};
  fs::path entry_ = temporary_.path() / cache_entry("org/tiny");
};

TEST_F(SnapshotTest, ARevisionIsABranchATagOrTheBeginningOfAHash) {
  EXPECT_EQ(snapshot_of("org/tiny"), kNew);
  EXPECT_EQ(snapshot_of("org/tiny@main"), kNew);
  EXPECT_EQ(snapshot_of("org/tiny@step1000"), kOld);
  EXPECT_EQ(snapshot_of("org/tiny@refs/pr/1"), kOld);
  EXPECT_EQ(snapshot_of(std::string("org/tiny@") + kOld), kOld);
  EXPECT_EQ(snapshot_of("org/tiny@01234"), kOld);
}

TEST_F(SnapshotTest, ABeginningThatSeveralHashesHave) {
  write_file(entry_ / "snapshots/0123000/config.json", "{}");
  EXPECT_THAT(error("org/tiny@0123", absl::StatusCode::kInvalidArgument),
              HasSubstr("has several snapshots that begin with 0123; name one of 0123000, 01234"));
}

TEST_F(SnapshotTest, AnUnknownRevisionSaysWhichAreThereAndHowToGetIt) {
  // Three digits are no hash, though one snapshot begins so.
  for (const char* revision : {"step2000", "012"}) {
    EXPECT_THAT(error(std::string("org/tiny@") + revision, absl::StatusCode::kNotFound),
                AllOf(HasSubstr(std::string("has no revision ") + revision +
                                "; it has main, refs, step1000, 0123456789ab, 0129999999ab"),
                      HasSubstr(std::string("run hf download org/tiny --revision ") + revision)));
  }
}

TEST_F(SnapshotTest, ARepositoryThatIsNotInTheCacheSaysHowToGetIt) {
  EXPECT_THAT(error("org/other@step1", absl::StatusCode::kNotFound),
              AllOf(HasSubstr("org/other is no folder, and not in the Hugging Face cache (" +
                              temporary_.path().string()),
                    HasSubstr("To get the model of this name, run hf download org/other --revision "
                              "step1 (of the Python package huggingface_hub)")));
}

TEST_F(SnapshotTest, ARevisionWhoseDownloadDidNotBegin) {
  write_file(entry_ / "refs/step3", "fedc");
  write_file(entry_ / "blobs/45.incomplete", "");
  EXPECT_THAT(error("org/tiny@step3", absl::StatusCode::kNotFound),
              AllOf(HasSubstr("has no snapshot fedc (its download did not end: there is 45.incomp"),
                    HasSubstr("run hf download org/tiny --revision step3")));
}

TEST_F(SnapshotTest, AReferenceThatLeadsOutOfTheCache) {
  write_file(entry_ / "refs/main", "../../elsewhere");
  EXPECT_THAT(error("org/tiny", absl::StatusCode::kInvalidArgument),
              HasSubstr("refs/main is not the name of a revision; download the model again"));
}

TEST_F(SnapshotTest, WithoutMainTheOnlySnapshotIsMeant) {
  fs::remove(entry_ / "refs/main");
  EXPECT_THAT(error("org/tiny", absl::StatusCode::kNotFound),
              HasSubstr("has no refs/main, and 2 snapshots; expected one"));
  fs::remove_all(entry_ / "snapshots" / kOld);
  EXPECT_EQ(snapshot_of("org/tiny"), kNew);
}

}  // namespace
}  // namespace eif
