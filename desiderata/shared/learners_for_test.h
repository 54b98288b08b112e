// What a desideratum under test says of learners whose influence is known (learners.h).
//
//   const LogicalLearner logical(LogicalLearner::Cells{{"chain", "in_a_c"}});
//   const Scores scores = scores_of(*desideratum, Modality::kText, logical);
//   EXPECT_EQ(scores.effects.at("chain_to_in_a_c_over_in_c_a_controlled"), 1);
#pragma once

#include <string>
#include <vector>

#include "desiderata/shared/learners.h"
#include "eif/desideratum.h"

namespace eif {

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
