#include "reports/figures/color_scale.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/str_format.h"

namespace eif {
namespace {

using Color = std::array<double, 3>;  // red, green, blue in [0, 255]

// Blue and red, which people of every kind of colour vision can tell apart, from white outwards.
constexpr double kMiddle = 0.5;
constexpr Color kWhite = {255, 255, 255};
constexpr Color kBlue = {103, 169, 207}, kDarkBlue = {5, 72, 125};
constexpr Color kRed = {239, 138, 98}, kDarkRed = {150, 16, 36};

// Relative luminance, as WCAG 2 has it for sRGB.
double luminance_of(const std::string& color) {
  const auto linear = [&](size_t at) {
    const double share = static_cast<double>(std::stoi(color.substr(at, 2), nullptr, 16)) / 255;
    return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(1) + 0.7152 * linear(3) + 0.0722 * linear(5);
}

Color between(const Color& from, const Color& to, double share) {
  Color color;
  for (size_t i = 0; i < color.size(); ++i) color[i] = from[i] + share * (to[i] - from[i]);
  return color;
}

}  // namespace

std::string diverging_color(double value, double limit) {
  if (std::isnan(value)) return kUnmeasuredColor;
  const double magnitude = std::min(1.0, std::abs(value) / limit);
  const bool helps = value > 0;
  const Color& middle = helps ? kRed : kBlue;
  const Color color = magnitude < kMiddle ? between(kWhite, middle, magnitude / kMiddle)
                                          : between(middle, helps ? kDarkRed : kDarkBlue,
                                                    (magnitude - kMiddle) / (1 - kMiddle));
  return absl::StrFormat("#%02x%02x%02x", std::lround(color[0]), std::lround(color[1]),
                         std::lround(color[2]));
}

std::string ink_on(const std::string& color) {
  const double luminance = luminance_of(color);
  const double on_black = luminance + 0.05, on_white = 1.05;
  // (L + 0.05) / 0.05 against 1.05 / (L + 0.05)
  return on_black * on_black > 0.05 * on_white ? "#000000" : "#ffffff";
}

bool is_dark(double value, double limit) { return std::abs(value) > 0.65 * limit; }

}  // namespace eif
