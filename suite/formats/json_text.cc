#include "suite/formats/json_text.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "suite/formats/json_tree.h"
#include "suite/formats/printable.h"
#include "suite/formats/utf8.h"

namespace eif {
namespace {

using Json = nlohmann::json;

// Whatever is longer than this tells no more about a key or a token.
constexpr size_t kExcerptBytes = 60;

// ---- Reading -----------------------------------------------------------------------------------

// What stands at the end of `before`, where the library's parser stopped. `token`: what it last
// read, which may begin too early.
std::string found_at_end(std::string_view before, std::string_view token, bool is_end_of_text) {
  constexpr std::string_view kPunctuation = "{}[]:,";
  if (is_end_of_text || before.empty()) return "the end of the text";
  if (kPunctuation.find(before.back()) != std::string_view::npos) {
    return in_quotes(before.substr(before.size() - 1));
  }
  // Where a text may stand, it is the text itself that is wrong.
  size_t quotes = 0;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '\\') {
      ++i;
    } else if (token[i] == '"') {
      ++quotes;
    }
  }
  const bool is_unfinished_text = token.starts_with('"') && quotes == 1;
  if (is_unfinished_text) {
    return "a text with a line break, a control character or a wrong escape, or without end";
  }
  const size_t start = before.find_last_of("{}[]:, \t\r\n") + 1;  // npos + 1 is 0
  return in_quotes(before.substr(start), kExcerptBytes);
}

// Stands between the library's parser and the sink: bounds the depth, and knows what may come next,
// so that an error is ours to word.
class Guard final : public nlohmann::json_sax<Json> {
 public:
  Guard(std::string_view text, JsonSink& sink) : text_(text), sink_(sink) {}

  // Why the reading ended early.
  std::string reason() const { return reason_.empty() ? sink_.refusal() : reason_; }

  bool null() override { return after_value(sink_.null()); }
  bool boolean(bool value) override { return after_value(sink_.boolean(value)); }
  bool number_integer(number_integer_t value) override {
    return after_value(sink_.number_integer(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return after_value(sink_.number_unsigned(value));
  }
  bool number_float(number_float_t value, const string_t& text) override {
    return after_value(sink_.number_float(value, text));
  }
  bool string(string_t& value) override { return after_value(sink_.string(value)); }
  bool binary(binary_t&) override { return false; }

  bool start_object(size_t size) override {
    return open("a key in double quotes, or }") && sink_.start_object(size);
  }
  bool key(string_t& name) override {
    open_.back() = "a colon and a value";
    return sink_.key(name);
  }
  bool end_object() override { return close(sink_.end_object()); }
  bool start_array(size_t size) override {
    return open("a value, or ]") && sink_.start_array(size);
  }
  bool end_array() override { return close(sink_.end_array()); }

  bool parse_error(size_t position, const std::string& token,
                   const nlohmann::detail::exception& error) override {
    constexpr int kNumberOverflow = 406;  // out_of_range of the library
    const std::string_view before = text_.substr(0, std::min(position, text_.size()));
    const size_t line = 1 + static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
    const size_t line_break = before.rfind('\n');
    const size_t column = before.size() - (line_break + 1);  // npos + 1 is 0
    size_t end = before.size();
    while (end > 0 && utf8_length(text_.substr(end)) == 0 && end < text_.size()) ++end;
    const std::string found = found_at_end(text_.substr(0, end), token, position > text_.size());
    reason_ = error.id == kNumberOverflow
                  ? absl::StrFormat(
                        "is not JSON: the number %s at line %d, column %d is beyond "
                        "64-bit floating point",
                        found, line, column)
                  : absl::StrFormat(
                        "is not JSON: at line %d, column %d found %s, expected %s. Download or "
                        "write the file again.",
                        line, column, found, open_.back());
    return false;
  }

 private:
  bool open(std::string_view expected) {
    if (static_cast<int>(open_.size()) > kDeepestJson) {
      reason_ =
          absl::StrCat("is nested deeper than ", kDeepestJson, " levels; no file of this kind is");
      return false;
    }
    open_.push_back(expected);
    return true;
  }

  bool close(bool accepted) {
    open_.pop_back();
    return after_value(accepted);
  }

  bool after_value(bool accepted) {
    std::string_view& expected = open_.back();
    if (open_.size() == 1) {
      expected = "nothing more";
    } else if (expected.ends_with("]")) {
      expected = "a comma and a value, or ]";
    } else {
      expected = "a comma and a key in double quotes, or }";
    }
    return accepted;
  }

  const std::string_view text_;
  JsonSink& sink_;
  std::string reason_;
  // What may come next, in the text itself and in each bracket that is open.
  std::vector<std::string_view> open_ = {"a value"};
};

}  // namespace

absl::Status read_json(std::string_view text, const std::string& subject, JsonSink& sink) {
  const auto error = [&](const std::string& reason) {
    return absl::InvalidArgumentError(absl::StrCat(subject, ": ", reason));
  };
  if (const std::optional<size_t> bad = first_invalid_utf8(text)) {
    return error(absl::StrFormat("found the byte 0x%02X at offset %d, expected UTF-8",
                                 static_cast<unsigned char>(text[*bad]), *bad));
  }
  if (const size_t zero = text.find('\0'); zero != std::string_view::npos) {
    return error(absl::StrCat("is not JSON: found a zero byte at offset ", zero,
                              ", expected text. Download or write the file again."));
  }
  Guard guard(text, sink);
  if (Json::sax_parse(text.begin(), text.end(), &guard)) return absl::OkStatus();
  return error(guard.reason());
}

absl::StatusOr<nlohmann::json> parse_json(std::string_view text, const std::string& subject) {
  JsonTree tree;
  if (absl::Status status = read_json(text, subject, tree); !status.ok()) return status;
  return tree.take();
}

}  // namespace eif
