#include "reports/html/html_text.h"

#include <cctype>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "reports/figures/svg.h"
#include "suite/core/run_result.h"
#include "suite/formats/printable.h"

namespace eif {

std::string html_text(std::string_view text) { return xml_escaped(printable(text)); }

std::string html_prose(std::string_view text) {
  return absl::StrReplaceAll(html_text(text), {{"_", "_<wbr/>"}});
}

std::string html_anchor(std::string_view name) {
  std::string anchor;
  for (const char character : name) {
    const auto byte = static_cast<unsigned char>(character);
    if (std::isalnum(byte) != 0 || character == '-') {
      anchor += character;
    } else {
      absl::StrAppendFormat(&anchor, "_%02x", byte);
    }
  }
  return anchor;
}

std::string html_number(double value) {
  if (!std::isfinite(value)) return "–";
  const std::string text =
      std::abs(value) < 9.9995 ? absl::StrFormat("%.3f", value) : absl::StrFormat("%.4g", value);
  if (text == "-0.000") return "0.000";
  return absl::StrReplaceAll(text, {{"-", "−"}});
}

std::string html_interval(const Interval& interval) {
  const bool is_known = std::isfinite(interval.low) && std::isfinite(interval.high);
  const std::string text = interval_text(interval);
  return is_known ? absl::StrReplaceAll(text, {{"-", "−"}}) : text;
}

namespace {

std::string marked(Verdict verdict, const std::string& text) {
  return absl::StrCat("<span class=\"verdict ",
                      absl::StrReplaceAll(verdict_name(verdict), {{" ", "-"}}), "\">", text,
                      "</span>");
}

}  // namespace

std::string html_verdict(Verdict verdict) { return marked(verdict, verdict_name(verdict)); }

std::string html_verdict(const DesideratumResult& result) {
  return marked(result.verdict, verdict_text(result));
}

}  // namespace eif
