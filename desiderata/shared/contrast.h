// Comparisons between cells of a text domain's matrix, as expectations: id, claim and effect all
// come from the ids of the samples, so that what a report says is what was computed.
//
//   const Contrast plain = {Cell{"chain", "in_a_c"}, {"chain", "in_c_a"}};
//   const Contrast control = {Cell{"broken_chain", "in_a_c"}, {"broken_chain", "in_c_a"}};
//   Expectation expectation = controlled("belongs_to", plain, control).expectation();
//   // id     chain_to_in_a_c_over_in_c_a_controlled
//   // claim  belongs_to: [EIF(chain→in_a_c) − EIF(chain→in_c_a)]
//   //                  − [EIF(broken_chain→in_a_c) − EIF(broken_chain→in_c_a)] > 0
//
// Logic is not position. Training on a chain raises its conclusion above the reverse of it for a
// trivial reason too: the one entity was just seen at the start of a sentence and the other at its
// end. A control has the same words in the same places and lacks the logic, and so the difference
// of the two differences is left to logic alone. Every comparison that can be controlled is stated
// twice: controlled, which decides, and as the paper has it, which is reported.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "eif/desideratum.h"
#include "eif/matrix.h"

namespace eif {

// EIF(higher) − EIF(lower): what a good learner makes positive.
struct Contrast {
  std::optional<Cell> higher;  // unset: 0, no influence at all
  Cell lower;
};

// "Training on `premise` helps `conclusion` more than `alternative`."
Contrast preference(const std::string& premise, const std::string& conclusion,
                    const std::string& alternative);

// "Training on `from` helps `to` more than training on `to` helps `from`."
Contrast one_sided(const std::string& from, const std::string& to);

// "Training on `fact` makes `negation` less likely." Direct: it is its own comparison, with 0.
Contrast lowers(const std::string& fact, const std::string& negation);

// A direction that a contrast, or its excess over a control, is expected to have.
struct ContrastExpectation {
  std::string domain;  // names its request and its self scale
  Contrast contrast;
  std::optional<Contrast> control;
  bool primary = true;

  std::string id() const;
  Expectation expectation() const;
  // Those that are compared.
  std::set<Cell> cells() const;
  // In the unit of the cells. NaN where a cell is.
  double effect(const Matrix& matrix) const;
};

// Primary: the excess over the control.
ContrastExpectation controlled(std::string domain, Contrast contrast, Contrast control);
// Primary: the contrast by itself.
ContrastExpectation direct(std::string domain, Contrast contrast);
// Secondary: the contrast by itself, as the paper has it.
ContrastExpectation plain(std::string domain, Contrast contrast);

// Twice, controlled and plain: training on `premise` helps `conclusion` more than `alternative`.
// The control is the sample "broken_<premise>", which every chain of a domain has.
std::vector<ContrastExpectation> beyond_broken(const std::string& domain,
                                               const std::string& premise,
                                               const std::string& conclusion,
                                               const std::string& alternative);

// Adds the effect of each to `effects`. Every domain must be among the answers.
void add_effects(const std::vector<ContrastExpectation>& expectations, const Answers& answers,
                 Scores& scores);

// The parts, one after the other.
std::vector<ContrastExpectation> all_of(std::vector<std::vector<ContrastExpectation>> parts);

}  // namespace eif
