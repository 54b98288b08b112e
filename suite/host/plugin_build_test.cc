#include "suite/host/plugin_build.h"

#include <cstring>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "eif/build.h"
#include "suite/host/plugin_loader_for_test.h"

namespace eif {
namespace {

// A copy of the good plugin with other bytes in its note, which change() gets.
class PluginNote : public PluginLoader {
 protected:
  static constexpr size_t kSizes = sizeof(ElfW(Nhdr));

  template <typename Change>
  fs::path with_note(Change change) const {
    std::string content = bytes_of(library("good"));
    const size_t owner = content.find(std::string(kNoteOwner, sizeof(kNoteOwner)));
    EXPECT_NE(owner, std::string::npos);
    change(*reinterpret_cast<BuildNote<sizeof(EIF_BUILD)>*>(content.data() + owner - kSizes));
    write_file(folder_ / "changed.so", content);
    return folder_ / "changed.so";
  }
};

constexpr char kNoNote[] = "the library has no note of eif-suite";

TEST_F(PluginNote, IsWhatTheMacroWrote) {
  EXPECT_EQ(*read_plugin_build(library("good")), EIF_BUILD);
}

TEST_F(PluginNote, OfAModelBackendNamesItsLibtorch) {
  EXPECT_EQ(*read_plugin_build(library("good_backend")), build_of_this_program());
  EXPECT_TRUE(build_names_torch(*read_plugin_build(library("good_backend"))));
  EXPECT_FALSE(build_names_torch(*read_plugin_build(library("good"))));
}

TEST_F(PluginNote, LongerThanItsSegmentIsNone) {
  const auto refusal = refusal_of_file(with_note([](auto& note) { note.text_size = 0xffffffff; }));
  EXPECT_THAT(refusal, RefusesWith(absl::StatusCode::kInvalidArgument, kNoNote));
}

TEST_F(PluginNote, OfAnotherOwnerOrTypeIsNone) {
  EXPECT_THAT(refusal_of_file(with_note([](auto& note) { note.owner[0] = 'E'; })),
              RefusesWith(absl::StatusCode::kInvalidArgument, kNoNote));
  EXPECT_THAT(refusal_of_file(with_note([](auto& note) { note.type = 2; })),
              RefusesWith(absl::StatusCode::kInvalidArgument, kNoNote));
  EXPECT_THAT(refusal_of_file(with_note([](auto& note) { note.owner_size = 0xfffffffc; })),
              RefusesWith(absl::StatusCode::kInvalidArgument, kNoNote));
}

TEST_F(PluginNote, WithBytesThatAreNoTextIsShownWithoutThem) {
  const auto refusal = refusal_of_file(with_note([](auto& note) {
    const std::string escape = "sdk=\x1b[2J";
    std::memcpy(note.text, escape.data(), escape.size());
  }));
  EXPECT_THAT(refusal, RefusesWith(absl::StatusCode::kFailedPrecondition,
                                   "found SDK version \\033[2Jmpiler="));
}

// Notes of a length that no tool writes are not read.
TEST_F(PluginNote, InASegmentThatIsTooLongIsNone) {
  std::string content = bytes_of(library("good"));
  auto& header = *reinterpret_cast<ElfW(Ehdr)*>(content.data());
  auto* segments = reinterpret_cast<ElfW(Phdr)*>(content.data() + header.e_phoff);
  for (int i = 0; i < header.e_phnum; ++i) {
    if (segments[i].p_type == PT_NOTE) segments[i].p_filesz = uint64_t{1} << 40;
  }
  write_file(folder_ / "changed.so", content);
  EXPECT_THAT(refusal_of_file(folder_ / "changed.so"),
              RefusesWith(absl::StatusCode::kInvalidArgument, kNoNote));
}

TEST_F(PluginNote, WhoseSegmentIsNotInTheFileIsNone) {
  std::string content = bytes_of(library("good"));
  auto& header = *reinterpret_cast<ElfW(Ehdr)*>(content.data());
  auto* segments = reinterpret_cast<ElfW(Phdr)*>(content.data() + header.e_phoff);
  for (int i = 0; i < header.e_phnum; ++i) {
    if (segments[i].p_type == PT_NOTE) segments[i].p_offset = content.size() - 4;
  }
  write_file(folder_ / "changed.so", content);
  EXPECT_THAT(refusal_of_file(folder_ / "changed.so"),
              RefusesWith(absl::StatusCode::kInvalidArgument, kNoNote));
}

TEST_F(PluginNote, IsReadBeforeAnyCodeOfThePluginRuns) {
  // Its constructor would end this program.
  EXPECT_THAT(refusal_of_file(library("wrong_sdk")),
              RefusesWith(absl::StatusCode::kFailedPrecondition, "found SDK version 99"));
}

}  // namespace
}  // namespace eif
