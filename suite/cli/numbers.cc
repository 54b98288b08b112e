#include "suite/cli/numbers.h"

#include <cmath>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace eif {
namespace {

// NaN where it is none.
double number_in(const std::string& text) {
  double value = 0;
  const bool is_number = absl::SimpleAtod(text, &value) && std::isfinite(value);
  return is_number ? value : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

CLI::Validator not_negative(const std::string& word) {
  return CLI::Validator(
      [word](const std::string& text) -> std::string {
        if (number_in(text) >= 0 || (!word.empty() && text == word)) return "";
        return word.empty() ? absl::StrCat("'", text, "' is no number >= 0")
                            : absl::StrCat("'", text, "' is neither ", word, " nor a number >= 0");
      },
      word.empty() ? ">= 0" : "");
}

CLI::Validator positive() {
  return CLI::Validator(
      [](const std::string& text) -> std::string {
        return number_in(text) > 0 ? "" : absl::StrCat("'", text, "' is no number > 0");
      },
      "> 0");
}

}  // namespace eif
