#include "suite/formats/json_text.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace eif {
namespace {

using Json = nlohmann::json;

// Whatever is longer than this tells no more about a key.
constexpr size_t kExcerptBytes = 60;

// Thrown to stop the library's parser, which has no other way: nothing is kept of what follows.
struct Refusal {
  std::string reason;
};

// ASCII, so that it may be cut anywhere.
std::string excerpt_of_key(const Json& key) {
  const std::string text = key.dump(-1, ' ', /*ensure_ascii=*/true);
  if (text.size() <= kExcerptBytes) return text;
  return absl::StrCat(text.substr(0, kExcerptBytes), "…");
}

// Called by the library for each part of the text, before it becomes part of the tree.
class StructureCheck {
 public:
  // `depth`: brackets that are open around this part.
  bool operator()(int depth, Json::parse_event_t event, Json& value) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) check_depth(depth);
    if (event == Event::object_start) open_objects_.emplace_back();
    if (event == Event::object_end) open_objects_.pop_back();
    if (event == Event::key) check_key(value);
    return true;  // keep it
  }

 private:
  void check_depth(int depth) const {
    if (depth < kDeepestJson) return;
    throw Refusal{
        absl::StrCat("is nested deeper than ", kDeepestJson, " levels; no file of this kind is")};
  }

  void check_key(const Json& key) {
    if (open_objects_.back().insert(key.get<std::string>()).second) return;
    throw Refusal{absl::StrCat("has an object with the key ", excerpt_of_key(key),
                               " twice; expected each key once")};
  }

  std::vector<absl::flat_hash_set<std::string>> open_objects_;
};

}  // namespace

absl::StatusOr<nlohmann::json> parse_json(std::string_view text, const std::string& subject) {
  StructureCheck check;
  try {
    return Json::parse(text.begin(), text.end(), std::ref(check));
  } catch (const Refusal& refusal) {
    return absl::InvalidArgumentError(absl::StrCat(subject, ": ", refusal.reason));
  } catch (const Json::exception& error) {
    // What follows is an excerpt that may end within a character.
    const std::string what = error.what();
    return absl::InvalidArgumentError(
        absl::StrCat(subject, ": is not JSON: ", what.substr(0, what.find("; last read")),
                     ". Download or write the file again."));
  }
}

}  // namespace eif
