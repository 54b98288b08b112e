// Text of files, plugins and users within a document in GitHub's and GitLab's Markdown: it is shown
// as it is, and does nothing. It makes no table cell, link, picture, element or formula, calls
// nobody
// (@name) and refers to nothing (#1).
//
//   absl::StrAppend(&document, "- **", markdown_text(subject), "**: ", markdown_text(text), "\n");
//
// It is on one line, and made for the middle of one: what it says where a line begins may be read
// as a list or a heading.
#pragma once

#include <string>
#include <string_view>

namespace eif {

std::string markdown_text(std::string_view text);

// The same in letters of one width, for names: "<code>…</code>", which a table takes, too.
std::string markdown_code(std::string_view text);

// Lines for a program or a shell, between fences that `text` cannot close. What would hide or move
// something is escaped; line breaks stay.
std::string markdown_block(std::string_view text);

}  // namespace eif
