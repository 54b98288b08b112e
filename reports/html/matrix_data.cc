#include "reports/html/matrix_data.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <variant>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "reports/figures/png.h"
#include "reports/html/heat_scale.h"
#include "reports/json_number.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

// Of all views of a matrix together: 2 MB of the page.
constexpr size_t kMostCells = 400'000;
// Of a text: a page of it tells what it is.
constexpr size_t kLongestText = 2000;

// Little-endian float32, which has more digits than anybody reads.
std::string packed(const std::vector<double>& cells) {
  std::string bytes;
  bytes.reserve(cells.size() * 4);
  for (const double cell : cells) {
    const auto bits = std::bit_cast<uint32_t>(static_cast<float>(cell));
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(bits >> shift);
  }
  return absl::Base64Escape(bytes);
}

Json texts_json(const MeasuredMatrix& measured) {
  Json texts = Json::object();
  for (const std::vector<Sample>* samples : {&measured.trained, &measured.evaluated}) {
    for (const Sample& sample : *samples) {
      texts[printable(sample.id)] = printable(sample_text(sample), kLongestText);
    }
  }
  return texts;
}

// What a cell is made of; nothing where that would make the page slow.
Json explanation_of(const MatrixSeries& series) {
  if (!series.explanation) return nullptr;
  const Explanation& why = *series.explanation;
  const size_t cells = why.first_order.values().size() * why.layers.size() +
                       why.token_influence.values().size();
  if (cells > kMostCells) return nullptr;
  Json layers = Json::array(), tokens = Json::array();
  for (const InfluenceShare& share : why.layers) {
    layers.push_back({{"name", layer_name(share)}, {"cells", packed(share.influence.values())}});
  }
  for (const ScoredToken& token : why.tokens) {
    tokens.push_back({{"column", token.column}, {"text", token_text(token)}});
  }
  return {{"seed", series.seeds[series.explained].key.seed},
          {"layers", layers},
          {"tokens", tokens},
          {"cells", packed(why.token_influence.values())}};
}

Json ids_json(const std::vector<std::string>& ids) {
  Json list = Json::array();
  for (const std::string& id : ids) list.push_back(printable(id));
  return list;
}

}  // namespace

std::vector<MatrixView> views_of(const MatrixSeries& series) {
  const std::vector<MeasuredMatrix>& seeds = series.seeds;
  std::vector<MatrixView> views;
  if (seeds.size() > 1) {
    views.push_back({absl::StrCat("mean of ", seeds.size(), " seeds"), mean_cells(series)});
  }
  const size_t cells = seeds.front().matrix.values().size();
  const bool is_small = cells * (seeds.size() + 1) <= kMostCells;
  for (size_t i = 0; i < (is_small ? seeds.size() : 1); ++i) {
    views.push_back({absl::StrCat("seed ", seeds[i].key.seed), seeds[i].matrix.values(), i});
  }
  return views;
}

double heat_limit(const MatrixSeries& series) {
  if (std::isfinite(series.self_scale)) return series.self_scale;
  double largest = 0;
  for (const MeasuredMatrix& seed : series.seeds) {
    for (const double value : seed.matrix.values()) {
      if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
    }
  }
  return largest > 0 ? largest : 1;
}

std::string sample_text(const Sample& sample) {
  return absl::StrJoin(sample.statements, " / ", [](std::string* out, const Statement& statement) {
    if (const auto* image = std::get_if<LabelledImage>(&statement)) {
      absl::StrAppend(out, "an image of ", image->label);
    } else {
      *out += *text_of(statement);
    }
  });
}

std::string layer_name(const InfluenceShare& share) {
  return share.name.empty() ? "outside all layers" : absl::StrCat("layer ", printable(share.name));
}

// Vocabularies write a space or a line's end as a letter of their own.
std::string token_text(const ScoredToken& token) {
  if (token.piece.empty()) return absl::StrCat("#", token.id);
  const std::string text =
      absl::StrReplaceAll(printable(token.piece, kLongestText),
                          {{"\u0120", " "}, {"\u2581", " "}, {"\u010a", "↵"}});
  // What is nothing else could not be seen.
  const bool is_blank = text.find_first_not_of(' ') == std::string::npos;
  return is_blank ? absl::StrReplaceAll(text, {{" ", "␣"}}) : text;
}

std::string picture_url(const MatrixSeries& series, const MatrixView& view) {
  const Matrix& matrix = series.seeds.front().matrix;
  IndexedPicture picture{
      .width = matrix.columns(), .height = matrix.rows(), .palette = heat_palette()};
  const double limit = heat_limit(series);
  for (const double cell : view.cells) picture.pixels.push_back(heat_index(cell, limit));
  return absl::StrCat("data:image/png;base64,", absl::Base64Escape(png_bytes(picture)));
}

std::string matrix_json(const MatrixSeries& series, const std::vector<MatrixView>& views,
                        bool with_pictures) {
  const Matrix& matrix = series.seeds.front().matrix;
  Json texts = Json::array();
  for (const MeasuredMatrix& seed : series.seeds) texts.push_back(texts_json(seed));
  Json list = Json::array();
  for (const MatrixView& view : views) {
    Json& entry = list.emplace_back(
        Json{{"name", view.name}, {"texts", view.texts_of}, {"cells", packed(view.cells)}});
    if (with_pictures) entry["picture"] = picture_url(series, view);
  }
  const Json document = {{"rows", ids_json(matrix.trained_ids())},
                         {"columns", ids_json(matrix.evaluated_ids())},
                         {"unit", series.unit},
                         {"self_scale", number(series.self_scale)},
                         {"limit", heat_limit(series)},
                         {"texts", texts},
                         {"views", list},
                         {"explanation", explanation_of(series)}};
  // What is not UTF-8 was shown escaped. "<" alone could end the element that this stands in.
  return absl::StrReplaceAll(document.dump(-1, ' ', false, Json::error_handler_t::replace),
                             {{"<", "\\u003c"}});
}

}  // namespace eif
