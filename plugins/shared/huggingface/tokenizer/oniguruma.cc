#include "plugins/shared/huggingface/tokenizer/oniguruma.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugins/shared/huggingface/tokenizer/unicode.h"

namespace eif::tokenizer {
namespace {

// Unicode's White_Space, for the inside of a class, and everything else.
constexpr char kSpace[] =
    R"(\x09-\x0D\x20\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000})";
constexpr char kNotSpace[] =
    R"(\x00-\x08\x0E-\x1F\x21-\x{84}\x{86}-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF})"
    R"(\x{200B}-\x{2027}\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF}\x{3001}-\x{10FFFF})";

// Oniguruma's word characters, for the inside of a class. PCRE2's \w has fewer.
constexpr char kWord[] = R"(\p{Alphabetic}\p{M}\p{Nd}\p{Pc})";

// Without regard to case Oniguruma lets one character stand for several: ß for ss, ﬁ for fi.
constexpr std::string_view kFoldedPairs[] = {"ff", "fi", "fl", "ss", "st"};

bool is_general_category(std::string_view name) {
  constexpr std::string_view kCategories[] = {
      "C",  "Cc", "Cf", "Cn", "Co", "Cs", "L",  "Ll", "Lm", "Lo", "Lt", "Lu", "M",
      "Mc", "Me", "Mn", "N",  "Nd", "Nl", "No", "P",  "Pc", "Pd", "Pe", "Pf", "Pi",
      "Po", "Ps", "S",  "Sc", "Sk", "Sm", "So", "Z",  "Zl", "Zp", "Zs"};
  return std::find(std::begin(kCategories), std::end(kCategories), name) != std::end(kCategories);
}

class Translator {
 public:
  explicit Translator(std::string_view pattern) : pattern_(pattern) {}

  absl::StatusOr<std::string> run() {
    // At the very start an option holds for the whole pattern; elsewhere Ruby and Perl differ in
    // what becomes of the alternatives after it.
    if (take("(?i)")) {
      output_ += "(?i)";
      ignore_case_.back() = true;
    }
    while (position_ < pattern_.size() && status_.ok()) item();
    if (!status_.ok()) return status_;
    return output_;
  }

 private:
  bool at_end() const { return position_ >= pattern_.size(); }
  char peek() const { return at_end() ? '\0' : pattern_[position_]; }
  std::string_view rest() const { return pattern_.substr(position_); }
  bool take(std::string_view text) {
    if (rest().substr(0, text.size()) != text) return false;
    position_ += text.size();
    return true;
  }

  // Up to `count` characters from here.
  std::string excerpt(int count) const {
    size_t end = position_;
    for (; count > 0 && end < pattern_.size(); --count) end += character_at(pattern_, end).bytes;
    return absl::StrCat("\"", std::string(pattern_.substr(position_, end - position_)), "\"");
  }

  void refuse(size_t position, const std::string& construct, const std::string& reason) {
    if (!status_.ok()) return;
    status_ = absl::UnimplementedError(
        absl::StrCat("the pattern has ", construct, " at byte ", position, ", ", reason));
  }

  void item() {
    const char next = peek();
    // Letters of a pair that folds to one character count only where they stand side by side.
    const char previous_letter = std::exchange(last_letter_, '\0');
    if (next == '\\') return escape(previous_letter);
    if (next == '[') return character_class();
    if (next == '(' || next == ')') {
      last_letter_ = previous_letter;  // Oniguruma joins the strings inside and outside a group.
      return next == '(' ? open_group() : close_group();
    }
    if (next == '{') return interval();
    if (next == '|' || next == '^' || next == '$' || next == '.' || is_quantifier(next)) {
      output_ += next;
      ++position_;
      return;
    }
    literal(take_character(), previous_letter);
  }

  static bool is_quantifier(char c) { return c == '*' || c == '+' || c == '?'; }

  char32_t take_character() {
    const Character character = character_at(pattern_, position_);
    position_ += character.bytes;
    return character.code_point;
  }

  void literal(char32_t character, char previous_letter = '\0') {
    if (ignore_case_.back()) check_folding(character, previous_letter);
    absl::StrAppend(&output_, "\\x{", absl::Hex(static_cast<uint32_t>(character)), "}");
  }

  void check_folding(char32_t character, char previous_letter) {
    if (character > 0x7F) {
      return refuse(position_, "a letter beyond ASCII before this",
                    "which without regard to case may match several characters");
    }
    const char letter = absl::ascii_tolower(static_cast<unsigned char>(character));
    const std::string pair = {previous_letter, letter};
    if (std::find(std::begin(kFoldedPairs), std::end(kFoldedPairs), pair) !=
        std::end(kFoldedPairs)) {
      refuse(position_, absl::StrCat("\"", pair, "\" before this"),
             "which without regard to case also matches one character, such as ß for ss");
    }
    last_letter_ = letter;
  }

  // ---- Groups and repetition ----

  void open_group() {
    const size_t begin = position_;
    bool ignore_case = ignore_case_.back();
    for (const std::string_view opening : {"(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!"}) {
      if (take(opening)) return push_group(opening, ignore_case);
    }
    if (take("(?i:")) return push_group("(?i:", true);
    if (take("(?-i:")) return push_group("(?-i:", false);
    if (rest().substr(0, 2) == "(?" || rest().substr(0, 2) == "(*") {
      return refuse(begin, absl::StrCat("the group ", excerpt(4)),
                    "expected one of ( (?: (?i: (?-i: (?= (?! (?<= (?<! (?>");
    }
    ++position_;
    push_group("(", ignore_case);
  }

  void push_group(std::string_view opening, bool ignore_case) {
    output_ += opening;
    ignore_case_.push_back(ignore_case);
  }

  void close_group() {
    if (ignore_case_.size() == 1) return refuse(position_, "\")\"", "which closes no group");
    ignore_case_.pop_back();
    output_ += ')';
    ++position_;
  }

  void interval() {
    const size_t begin = position_++;
    const std::string least = digits();
    const bool exact = peek() != ',';
    if (!exact) ++position_;
    const std::string most = exact ? least : digits();
    if (!take("}") || (least.empty() && most.empty())) {
      return refuse(begin, "\"{\"", "which begins no repetition; write \\{ for the character");
    }
    if (peek() == '+' || (exact && peek() == '?')) {
      return refuse(begin, "a repetition in braces and a quantifier after it",
                    "which Oniguruma reads as a repetition of the repetition");
    }
    absl::StrAppend(&output_, "{", least.empty() ? "0" : least, exact ? "" : ",", exact ? "" : most,
                    "}");
  }

  std::string digits() {
    std::string digits;
    while (absl::ascii_isdigit(static_cast<unsigned char>(peek()))) digits += pattern_[position_++];
    return digits;
  }

  // ---- Escapes ----

  // An escape that stands for one character, which it consumes.
  std::optional<char32_t> escaped_character() {
    const char name = position_ + 1 < pattern_.size() ? pattern_[position_ + 1] : '\0';
    constexpr std::string_view kNames = "tnvfrae";
    constexpr std::string_view kCharacters = "\t\n\v\f\r\a\x1B";
    if (const size_t index = kNames.find(name); index != std::string_view::npos) {
      position_ += 2;
      return kCharacters[index];
    }
    if (name == 'x' || name == 'u') return hexadecimal();
    if (absl::ascii_ispunct(static_cast<unsigned char>(name)) || name == ' ') {
      position_ += 2;
      return name;
    }
    return std::nullopt;
  }

  // \x{H…}, \xHH below 80 (above, Oniguruma means a byte and not a character) and \uHHHH.
  std::optional<char32_t> hexadecimal() {
    const std::string_view body = rest().substr(2);
    size_t length = rest()[1] == 'u' ? 4 : 2;
    size_t skipped = 0;
    if (rest()[1] == 'x' && body.substr(0, 1) == "{") {
      if (body.find('}') == std::string_view::npos) return std::nullopt;
      skipped = 1;
      length = body.find('}') - 1;
    }
    const std::string digits(body.substr(skipped, length));
    uint32_t value = 0;
    const bool is_byte = rest()[1] == 'x' && skipped == 0;
    const bool readable = digits.size() == length && !digits.empty() &&
                          std::all_of(digits.begin(), digits.end(),
                                      [](unsigned char c) { return absl::ascii_isxdigit(c); }) &&
                          absl::SimpleHexAtoi(digits, &value);
    if (!readable || value > (is_byte ? 0x7Fu : 0x10FFFFu) || (value >= 0xD800 && value < 0xE000)) {
      return std::nullopt;
    }
    position_ += 2 + length + 2 * skipped;
    return value;
  }

  // An escape that stands for a set of characters, which it consumes, as the inside of a class.
  std::optional<std::string> escaped_set() {
    constexpr std::string_view kHexDigits = "0-9A-Fa-f";
    if (take("\\s")) return kSpace;
    if (take("\\S")) return kNotSpace;
    if (take("\\d")) return "\\d";
    if (take("\\D")) return "\\D";
    if (take("\\h")) return std::string(kHexDigits);
    if (take("\\w")) return kWord;
    const bool negated = rest().substr(0, 3) == "\\P{";
    if (!negated && rest().substr(0, 3) != "\\p{") return std::nullopt;
    const size_t end = rest().find('}');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view name = rest().substr(3, end - 3);
    if (ignore_case_.back()) {
      refuse(position_, std::string(rest().substr(0, end + 1)),
             "which without regard to case is not the same set in PCRE2");
    }
    position_ += end + 1;
    // A bare script name means Script_Extensions in PCRE2 and Script in Oniguruma.
    return absl::StrCat(negated ? "\\P{" : "\\p{",
                        is_general_category(name) ? "" : "sc:", std::string(name), "}");
  }

  void escape(char previous_letter) {
    if (const std::optional<std::string> set = escaped_set()) {
      absl::StrAppend(&output_, "[", *set, "]");
    } else if (take("\\W")) {
      absl::StrAppend(&output_, "[^", kWord, "]");
    } else if (take("\\b")) {
      word_boundary("!", "=");
    } else if (take("\\B")) {
      word_boundary("=", "!");
    } else if (const std::optional<char32_t> character = escaped_character()) {
      literal(*character, previous_letter);
    } else if (const char name = rest().size() > 1 ? rest()[1] : '\0';
               name == 'A' || name == 'z' || name == 'Z') {
      output_ += rest().substr(0, 2);
      position_ += 2;
    } else {
      refuse_escape();
    }
  }

  // Between two characters of which the second is (=) or is not (!) one of a word, where the first is,
  // and where the first is not.
  void word_boundary(const char* after_word, const char* after_other) {
    absl::StrAppend(&output_, "(?:(?<=[", kWord, "])(?", after_word, "[", kWord, "])|(?<![", kWord,
                    "])(?", after_other, "[", kWord, "]))");
  }

  void refuse_escape() {
    refuse(position_, absl::StrCat("the escape ", excerpt(2)),
           "which PCRE2 lacks or reads differently");
  }

  // ---- Classes ----

  // PCRE2 has no classes within classes and no intersections. What is no plain list of characters
  // becomes a group that matches one: alternatives for a union, looks ahead for the rest.
  struct ClassText {
    std::string text;
    bool is_list = true;  // the inside of a class
    std::string whole() const { return is_list ? absl::StrCat("[", text, "]") : text; }
  };

  void character_class() { output_ += read_class(/*depth=*/0).whole(); }

  ClassText read_class(int depth) {
    constexpr int kDeepest = 16;
    const size_t begin = position_++;
    if (depth > kDeepest) refuse(begin, "classes within classes", "deeper than any real pattern");
    const bool is_negated = take("^");
    if (peek() == ']') refuse(begin, "an empty class", "write \\] for the character");
    std::vector<ClassText> operands;
    do {
      operands.push_back(read_operand(begin, depth));
    } while (status_.ok() && take("&&"));
    if (!status_.ok()) return {};
    ++position_;
    if (operands.size() == 1 && operands[0].is_list) {
      if (!is_negated) return operands[0];
      return {absl::StrCat("[^", operands[0].text, "]"), /*is_list=*/false};
    }
    if (ignore_case_.back()) {
      refuse(begin, "a class inside a class or an intersection",
             "which without regard to case is not the same set in PCRE2");
    }
    std::string all;
    for (size_t i = 0; i + 1 < operands.size(); ++i) {
      absl::StrAppend(&all, "(?=", operands[i].whole(), ")");
    }
    all += operands.back().whole();
    if (is_negated) all = absl::StrCat("(?!", all, ")[\\x00-\\x{10FFFF}]");
    return {absl::StrCat("(?:", all, ")"), /*is_list=*/false};
  }

  // What stands before an intersection or the end of a class.
  ClassText read_operand(size_t begin, int depth) {
    std::string before = std::exchange(output_, "");
    std::vector<std::string> groups;
    while (status_.ok() && peek() != ']' && !rest().starts_with("&&")) {
      if (at_end()) {
        refuse(begin, "\"[\"", "which nothing closes");
      } else {
        class_item(groups, depth);
      }
    }
    const std::string list = std::exchange(output_, std::move(before));
    if (list.empty() && groups.empty()) {
      refuse(begin, "an intersection with nothing", "expected characters on both sides of &&");
    }
    if (groups.empty()) return {list};
    if (!list.empty()) groups.insert(groups.begin(), absl::StrCat("[", list, "]"));
    return {absl::StrCat("(?:", absl::StrJoin(groups, "|"), ")"), /*is_list=*/false};
  }

  // Adds to the list that is being written, or to the groups beside it.
  void class_item(std::vector<std::string>& groups, int depth) {
    const size_t begin = position_;
    if (rest().starts_with("[:")) {
      return refuse(begin, "a class inside a class that begins with a colon",
                    "which may be one of POSIX; write \\: for the character, or \\p{…}");
    }
    if (peek() == '[') {
      const ClassText inner = read_class(depth + 1);
      if (inner.is_list) {
        output_ += inner.text;
      } else {
        groups.push_back(inner.text);
      }
    } else if (take("\\W")) {
      groups.push_back(absl::StrCat("[^", kWord, "]"));
    } else if (const std::optional<std::string> set = escaped_set()) {
      output_ += *set;
    } else {
      return class_range(begin);
    }
    if (is_range_dash()) refuse(begin, "a range that begins with a set", "expected a character");
  }

  void class_range(size_t begin) {
    class_character();
    if (!is_range_dash()) return;
    output_ += '-';
    ++position_;
    if (peek() == '[' || rest().starts_with("&&")) {
      return refuse(position_, "a range up to a class", "expected a character");
    }
    class_character();
    if (is_range_dash()) refuse(begin, "\"-\" after a range", "write \\- for the character");
  }

  // A dash before the end of a class stands for itself.
  bool is_range_dash() const { return peek() == '-' && rest().substr(0, 2) != "-]"; }

  void class_character() {
    std::optional<char32_t> character;
    if (at_end()) return refuse(position_, "a class", "which nothing closes");
    if (peek() == '\\') {
      character = escaped_character();
    } else {
      character = take_character();
    }
    if (!character) return refuse_escape();
    literal(*character);
    last_letter_ = '\0';
  }

  std::string_view pattern_;
  size_t position_ = 0;
  std::string output_;
  std::vector<bool> ignore_case_ = {false};  // for the pattern and each open group
  char last_letter_ = '\0';                  // the literal just read, where case is ignored
  absl::Status status_;
};

}  // namespace

absl::StatusOr<std::string> to_pcre2(std::string_view pattern) { return Translator(pattern).run(); }

}  // namespace eif::tokenizer
