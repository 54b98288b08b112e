#include "reports/html/forest_plot.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "reports/html/html_text.h"

namespace eif {
namespace {

constexpr int kLaneHeight = 18, kAxisHeight = 30;

// From the left to the right end of every strip, in places of the axis.
struct Axis {
  double low = -1, high = 1;

  std::string percent(double value) const {
    const double share = (forest_place(value) - low) / (high - low);
    return absl::StrFormat("%.2f%%", 100 * std::clamp(share, 0.0, 1.0));
  }
  std::string width(double from, double to) const {
    const double share = (forest_place(to) - forest_place(from)) / (high - low);
    return absl::StrFormat("%.2f%%", 100 * std::clamp(share, 0.0, 1.0));
  }
};

void widen(const ExpectationResult& one, double& furthest) {
  for (const double value :
       {one.outcome.interval.low, one.outcome.interval.high, one.outcome.mean}) {
    if (std::isfinite(value)) furthest = std::max(furthest, std::abs(value));
  }
  for (const double value : one.per_seed) {
    if (std::isfinite(value)) furthest = std::max(furthest, std::abs(value));
  }
}

// Alike on both sides of 0, so that plots can be compared at a glance.
Axis axis_of(const DesideratumResult& result, const DesideratumResult* read) {
  double furthest = 1;
  for (const ExpectationResult& one : result.expectations) widen(one, furthest);
  if (read != nullptr) {
    for (const ExpectationResult& one : read->expectations) widen(one, furthest);
  }
  const double place = forest_place(furthest) * 1.06;
  return {-place, place};
}

// ---- A strip -----------------------------------------------------------------------------------

std::string line(const std::string& x1, const std::string& x2, int y1, int y2, const char* kind) {
  return absl::StrCat("<line class=\"", kind, "\" x1=\"", x1, "\" x2=\"", x2, "\" y1=\"", y1,
                      "\" y2=\"", y2, "\"/>");
}

// The band of what does not count, and 0.
std::string ground(const Axis& axis, int height) {
  return absl::StrCat("<rect class=\"band\" x=\"", axis.percent(-kSmallestEffect),
                      "\" y=\"0\" width=\"", axis.width(-kSmallestEffect, kSmallestEffect),
                      "\" height=\"", height, "\"/>",
                      line(axis.percent(0), axis.percent(0), 0, height, "zero"));
}

// A mark of its own shape for each condition: colours alone do not tell.
std::string mark(const Axis& axis, double mean, int y, Condition condition) {
  const char* const kShape = condition == Condition::kFineTuning
                                 ? "<circle class=\"mark tuned\" r=\"5\"/>"
                                 : "<path class=\"mark read\" d=\"M0-6 6 0 0 6-6 0Z\"/>";
  return absl::StrCat("<svg x=\"", axis.percent(mean), "\" y=\"", y, "\" overflow=\"visible\">",
                      kShape, "</svg>");
}

std::string lane(const Axis& axis, const ExpectationResult& one, int y, Condition condition) {
  const char* const kKind = condition == Condition::kFineTuning ? "tuned" : "read";
  std::string svg;
  for (const double value : one.per_seed) {
    if (!std::isfinite(value)) continue;
    absl::StrAppend(&svg, "<circle class=\"seed ", kKind, "\" r=\"2\" cx=\"", axis.percent(value),
                    "\" cy=\"", y, "\"/>");
  }
  const Interval& interval = one.outcome.interval;
  if (std::isfinite(interval.low) && std::isfinite(interval.high)) {
    svg += line(axis.percent(interval.low), axis.percent(interval.high), y, y,
                condition == Condition::kFineTuning ? "interval tuned" : "interval read");
  }
  if (std::isfinite(one.outcome.mean)) svg += mark(axis, one.outcome.mean, y, condition);
  return svg;
}

std::string in_words(const ExpectationResult& one, const char* condition) {
  return absl::StrCat(condition, ": effect ", html_number(one.outcome.mean), ", interval ",
                      html_interval(one.outcome.interval), ", ", verdict_name(one.outcome.verdict));
}

std::string strip(const Axis& axis, const ExpectationResult& one, const ExpectationResult* read) {
  const int height = kLaneHeight * (read == nullptr ? 1 : 2);
  std::string name =
      in_words(one, one.expectation.gain_in_context ? "gain in context" : "fine-tuning");
  if (read != nullptr) absl::StrAppend(&name, "; ", in_words(*read, "in context"));
  std::string svg =
      absl::StrCat("<svg class=\"strip\" role=\"img\" width=\"100%\" height=\"", height,
                   "\" aria-label=\"", html_text(name), "\">", ground(axis, height),
                   lane(axis, one, kLaneHeight / 2, Condition::kFineTuning));
  if (read != nullptr) svg += lane(axis, *read, kLaneHeight * 3 / 2, Condition::kInContext);
  return svg + "</svg>";
}

// ---- Lines -------------------------------------------------------------------------------------

std::string numbers(const ExpectationResult& one, const char* kind) {
  return absl::StrCat("<span class=\"lane ", kind, "\">", html_number(one.outcome.mean),
                      " <span class=\"faint\">", html_interval(one.outcome.interval), "</span> ",
                      html_verdict(one.outcome.verdict), "</span>");
}

std::string row(const Axis& axis, const ExpectationResult& one, const ExpectationResult* read) {
  const Expectation& expectation = one.expectation;
  return absl::StrCat(
      "<li class=\"row", expectation.primary ? "" : " secondary", "\"><div class=\"label\"><b>",
      html_prose(expectation.id), "</b> <span class=\"faint\">", kind_name(expectation.kind),
      expectation.primary ? "" : ", secondary", "</span><br/><span class=\"claim\">",
      html_prose(expectation.claim), "</span></div>", strip(axis, one, read),
      "<div class=\"numbers\">", numbers(one, "tuned"),
      read == nullptr ? "" : numbers(*read, "read"), "</div></li>\n");
}

// The powers of ten that the axis has, and 0.
std::vector<double> marks_of(const Axis& axis) {
  std::vector<double> marks = {0};
  for (double value = kSmallestEffect; forest_place(value) <= axis.high; value *= 10) {
    marks.push_back(value);
    marks.push_back(-value);
  }
  return marks;
}

std::string axis_row(const Axis& axis) {
  std::string svg = absl::StrCat(
      "<svg class=\"strip axis\" aria-hidden=\"true\" width=\"100%\" "
      "height=\"",
      kAxisHeight, "\">");
  for (const double value : marks_of(axis)) {
    const std::string text =
        value == 0 ? "0" : absl::StrFormat("%s%g", value < 0 ? "−" : "", std::abs(value));
    absl::StrAppend(&svg, line(axis.percent(value), axis.percent(value), 0, 5, "tick"),
                    "<text x=\"", axis.percent(value), "\" y=\"18\" text-anchor=\"middle\">", text,
                    "</text>");
  }
  return absl::StrCat("<li class=\"row axis\"><div class=\"label\"></div>", svg,
                      "</svg><div class=\"numbers\"></div></li>\n");
}

std::string legend(bool was_read) {
  const char* const kTuned =
      "<svg class=\"key\" width=\"14\" height=\"14\" aria-hidden=\"true\"><circle class=\"mark "
      "tuned\" "
      "cx=\"7\" cy=\"7\" r=\"5\"/></svg> by fine-tuning";
  const char* const kRead =
      " <svg class=\"key\" width=\"14\" height=\"14\" aria-hidden=\"true\"><path class=\"mark "
      "read\" "
      "d=\"M7 1 13 7 7 13 1 7Z\"/></svg> in context";
  return absl::StrFormat(
      "<p class=\"legend faint\">%s%s. Lines: 95 %% intervals; small dots: seeds; grey band: "
      "within "
      "±%g an effect does not count, and the axis is logarithmic outside of it. Effects are in "
      "units "
      "of what training on a sample does for that sample itself, where an effect has a unit.</p>\n",
      kTuned, was_read ? kRead : "", kSmallestEffect);
}

}  // namespace

double forest_place(double value) { return std::asinh(value / kSmallestEffect); }

std::string forest_plot_html(const DesideratumResult& result, const DesideratumResult* read) {
  if (result.expectations.empty() || result.seeds.empty()) return "";
  const Axis axis = axis_of(result, read);
  std::string html = absl::StrCat("<ul class=\"forest\">\n", axis_row(axis));
  for (const bool primary : {true, false}) {
    for (const ExpectationResult& one : result.expectations) {
      if (one.expectation.primary != primary) continue;
      html +=
          row(axis, one, read == nullptr ? nullptr : find_expectation(*read, one.expectation.id));
    }
  }
  const bool was_read = read != nullptr && !read->expectations.empty();
  return absl::StrCat(html, axis_row(axis), "</ul>\n", legend(was_read));
}

}  // namespace eif
