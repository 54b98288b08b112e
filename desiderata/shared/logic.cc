#include "desiderata/shared/logic.h"

#include <string>

namespace eif {
namespace {

// A∈B says that B contains A. Against "A contains B", whose words and template are the same, names
// in the order of the trained sentence speak for the wrong one; the control takes that away. The
// paper's own comparison, with B∈A, cannot be controlled: the two sentences differ in template too.
std::vector<ContrastExpectation> inversion() {
  return {controlled("belongs_to", preference("in_a_b", "contains_b_a", "contains_a_b"),
                     preference("compares_a_b", "contains_b_a", "contains_a_b")),
          plain("belongs_to", preference("in_a_b", "contains_b_a", "in_b_a"))};
}

std::vector<ContrastExpectation> squares(const std::string& premise) {
  return beyond_broken("squares", premise, "in_square_rectangle", "in_rectangle_square");
}

std::vector<ContrastExpectation> effect_follows(const std::string& premise) {
  return beyond_broken("chain_induces", premise, "causes_a_z", "causes_z_a");
}

// What follows over its negation. A sentence without a "not" may be raised beside one with it whoever
// they are about: so the same is asked about two names of whom the premise says nothing.
std::vector<ContrastExpectation> over_negation(const std::string& domain,
                                               const std::string& premise,
                                               const std::string& conclusion,
                                               const std::string& negation,
                                               const std::string& other_conclusion,
                                               const std::string& other_negation) {
  std::vector<ContrastExpectation> expectations =
      beyond_broken(domain, premise, conclusion, negation);
  expectations.push_back(
      unrelated(domain, excess_over_broken(premise, other_conclusion, other_negation)));
  return expectations;
}

// Sentences that differ in one word: "indeed", "also" and "not".
struct Polarity {
  std::string indeed, also, denial;
};

// A fact raises its own negation, too: they have all words in common but one. So the negation is
// compared with what has another word in that place and denies nothing. Plain, it is compared with
// 0, and with the fact itself, which is what was trained on.
std::vector<ContrastExpectation> negation(const std::string& domain, const std::string& fact,
                                          const Polarity& of_it, const Polarity& of_others) {
  const auto matched = [&](const Polarity& one) {
    return over_denial(fact, {one.indeed, one.also}, one.denial);
  };
  return {direct(domain, matched(of_it)), unrelated(domain, matched(of_others)),
          plain(domain, lowers(fact, of_it.denial)),
          plain(domain, preference(fact, fact, of_it.denial))};
}

// What is certain might be; what might be is not certain. "Would" in the place of "might" follows
// from nothing and implies nothing.
std::vector<ContrastExpectation> certainty() {
  const Contrast certain_over_uncertain = one_sided("in_a_c", "might_in_a_c");
  return {controlled("belongs_to", certain_over_uncertain, one_sided("in_a_c", "would_in_a_c")),
          plain("belongs_to", certain_over_uncertain)};
}

}  // namespace

std::vector<ContrastExpectation> transitivity_contrasts() {
  return all_of({beyond_broken("bigger_than", "chain", "bigger_a_c", "bigger_c_a"),
                 beyond_broken("bigger_than", "combined", "bigger_a_c", "bigger_c_a"),
                 over_negation("transitivity", "chain", "has", "has_not", "has_p_r", "has_not_p_r"),
                 over_negation("transitivity", "combined", "has", "has_not", "has_p_r",
                               "has_not_p_r"),
                 crossed_pairs("bigger_than", {"chain", "combined"},
                               {.a_c = "bigger_a_c",
                                .p_r = "bigger_p_r",
                                .a_r = "bigger_a_r",
                                .p_c = "bigger_p_c",
                                .c_a = "bigger_c_a",
                                .r_p = "bigger_r_p",
                                .r_a = "bigger_r_a",
                                .c_p = "bigger_c_p"}),
                 crossed_pairs("transitivity", {"chain", "combined"},
                               {.a_c = "has",
                                .p_r = "has_p_r",
                                .a_r = "has_klarbu_r",
                                .p_c = "has_p_greev",
                                .c_a = "has_reversed",
                                .r_p = "has_r_p",
                                .r_a = "has_r_klarbu",
                                .c_p = "has_greev_p"})});
}

std::vector<ContrastExpectation> ontology_contrasts() {
  return all_of({beyond_broken("belongs_to", "chain", "in_a_c", "in_c_a"),
                 beyond_broken("belongs_to", "combined", "in_a_c", "in_c_a"),
                 over_negation("belongs_to", "chain", "in_a_c", "not_in_a_c", "in_p_r",
                               "not_in_p_r"),
                 over_negation("belongs_to", "combined", "in_a_c", "not_in_a_c", "in_p_r",
                               "not_in_p_r"),
                 inversion(),
                 squares("chain"), squares("combined"),
                 crossed_pairs("belongs_to", {"chain", "combined"},
                               {.a_c = "in_a_c",
                                .p_r = "in_p_r",
                                .a_r = "in_a_r",
                                .p_c = "in_p_c",
                                .c_a = "in_c_a",
                                .r_p = "in_r_p",
                                .r_a = "in_r_a",
                                .c_p = "in_c_p"}),
                 crossed_pairs("squares", {"chain", "combined"},
                               {.a_c = "in_square_rectangle",
                                .p_r = "in_p_r",
                                .a_r = "in_square_r",
                                .p_c = "in_p_rectangle",
                                .c_a = "in_rectangle_square",
                                .r_p = "in_r_p",
                                .r_a = "in_r_square",
                                .c_p = "in_rectangle_p"})});
}

std::vector<ContrastExpectation> causality_contrasts() {
  return all_of({effect_follows("chain_2"), effect_follows("combined_2"), effect_follows("chain_4"),
                 effect_follows("combined_4"),
                 crossed_pairs("chain_induces", {"chain_2", "combined_2"},
                               {.a_c = "causes_a_z",
                                .p_r = "causes_p_r",
                                .a_r = "causes_a_r",
                                .p_c = "causes_p_z",
                                .c_a = "causes_z_a",
                                .r_p = "causes_r_p",
                                .r_a = "causes_r_a",
                                .c_p = "causes_z_p"})});
}

std::vector<ContrastExpectation> compositionality_contrasts() {
  return all_of({beyond_broken("part_of", "chain", "part_a_c", "part_c_a"),
                 beyond_broken("part_of", "combined", "part_a_c", "part_c_a"),
                 over_negation("part_of", "chain", "part_a_c", "not_part_a_c", "part_p_r",
                               "not_part_p_r"),
                 over_negation("part_of", "combined", "part_a_c", "not_part_a_c", "part_p_r",
                               "not_part_p_r"),
                 crossed_pairs("part_of", {"chain", "combined"},
                               {.a_c = "part_a_c",
                                .p_r = "part_p_r",
                                .a_r = "part_a_r",
                                .p_c = "part_p_c",
                                .c_a = "part_c_a",
                                .r_p = "part_r_p",
                                .r_a = "part_r_a",
                                .c_p = "part_c_p"})});
}

std::vector<ContrastExpectation> implication_contrasts() {
  return all_of({negation("belongs_to", "in_a_c", {"indeed_in_a_c", "also_in_a_c", "not_in_a_c"},
                          {"indeed_in_p_r", "also_in_p_r", "not_in_p_r"}),
                 negation("transitivity", "is", {"is_indeed", "is_also", "is_not"},
                          {"is_indeed_p_q", "is_also_p_q", "is_not_p_q"}),
                 negation("transitivity", "has", {"has_indeed", "has_also", "has_not"},
                          {"has_indeed_p_r", "has_also_p_r", "has_not_p_r"}),
                 certainty()});
}

}  // namespace eif
