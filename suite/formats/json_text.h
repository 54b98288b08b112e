// Untrusted JSON, as a tree that code may walk by recursion or as a stream of its parts.
//
//   absl::StatusOr<nlohmann::json> config = parse_json(text, "smollm2/config.json");
//   if (!config.ok()) return config.status();
//   // "smollm2/config.json: is nested deeper than 32 levels; no file of this kind is"
//
// A tree takes up to forty times the bytes of its text: bound the text first, or take the parts one
// by one and keep what is wanted:
//
//   class Names final : public JsonSink {
//     bool key(string_t& name) override {
//       return names.insert(name).second || refuse("has a name twice");
//     }
//     …
//   };
//   if (absl::Status status = read_json(text, subject, names); !status.ok()) return status;
//
// Both take time in proportion to the text. The JSON library itself has no limit of depth, keeps
// the last of two equal keys without a word, takes a zero byte for the end of the text, and its
// parser with a callback looks through all that an array holds at the end of each object in it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace eif {

// Brackets within brackets. Models' files have 8 at most.
inline constexpr int kDeepestJson = 32;

// Takes the parts of a text in order, as the library's SAX interface has them: a key comes before
// its value, start_ and end_ around what they hold. A function that returns false ends the reading.
class JsonSink : public nlohmann::json_sax<nlohmann::json> {
 public:
  // Why it returned false: a verb and its object, "has a name twice".
  const std::string& refusal() const { return refusal_; }

  // Never called: read_json() words what is no JSON.
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) final {
    return false;
  }
  // JSON has none.
  bool binary(binary_t&) final { return false; }

 protected:
  bool refuse(std::string reason) {
    refusal_ = std::move(reason);
    return false;
  }

 private:
  std::string refusal_;
};

// `subject` names the text in messages. kInvalidArgument where it is not one JSON value in UTF-8 (a
// byte order mark may stand in front), is nested deeper than kDeepestJson, or where `sink` refuses.
absl::Status read_json(std::string_view text, const std::string& subject, JsonSink& sink);

// The same as a tree. An object with a key twice is refused.
absl::StatusOr<nlohmann::json> parse_json(std::string_view text, const std::string& subject);

}  // namespace eif
