// A document in Markdown that fits into one comment: of its lists, as much is shown as there is room
// for.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace eif {

// What GitHub takes in one comment, in characters; a document never has more bytes.
inline constexpr size_t kLongestComment = 65536;

// Lines that belong together; of the list, as many are shown as there is room for.
struct CommentBlock {
  std::string head;
  std::vector<std::string> list = {};
  const char* things = "";  // what the list has, in plural
};

// Where it would be longer than `longest`, the ends of its lists are left out, and it says so.
std::string fitted_comment(const std::vector<CommentBlock>& blocks, size_t longest);

std::string left_out_text(size_t count, const char* things);

}  // namespace eif
