// The learner that a declared desideratum asks for: whether there is one shows whether the question
// can be passed at all.
//
//   const PassingLearner learner = find_passing_learner(declaration);
//   if (!learner.unmet.empty()) …  // these cannot be had together
//   double cell = learner.influence.at("belongs_to").at({"chain", "in_a_c"});
//
// What follows from what in a file of the user's own, no program knows. So the learner goes by the
// expectations: it learns every sample itself (EIF(i→i) = 1, the self scale), raises each cell that
// a primary expectation counts and lowers each that it subtracts. Where that is not enough, because
// two expectations pull at one cell or an invariance wants two cells to be equal, it is moved
// towards each expectation that is not met, by as little as meets it, in turns (the relaxation
// method of Agmon and of Motzkin and Schoenberg, 1954, which ends for linear expectations that can
// be had together).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "desiderata/declared/declaration.h"
#include "eif/desideratum.h"

namespace eif {

struct PassingLearner {
  // By domain. A cell that is missing is 0, or 1 for a sample and itself.
  std::map<std::string, std::map<Cell, double>> influence;
  // Ids of the primary expectations that it does not meet; empty: it passes.
  std::vector<std::string> unmet;

  double at(const std::string& domain, const Cell& cell) const;
};

PassingLearner find_passing_learner(const Declaration& declaration);

// How much an expectation changes with each of its cells where each is 1: the weights of a plain
// sum, its control included.
std::map<Cell, double> weights(const DeclaredExpectation& expectation);

}  // namespace eif
