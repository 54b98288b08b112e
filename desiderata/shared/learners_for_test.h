// Learners whose influence is known, to see what a desideratum says of them.
//
//   const LogicalLearner logical({{"chain", "in_a_c"}});
//   const Scores scores = scores_of(*desideratum, Modality::kText, logical);
//   EXPECT_EQ(scores.effects.at("chain_to_in_a_c_over_in_c_a_controlled"), 1);
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "eif/desideratum.h"

namespace eif {

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

// Plan and score of DrawForTest on a learner. Fails the test where either does, or where a
// number is missing for what info() announces or given for what it does not.
Scores scores_of(const Desideratum& desideratum, Modality modality, const Influence& influence,
                 const Influence& distance = {});

// "domain: id: statement / statement" of each sample that is trained on, or evaluated, in the plan
// of a text desideratum, requests for distances left out. Fails the test where another request is
// not named after its domain.
std::vector<std::string> trained_texts(const Desideratum& desideratum);
std::vector<std::string> evaluated_texts(const Desideratum& desideratum);

}  // namespace eif
