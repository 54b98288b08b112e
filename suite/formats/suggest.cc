#include "suite/formats/suggest.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

// Levenshtein distance: insertions, deletions and substitutions of single bytes.
size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> distance(b.size() + 1);  // from the first i bytes of a to the first j of b
  std::iota(distance.begin(), distance.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = distance[0];
    distance[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = distance[j];
      distance[j] = std::min({substituted, distance[j] + 1, distance[j - 1] + 1});
    }
  }
  return distance.back();
}

}  // namespace

std::string did_you_mean(const std::string& name, const std::vector<std::string>& candidates) {
  // No slip of the keyboard makes a name of it, and comparing takes time by its length.
  constexpr size_t kLongestSlip = 100;
  if (name.size() > kLongestSlip) return "";
  const std::string* best = nullptr;
  size_t best_distance = 1 + std::max<size_t>(1, name.size() / 3);
  for (const std::string& candidate : candidates) {
    const size_t distance = edit_distance(name, candidate);
    if (distance < best_distance) {
      best = &candidate;
      best_distance = distance;
    }
  }
  return best == nullptr ? "" : absl::StrCat(" Did you mean '", *best, "'?");
}

}  // namespace eif
