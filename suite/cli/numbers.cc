#include "suite/cli/numbers.h"

#include <cmath>
#include <limits>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "suite/cli/choices.h"

namespace eif {
namespace {

// NaN where it is none.
double number_in(const std::string& text) {
  double value = 0;
  const bool is_number = absl::SimpleAtod(text, &value) && std::isfinite(value);
  return is_number ? value : std::numeric_limits<double>::quiet_NaN();
}

std::optional<uint64_t> whole_number_in(const std::string& text) {
  uint64_t value = 0;
  const bool is_padded = text.size() > 1 && text.front() == '0';
  const bool is_digits = text.find_first_not_of("0123456789") == std::string::npos;
  if (is_padded || !is_digits || !absl::SimpleAtoi(text, &value)) return std::nullopt;
  return value;
}

// Bytes that a unit stands for; nothing where there is no such unit.
std::optional<uint64_t> unit_size(std::string unit) {
  absl::AsciiStrToLower(&unit);
  if (unit.empty() || unit == "b") return 1;
  const size_t power = std::string("kmgt").find(unit.front());
  if (power == std::string::npos) return std::nullopt;
  const std::string rest = unit.substr(1);
  if (rest != "" && rest != "b" && rest != "i" && rest != "ib") return std::nullopt;
  const uint64_t base = rest.starts_with("i") ? 1024 : 1000;
  uint64_t size = base;
  for (size_t i = 0; i < power; ++i) size *= base;
  return size;
}

std::optional<uint64_t> memory_in(const std::string& text) {
  const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::optional<uint64_t> count = whole_number_in(text.substr(0, end));
  const std::optional<uint64_t> unit =
      unit_size(std::string(absl::StripAsciiWhitespace(text.substr(end))));
  uint64_t bytes = 0;
  if (!count || !unit || __builtin_mul_overflow(*count, *unit, &bytes) || bytes == 0) {
    return std::nullopt;
  }
  return bytes;
}

}  // namespace

CLI::Validator whole_number(uint64_t smallest, uint64_t largest) {
  const bool is_bounded = largest != std::numeric_limits<uint64_t>::max();
  const std::string expected = is_bounded
                                   ? absl::StrCat("a whole number from ", smallest, " to ", largest)
                                   : absl::StrCat("a whole number, ", smallest, " or more");
  return CLI::Validator(
      [smallest, largest, expected](const std::string& text) -> std::string {
        const std::optional<uint64_t> value = whole_number_in(text);
        return value && smallest <= *value && *value <= largest ? "" : not_expected(text, expected);
      },
      "");
}

CLI::Validator not_negative(const std::string& word) {
  const std::string expected =
      word.empty() ? "a number, 0 or more" : absl::StrCat(word, " or a number, 0 or more");
  return CLI::Validator(
      [word, expected](const std::string& text) -> std::string {
        if (number_in(text) >= 0 || (!word.empty() && text == word)) return "";
        return not_expected(text, expected);
      },
      word.empty() ? ">= 0" : "");
}

CLI::Validator positive() {
  return CLI::Validator(
      [](const std::string& text) -> std::string {
        return number_in(text) > 0 ? "" : not_expected(text, "a number above 0");
      },
      "> 0");
}

CLI::Validator memory_size() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        const std::optional<uint64_t> bytes = memory_in(text);
        if (!bytes) return not_expected(text, "a size above 0, such as 500MB or 2GiB");
        text = absl::StrCat(*bytes);
        return "";
      },
      "");
}

CLI::Validator duration() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        absl::Duration duration;
        const bool is_finite = absl::ParseDuration(text, &duration) &&
                               duration > absl::ZeroDuration() &&
                               duration != absl::InfiniteDuration();
        if (!is_finite) return not_expected(text, "a time above 0, such as 90s, 20m or 1h30m");
        text = absl::StrCat(absl::ToDoubleSeconds(duration));
        return "";
      },
      "");
}

}  // namespace eif
