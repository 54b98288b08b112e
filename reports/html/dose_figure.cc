#include "reports/html/dose_figure.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "reports/html/effect_lines.h"
#include "suite/core/dose.h"

namespace eif {
namespace {

// Ten lines take half of the way between shares of 0.5 and 0.7.
constexpr double kLineDistance = 0.01;

// The share of its loss that a sample has lost; small steps take next to nothing of it.
double place_of(const std::string& dose) {
  double share = 0;
  return is_learned_dose(dose) && absl::SimpleAtod(dose, &share) ? share : 0;
}

// The same desideratum of the same model at each dose, in the order of the run.
std::vector<PlacedResult> at_doses(const RunResult& run, const DesideratumResult& result) {
  std::vector<PlacedResult> all;
  for (const DesideratumResult& one : run.results) {
    ResultKey key = one.key;
    key.dose = result.key.dose;
    if (key == result.key) all.push_back({&one, place_of(one.key.dose), one.key.dose});
  }
  return all;
}

}  // namespace

std::string dose_figure_html(const RunResult& run, const DesideratumResult& result) {
  std::vector<PlacedResult> doses = at_doses(run, result);
  if (doses.size() < 2 || doses.front().result != &result) return "";
  return effect_lines_html(
      {.summary = "Effects by dose",
       .title = absl::StrCat(result.key.desideratum, ": effects by dose"),
       .subtitle =
           "Primary expectations by their numbers, with 95 % intervals; at 0: one small step",
       .x_title = "share of its loss that each sample has lost",
       .caption = result.key.model,
       .results = std::move(doses),
       .line_distance = kLineDistance,
       .interval = [](const ExpectationResult& one) { return one.outcome.interval; }});
}

}  // namespace eif
