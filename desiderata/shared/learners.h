// Learners whose influence is known, to see what a desideratum says of them.
//
//   const LogicalLearner logical(LogicalLearner::Cells{{"chain", "in_a_c"}});
//   const absl::StatusOr<Scores> scores = desideratum.score(draw, answers_of(requests, logical));
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "eif/desideratum.h"

namespace eif {

// The statements of a text sample.
std::vector<std::string> texts_of(const Sample& sample);

// EIF(trained→evaluated) of two samples of one domain.
using Influence = std::function<double(const Sample& trained, const Sample& evaluated)>;

// A perfect learner: 1 for itself and for what it implies, −1 for what it rules out, 0 for the
// rest.
class LogicalLearner {
 public:
  using Cells = std::set<std::pair<std::string, std::string>>;  // ids: trained, evaluated
  explicit LogicalLearner(Cells implied, Cells ruled_out = {})
      : implied_(std::move(implied)), ruled_out_(std::move(ruled_out)) {}
  double operator()(const Sample& trained, const Sample& evaluated) const;

 private:
  Cells implied_;
  Cells ruled_out_;
};

// Learns which word follows which, and nothing of what they mean: the share of the evaluated text's
// pairs of neighbouring words that the trained text has, the beginning of a statement being a word.
double positional_influence(const Sample& trained, const Sample& evaluated);

// Learns which words there are, as a kernel would: the number of words that both have. Symmetric.
double bag_of_words_influence(const Sample& trained, const Sample& evaluated);

// The matrices of the requests, measured on a learner. Requests for distances are answered by
// `distance`, which may be left out where there are none.
Answers answers_of(const std::vector<Request>& requests, const Influence& influence,
                   const Influence& distance = {});

}  // namespace eif
