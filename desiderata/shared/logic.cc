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

// No control is needed to forbid what no logic allows: a fact must not raise its own negation. That
// the fact itself gains more than its negation says little, for it is what was trained on.
std::vector<ContrastExpectation> negation(const std::string& domain, const std::string& fact,
                                          const std::string& negated) {
  return {direct(domain, lowers(fact, negated)), plain(domain, preference(fact, fact, negated))};
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
                 beyond_broken("transitivity", "chain", "has", "has_not"),
                 beyond_broken("transitivity", "combined", "has", "has_not"),
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
                 beyond_broken("belongs_to", "chain", "in_a_c", "not_in_a_c"),
                 beyond_broken("belongs_to", "combined", "in_a_c", "not_in_a_c"), inversion(),
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
                 beyond_broken("part_of", "chain", "part_a_c", "not_part_a_c"),
                 beyond_broken("part_of", "combined", "part_a_c", "not_part_a_c"),
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
  return all_of({negation("belongs_to", "in_a_c", "not_in_a_c"),
                 negation("transitivity", "is", "is_not"),
                 negation("transitivity", "has", "has_not"), certainty()});
}

}  // namespace eif
