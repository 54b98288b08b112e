#include "desiderata/shared/learners.h"

#include <cmath>

#include "gtest/gtest.h"

namespace eif {
namespace {

const Sample kForwards{"forwards", {"A is in B."}};
const Sample kBackwards{"backwards", {"B is in A."}};
const Sample kTwo{"two", {"A is, it", "is in B"}};

TEST(LogicalLearner, KnowsItselfWhatItImpliesAndWhatItRulesOut) {
  const LogicalLearner learner({{"forwards", "two"}}, {{"forwards", "backwards"}});
  EXPECT_EQ(learner(kForwards, kForwards), 1);
  EXPECT_EQ(learner(kForwards, kTwo), 1);
  EXPECT_EQ(learner(kForwards, kBackwards), -1);
  EXPECT_EQ(learner(kTwo, kForwards), 0);
}

TEST(PositionalInfluence, IsTheShareOfNeighboursThatWereSeen) {
  EXPECT_EQ(positional_influence(kForwards, kForwards), 1);
  EXPECT_EQ(positional_influence(kForwards, kBackwards), 1.0 / 4);  // is in
  EXPECT_EQ(positional_influence(kTwo, kForwards), 1);              // ^ a, a is / is in, in b
  EXPECT_EQ(positional_influence(kForwards, kTwo), 4.0 / 6);        // not: is it, ^ is
}

TEST(BagOfWordsInfluence, CountsCommonWordsWhereverTheyStand) {
  EXPECT_EQ(bag_of_words_influence(kForwards, kBackwards), 4);
  EXPECT_EQ(bag_of_words_influence(kForwards, kTwo), 4);
  EXPECT_EQ(bag_of_words_influence(kTwo, kTwo), 5);
}

TEST(AnswersOf, WhatIsNotAskedForIsNotAnswered) {
  Request request{.name = "r", .trained = {kForwards}, .evaluated = {kForwards, kTwo}};
  request.only = {Cell{"forwards", "two"}};
  const Answers answers = answers_of({request}, bag_of_words_influence);
  EXPECT_TRUE(std::isnan(answers.at("r").at("forwards", "forwards")));
  EXPECT_EQ(answers.at("r").at("forwards", "two"), 4);
}

}  // namespace
}  // namespace eif
