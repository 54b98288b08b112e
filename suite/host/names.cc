#include "suite/host/names.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace eif {
namespace {

// No domain has so many names. The first words of a draw are the same however many are asked for,
// and domains take the first.
constexpr size_t kMostNames = 16;

// Finds the name that the word at `position` is, if any. No name is the beginning of another.
const std::string* name_at(absl::string_view text, size_t position,
                           const std::vector<std::string>& names) {
  const bool within_word = position > 0 && absl::ascii_isalnum(text[position - 1]);
  if (within_word) return nullptr;
  for (const std::string& name : names) {
    if (absl::StartsWith(text.substr(position), name)) return &name;
  }
  return nullptr;
}

}  // namespace

std::string renamed(absl::string_view text, const std::vector<std::string>& names,
                    const NewNames& new_names) {
  std::string result;
  for (size_t position = 0; position < text.size();) {
    if (const std::string* name = name_at(text, position, names)) {
      result += new_names.at(*name);
      position += name->size();
    } else {
      result += text[position++];
    }
  }
  return result;
}

absl::StatusOr<std::vector<std::string>> names_of(const Draw& draw, const Request& request) {
  const absl::StatusOr<std::vector<std::string>> words = draw.words(kMostNames);
  if (!words.ok()) return words.status();
  std::vector<bool> occurs(words->size(), false);
  const auto look = [&](const std::string& text) {
    for (size_t position = 0; position < text.size(); ++position) {
      const std::string* name = name_at(text, position, *words);
      if (name != nullptr) occurs[static_cast<size_t>(name - words->data())] = true;
    }
  };
  for_each_text(request.trained, look);
  for_each_text(request.evaluated, look);
  std::vector<std::string> names;
  for (size_t i = 0; i < words->size(); ++i) {
    if (occurs[i]) names.push_back((*words)[i]);
  }
  return names;
}

}  // namespace eif
