#include "desiderata/shared/text_logic.h"
#include "eif/plugin.h"

namespace eif {
namespace {

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

class Implication final : public TextLogic {
 public:
  Implication()
      : TextLogic({.claim = "A fact makes its negation less likely, and a certain statement says "
                            "more about an uncertain one than the other way.",
                   .paper_section = "1",
                   .holds = "training respects negation and uncertainty",
                   .violated = "training on a fact raises its own negation too, or certain and "
                               "uncertain statements teach each other alike"},
                  all_of({negation("belongs_to", "in_a_c", "not_in_a_c"),
                          negation("transitivity", "is", "is_not"),
                          negation("transitivity", "has", "has_not"), certainty()})) {}
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Implication, "implication", "0.1.0",
                       "facts lower their negations; certainty implies possibility (§1)")
