// What page.js needs to know of a matrix to say what a cell is, and to show another seed.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "reports/html/matrix_series.h"

namespace eif {

// A way to look at a series: a seed, or the mean over all of them.
struct MatrixView {
  std::string name;           // "seed 0", "mean of 6 seeds"
  std::vector<double> cells;  // row-major
  size_t texts_of = 0;        // index of the seed whose samples the ids stand for
};

// The mean first, where there are several seeds. Of a matrix so large that all seeds would make the
// page slow, the first seed only.
std::vector<MatrixView> views_of(const MatrixSeries& series);

// Where colours end: the self scale, or the largest cell where there is none.
double heat_limit(const MatrixSeries& series);

// The sample in words: its texts, or the digits that its images show.
std::string sample_text(const Sample& sample);

// "layer 3"; or what stands outside all of them.
std::string layer_name(const InfluenceShare& share);

// A token as a reader knows it; "#7" where nobody knows how it is spelled.
std::string token_text(const ScoredToken& token);

// The cells of a view as a picture, a pixel each: "data:image/png;base64,…".
std::string picture_url(const MatrixSeries& series, const MatrixView& view);

// JSON for a <script> element: no text in it ends that. `with_pictures`: each view has its own.
std::string matrix_json(const MatrixSeries& series, const std::vector<MatrixView>& views,
                        bool with_pictures);

}  // namespace eif
