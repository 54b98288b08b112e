#include "reports/comment.h"

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

// Room that every list keeps for saying what it left out.
constexpr size_t kRoomForOmission = 150;

size_t length_without_lists(const std::vector<CommentBlock>& blocks) {
  size_t length = 0;
  for (const CommentBlock& block : blocks) length += block.head.size() + kRoomForOmission;
  return length;
}

}  // namespace

std::string left_out_text(size_t count, const char* things) {
  return absl::StrCat("\n", count, " more ", things,
                      " are left out: a comment takes no more. The full report has them.\n");
}

std::string fitted_comment(const std::vector<CommentBlock>& blocks, size_t longest) {
  const size_t fixed = length_without_lists(blocks);
  size_t room = longest > fixed ? longest - fixed : 0;
  std::string document;
  for (const CommentBlock& block : blocks) {
    document += block.head;
    size_t shown = 0;
    for (; shown < block.list.size() && block.list[shown].size() <= room; ++shown) {
      document += block.list[shown];
      room -= block.list[shown].size();
    }
    if (shown < block.list.size()) {
      document += left_out_text(block.list.size() - shown, block.things);
    }
  }
  return document;
}

}  // namespace eif
