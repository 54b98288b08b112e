#include "tests/fuzz/mutator.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <string_view>

namespace eif::fuzz {
namespace {

// Mostly one: an input that is wrong in many places is refused for the first of them.
constexpr size_t kMostMutations = 8;

// Where integers overflow, change sign or lose precision, and what is no number any more.
constexpr const char* kNumbers[] = {"0",
                                    "-1",
                                    "1",
                                    "2",
                                    "255",
                                    "256",
                                    "65536",
                                    "2147483647",
                                    "2147483648",
                                    "4294967296",
                                    "9007199254740993",
                                    "9223372036854775807",
                                    "9223372036854775808",
                                    "18446744073709551615",
                                    "18446744073709551616",
                                    "-9223372036854775809",
                                    "1e308",
                                    "1e309",
                                    "-1e308",
                                    "1e-320",
                                    "0.5",
                                    "-0.0",
                                    "1e2",
                                    "NaN",
                                    "true",
                                    "null",
                                    "[]",
                                    "\"1\""};

constexpr uint64_t kIntegers[] = {0,          1,          0x7F,       0x80,       0xFF,
                                  0x7FFF,     0x8000,     0xFFFF,     0x7FFFFFFF, 0x80000000,
                                  0xFFFFFFFF, 1ull << 40, ~0ull >> 1, 1ull << 63, ~0ull};

// A part of a text.
struct Range {
  size_t begin = 0;
  size_t size = 0;
};

// The standard fixes what the engine gives but not what its distributions make of it.
class Random {
 public:
  Random(uint64_t seed, uint64_t run) {
    std::seed_seq words{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32),
                        static_cast<uint32_t>(run), static_cast<uint32_t>(run >> 32)};
    engine_.seed(words);
  }

  // Below `limit`, which is at least 1.
  size_t below(size_t limit) { return static_cast<size_t>(engine_() % limit); }
  bool one_in(size_t count) { return below(count) == 0; }
  char byte() { return static_cast<char>(engine_()); }

  // From 1 to `largest`, each order of magnitude as likely as the others.
  size_t magnitude(size_t largest) {
    size_t bits = 0;
    while (largest >> (bits + 1) != 0) ++bits;
    return 1 + below(size_t{1} << below(bits + 1));
  }

  template <typename T>
  const T& any(const std::vector<T>& items) {
    return items[below(items.size())];
  }

  template <typename T, size_t N>
  const T& any(const T (&items)[N]) {
    return items[below(N)];
  }

  // Mostly short.
  Range range(std::string_view text) {
    if (text.empty()) return {};
    const size_t begin = below(text.size());
    return {begin, std::min(magnitude(text.size()), text.size() - begin)};
  }

 private:
  std::mt19937_64 engine_;
};

bool is_number_character(char c) {
  return (c >= '0' && c <= '9') || c == '.' || c == '+' || c == 'e' || c == 'E';
}

// The number at or after a random place.
Range find_number(std::string_view text, Random& random) {
  size_t begin = text.empty() ? 0 : random.below(text.size());
  while (begin < text.size() && !(text[begin] >= '0' && text[begin] <= '9')) ++begin;
  while (begin > 0 && begin < text.size() && is_number_character(text[begin - 1])) --begin;
  size_t end = begin;
  while (end < text.size() && is_number_character(text[end])) ++end;
  return {begin, end - begin};
}

size_t end_of_string(std::string_view text, size_t begin) {
  for (size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return text.size();
}

// The text in quotes or the bracketed value, as JSON and TOML have them, that begins at or after a
// random place.
Range find_value(std::string_view text, Random& random) {
  const size_t from = text.empty() ? 0 : random.below(text.size());
  const size_t begin = text.find_first_of("\"{[", from);
  if (begin == std::string_view::npos) return {};
  size_t depth = 0;
  for (size_t i = begin; i < text.size();) {
    const char c = text[i];
    i = c == '"' ? end_of_string(text, i) : i + 1;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && depth > 0) --depth;
    if (depth == 0) return {begin, i - begin};
  }
  return {begin, text.size() - begin};
}

// One mutation of a text.
class Change {
 public:
  Change(std::string& text, const std::vector<std::string>& seeds,
         const std::vector<std::string>& dictionary, Random& random)
      : text_(text), seeds_(seeds), dictionary_(dictionary), random_(random) {}

  void make() {
    using Kind = void (Change::*)();
    static constexpr Kind kKinds[] = {
        &Change::flip_bit,          &Change::insert_bytes,   &Change::erase,
        &Change::copy_chunk,        &Change::repeat_chunk,   &Change::replace_number,
        &Change::replace_number,    &Change::set_integer,    &Change::splice,
        &Change::insert_dictionary, &Change::replace_value,  &Change::replace_value,
        &Change::exchange_value,    &Change::exchange_value, &Change::repeat_value,
        &Change::erase_value};
    (this->*random_.any(kKinds))();
  }

 private:
  size_t place() { return random_.below(text_.size() + 1); }

  void replace(const Range& range, std::string_view content) {
    text_.replace(range.begin, range.size, content);
  }

  void insert_repeated(size_t at, const std::string& chunk) {
    if (chunk.empty() || text_.size() + chunk.size() > Mutator::kLargestInput) return;
    const size_t most = (Mutator::kLargestInput - text_.size()) / chunk.size();
    // Long inputs are slow, and few of them say as much as many.
    const size_t count = random_.magnitude(random_.one_in(64) ? most : std::min<size_t>(most, 64));
    std::string run;
    for (size_t i = 0; i < count; ++i) run += chunk;
    text_.insert(at, run);
  }

  void flip_bit() {
    if (text_.empty()) return;
    char& byte = text_[random_.below(text_.size())];
    byte = static_cast<char>(byte ^ 1 << random_.below(8));
  }

  void insert_bytes() {
    std::string bytes(random_.magnitude(16), '\0');
    std::generate(bytes.begin(), bytes.end(), [this] { return random_.byte(); });
    text_.insert(place(), bytes);
  }

  void erase() { replace(random_.range(text_), ""); }

  void copy_chunk() {
    const Range range = random_.range(text_);
    text_.insert(place(), text_.substr(range.begin, range.size));
  }

  // In place: "[" becomes "[[[[[[", "a." becomes "a.a.a.a.".
  void repeat_chunk() {
    Range range = random_.range(text_);
    range.size = std::min(range.size, random_.magnitude(8));
    insert_repeated(range.begin, text_.substr(range.begin, range.size));
  }

  void replace_number() { replace(find_number(text_, random_), random_.any(kNumbers)); }

  // Of 1, 2, 4 or 8 bytes, in either order of bytes.
  void set_integer() {
    const size_t size = size_t{1} << random_.below(4);
    if (text_.size() < size) return;
    const size_t begin = random_.below(text_.size() - size + 1);
    const uint64_t value = random_.any(kIntegers);
    const bool big_endian = random_.one_in(2);
    for (size_t i = 0; i < size; ++i) {
      text_[begin + (big_endian ? size - 1 - i : i)] = static_cast<char>(value >> 8 * i);
    }
  }

  void splice() {
    const std::string& other = random_.any(seeds_);
    const size_t from = random_.below(other.size() + 1);
    text_ = text_.substr(0, place()) + other.substr(from);
  }

  void insert_dictionary() {
    if (!dictionary_.empty()) text_.insert(place(), random_.any(dictionary_));
  }

  void replace_value() {
    if (!dictionary_.empty()) replace(find_value(text_, random_), random_.any(dictionary_));
  }

  void exchange_value() {
    const std::string& other = random_.any(seeds_);
    const Range source = find_value(other, random_);
    replace(find_value(text_, random_), other.substr(source.begin, source.size));
  }

  void repeat_value() {
    const Range value = find_value(text_, random_);
    insert_repeated(value.begin, text_.substr(value.begin, value.size) + ",");
  }

  void erase_value() {
    Range value = find_value(text_, random_);
    const size_t end = value.begin + value.size;
    if (end < text_.size() && text_[end] == ',') ++value.size;
    replace(value, "");
  }

  std::string& text_;
  const std::vector<std::string>& seeds_;
  const std::vector<std::string>& dictionary_;
  Random& random_;
};

}  // namespace

std::string Mutator::make(uint64_t seed, uint64_t run) const {
  Random random(seed, run);
  std::string text = random.any(seeds_);
  const size_t count = random.magnitude(kMostMutations);
  for (size_t i = 0; i < count; ++i) Change(text, seeds_, dictionary_, random).make();
  if (text.size() > kLargestInput) text.resize(kLargestInput);
  return text;
}

}  // namespace eif::fuzz
