// The steps of colour in which the page shows the cells of a matrix: 20 on either side of 0, which
// no eye tells from more, so that a cell of a table is a class and a cell of a picture a byte.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace eif {

inline constexpr int kHeatSteps = 20;

// From −kHeatSteps to kHeatSteps; `limit` > 0 is where the colours end. The value is a number.
int heat_step(double value, double limit);

// "p7", "n20", "z" of 0; "na" of what is no number. page.js knows them, too.
std::string heat_class(double value, double limit);

// The rules of these classes, with letters that can be read on each.
std::string heat_style();

// As in a picture: one byte, and the colour of each.
uint8_t heat_index(double value, double limit);
std::vector<std::string> heat_palette();

}  // namespace eif
