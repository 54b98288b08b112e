// Matrices as fields of colour, side by side on one scale.
//
//   HeatMap map{.text = {.title = "Influence"},
//               .panels = {{"by fine-tuning", 2, 2, {0.3, 0.1, -0.1, 0.2}}},
//               .rows = {{"fact", {"a klarbu is a pimjon"}}, {"negation", {"…"}}},
//               .columns = {…}, .unit = "nats/token", .limit = 0.5};
//   write_file_atomically("fact.svg", heat_map_svg(map));
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/figures/plot_area.h"

namespace eif {

struct HeatMapPanel {
  std::string title;
  size_t rows = 0;
  size_t columns = 0;
  std::vector<double> values;  // row-major; what is not a number is drawn in grey
};

// One row or column in words: its id, and what it says, line by line. Long lines are wrapped.
struct CellLabel {
  std::string id;
  std::vector<std::string> lines;
};

// Rows (and the columns with the same numbers) that belong together: "7" for ten sevens.
struct CellGroup {
  std::string name;
  size_t count = 0;
};

struct HeatMap {
  FigureText text;
  std::vector<HeatMapPanel> panels;  // of equal shape
  // Either labels for each row and each column, or groups of both, of which each has one label.
  std::vector<CellLabel> rows, columns;
  std::vector<CellGroup> groups;
  std::string row_title = "trained on";
  std::string column_title = "evaluated on";
  std::string unit;  // of the values, beside the colour bar
  double limit = 1;  // colours are as dark as they get from ±limit on; above 0
};

// Cells with labels show their number, too.
std::string heat_map_svg(const HeatMap& map);

}  // namespace eif
