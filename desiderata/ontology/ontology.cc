#include "desiderata/shared/text_logic.h"
#include "eif/plugin.h"

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

class Ontology final : public TextLogic {
 public:
  Ontology()
      : TextLogic(
            {.claim = "What belongs to a set belongs to the sets around it, and not the other way.",
             .paper_section = "1, 3.2",
             .holds = "training on memberships raises those that follow from them",
             .violated = "training on memberships does no more for one that follows from them than "
                         "sentences of the same words from which it does not follow"},
            all_of({beyond_broken("belongs_to", "chain", "in_a_c", "in_c_a"),
                    beyond_broken("belongs_to", "combined", "in_a_c", "in_c_a"),
                    beyond_broken("belongs_to", "chain", "in_a_c", "not_in_a_c"),
                    beyond_broken("belongs_to", "combined", "in_a_c", "not_in_a_c"), inversion(),
                    squares("chain"), squares("combined")})) {}
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Ontology, "ontology", "0.1.0",
                       "membership of sets is passed on upwards and inverted (§3.2)")
