#include "reports/html/heat_scale.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "reports/figures/color_scale.h"

namespace eif {
namespace {

std::string class_of(int step) {
  if (step == 0) return "z";
  return absl::StrCat(step > 0 ? "p" : "n", std::abs(step));
}

std::string color_of(int step) { return diverging_color(step, kHeatSteps); }

}  // namespace

int heat_step(double value, double limit) {
  const double share = std::clamp(value / limit, -1.0, 1.0);
  return static_cast<int>(std::lround(share * kHeatSteps));
}

std::string heat_class(double value, double limit) {
  return std::isfinite(value) ? class_of(heat_step(value, limit)) : "na";
}

std::string heat_style() {
  std::string style = absl::StrCat(".na{background:", kUnmeasuredColor, ";color:#000}\n");
  for (int step = -kHeatSteps; step <= kHeatSteps; ++step) {
    const std::string color = color_of(step);
    absl::StrAppend(&style, ".", class_of(step), "{background:", color, ";color:", ink_on(color),
                    "}\n");
  }
  return style;
}

uint8_t heat_index(double value, double limit) {
  return std::isfinite(value) ? static_cast<uint8_t>(1 + kHeatSteps + heat_step(value, limit)) : 0;
}

std::vector<std::string> heat_palette() {
  std::vector<std::string> palette = {kUnmeasuredColor};
  for (int step = -kHeatSteps; step <= kHeatSteps; ++step) palette.push_back(color_of(step));
  return palette;
}

}  // namespace eif
