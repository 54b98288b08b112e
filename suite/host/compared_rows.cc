#include "suite/host/compared_rows.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "suite/core/random.h"

namespace eif {
namespace {

// Each time other numbers stand in the row. An effect may be a median or a maximum, which a row that
// it is taken over changes with only where its number is large enough, or small enough.
constexpr int kRounds = 8;
// Of the numbers that a row is given, every other time in units of those in the other rows.
constexpr double kFarOut = 1000;

using Numbers = std::map<std::string, double>;  // effects and observations, by id

// What a desideratum makes of random numbers.
class RandomAnswers {
 public:
  RandomAnswers(const Desideratum& desideratum, const Draw& draw,
                const std::vector<HashedRequest>& requests)
      : desideratum_(desideratum), draw_(draw), requests_(requests) {}

  // The numbers of one row, wherever it stands, are those of round `round`; of the others, of none.
  absl::StatusOr<Numbers> score(const std::string& row, int round) const {
    Answers answers;
    for (const HashedRequest& hashed : requests_) {
      answers[hashed.request.name] = answer(hashed, row, round);
    }
    absl::StatusOr<Scores> scores = desideratum_.score(draw_, answers);
    if (!scores.ok()) return scores.status();
    Numbers numbers = std::move(scores->effects);
    numbers.merge(std::move(scores->observations));
    return numbers;
  }

 private:
  Matrix answer(const HashedRequest& hashed, const std::string& row, int round) const {
    const Request& request = hashed.request;
    const bool is_influence = request.cells == Cells::kInfluence;
    Matrix matrix(ids_of(request.trained), ids_of(request.evaluated));
    for (size_t i = 0; i < matrix.rows(); ++i) {
      const int own_round = is_influence && hashed.trained[i] == row ? round : 0;
      const double unit = own_round % 2 == 1 ? kFarOut : 1;
      SeededRandom random(static_cast<uint64_t>(own_round),
                          absl::StrCat("compared rows/", request.name, "/", i));
      for (size_t j = 0; j < matrix.columns(); ++j) {
        // Distances are above 0, and influences of either sign.
        const double number =
            is_influence ? unit * random.normal() : static_cast<double>(1 + random.below(1000)) / 1e3;
        if (request.asks_for({request.trained[i].id, request.evaluated[j].id})) {
          matrix.at(i, j) = number;
        }
      }
    }
    return matrix;
  }

  const Desideratum& desideratum_;
  const Draw& draw_;
  const std::vector<HashedRequest>& requests_;
};

bool are_equal(double a, double b) { return a == b || (a != a && b != b); }

}  // namespace

absl::StatusOr<ComparedRows> compared_rows(const Desideratum& desideratum, const Draw& draw,
                                           const std::vector<HashedRequest>& requests) {
  std::set<std::string> rows;
  for (const HashedRequest& hashed : requests) {
    if (hashed.request.cells != Cells::kInfluence) continue;
    rows.insert(hashed.trained.begin(), hashed.trained.end());
  }
  const RandomAnswers answers(desideratum, draw, requests);
  const absl::StatusOr<Numbers> usual = answers.score("", 0);
  if (!usual.ok()) return usual.status();
  ComparedRows compared;
  for (const auto& [id, number] : *usual) compared[id];
  for (const std::string& row : rows) {
    for (int round = 1; round <= kRounds; ++round) {
      const absl::StatusOr<Numbers> changed = answers.score(row, round);
      if (!changed.ok()) return changed.status();
      for (const auto& [id, number] : *usual) {
        const auto now = changed->find(id);
        if (now == changed->end() || !are_equal(now->second, number)) compared[id].insert(row);
      }
    }
  }
  return compared;
}

}  // namespace eif
