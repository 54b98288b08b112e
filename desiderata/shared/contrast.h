// Comparisons between cells of a text domain's matrix, as expectations: id, claim and effect all
// come from the ids of the samples, so that what a report says is what was computed.
//
//   const Contrast plain = preference("chain", "in_a_c", "in_c_a");
//   const Contrast control = preference("broken_chain", "in_a_c", "in_c_a");
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
//
// A chain and its broken control differ in one word, and which word that is, is chance. So what is
// controlled by a broken chain is measured twice, the second time with the two words in each
// other's places (domains/exchange.h), and the mean counts.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "eif/desideratum.h"
#include "eif/matrix.h"

namespace eif {

// (ΣEIF(higher) − ΣEIF(lower)) / divisor: what a good learner makes positive.
struct Contrast {
  std::vector<Cell> higher;  // empty: 0, no influence at all
  std::vector<Cell> lower;
  double divisor = 1;  // a whole number
};

// "Training on `premise` helps `conclusion` more than `alternative`."
Contrast preference(const std::string& premise, const std::string& conclusion,
                    const std::string& alternative);

// "Training on `from` helps `to` more than training on `to` helps `from`."
Contrast one_sided(const std::string& from, const std::string& to);

// "Training on `fact` makes `negation` less likely": compared with 0.
Contrast lowers(const std::string& fact, const std::string& negation);

// "Training on `fact` helps sentences that assert it more than one that denies it", as a mean over
// the assertions. Where each differs from the denial in one word, what the other words do cancels.
Contrast over_denial(const std::string& fact, const std::vector<std::string>& assertions,
                     const std::string& denial);

// What follows from two chains, one from a to c and one from p to r, and the same reversed.
struct CrossedEnds {
  std::string a_c, p_r, a_r, p_c;
  std::string c_a, r_p, r_a, c_p;
};

// "Training on two chains in one sample helps what follows from them more than what would follow
// were their ends exchanged, and their reversals less." On both sides stand the same names, equally
// often. Half of it is trained on `premise`; the other half on exchanged_premise, from which the
// other conclusions follow, and so with the opposite sign. The mean over the four that follow.
Contrast crossed(const std::string& premise, const CrossedEnds& ends);

// A direction that a contrast, or its excess over a control, is expected to have.
struct ContrastExpectation {
  std::string domain;  // names its request and its self scale
  Contrast contrast;
  std::optional<Contrast> control = std::nullopt;
  bool primary = true;
  std::string ending = {};  // of the id
  // The effect is the mean of this one and of the same with exchanged_x in the place of every
  // trained sample x.
  bool exchanged = false;
  // An invariance: the effect is the magnitude, and as good as 0. Then there is no control.
  bool is_magnitude = false;

  std::string id() const;
  Expectation expectation() const;
  // Those whose mean is the effect: this one, or the two halves of an exchange.
  std::vector<ContrastExpectation> halves() const;
  // Cells that are compared.
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
// The control is the sample "broken_<premise>", which every chain of a domain has, and the effect is
// the mean over the exchange of the link and the spare entity.
std::vector<ContrastExpectation> beyond_broken(const std::string& domain,
                                               const std::string& premise,
                                               const std::string& conclusion,
                                               const std::string& alternative);

// Secondary: `contrast` is about names that nothing trained has, and should be as good as 0. Where it
// is not, the same about the names of the premises is passed without a look at them.
ContrastExpectation unrelated(std::string domain, Contrast contrast);

// What beyond_broken() compares, as one contrast: the mean over the exchange of what the chain does
// beyond the broken one.
Contrast excess_over_broken(const std::string& premise, const std::string& conclusion,
                            const std::string& alternative);

// Secondary: crossed pairs, "crossed_<premise>" for each of these chains.
std::vector<ContrastExpectation> crossed_pairs(const std::string& domain,
                                               const std::vector<std::string>& premises,
                                               const CrossedEnds& ends);

// Adds the effect of each to `effects`. Every domain must be among the answers.
void add_effects(const std::vector<ContrastExpectation>& expectations, const Answers& answers,
                 Scores& scores);

// The parts, one after the other.
std::vector<ContrastExpectation> all_of(std::vector<std::vector<ContrastExpectation>> parts);

}  // namespace eif
