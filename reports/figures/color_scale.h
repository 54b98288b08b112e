// The colours of influence: blue where it hurts, white where there is none, red where it helps.
#pragma once

#include <string>

namespace eif {

// "#rrggbb". White at 0, the darkest colours from ±limit on; `limit` > 0. What is not a number has
// the colour kUnmeasuredColor, which the scale does not have.
std::string diverging_color(double value, double limit);

inline constexpr char kUnmeasuredColor[] = "#c8c8c8";

// Whether white letters are easier to read on diverging_color(value, limit) than black ones.
bool is_dark(double value, double limit);

// Black or white: of the two, the letters that stand out more on "#rrggbb". The ratio of their
// luminances is at least 4.58, more than WCAG 2 asks of text.
std::string ink_on(const std::string& color);

}  // namespace eif
