#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "desiderata/shared/text_logic.h"
#include "eif/plugin.h"

namespace eif {
namespace {

constexpr char kDomain[] = "reversals";

// The two conclusions differ in their last name alone, and so does what they cost. The control has
// the names of the fact in their places and does not say that the one is the other: what it does
// for a name, having met the name did.
std::vector<ContrastExpectation> reversed(const std::string& fact, const std::string& conclusion,
                                          const std::string& alternative) {
  const Contrast contrast = preference(fact, conclusion, alternative);
  return {controlled(kDomain, contrast,
                     preference(absl::StrCat("control_", fact), conclusion, alternative)),
          plain(kDomain, contrast)};
}

class Reversal final : public TextLogic {
 public:
  Reversal()
      : TextLogic(
            {.claim = "Who learns that A is B knows that B is A.",
             .holds = "a fact that was learned from one end is known from the other",
             .violated = "a fact that was learned from one end is not known from the other: "
                         "it raises the right name no more than having met the name does"},
            all_of(
                {reversed("mayor_name_first", "mayor_name_last", "mayor_other_person"),
                 reversed("mayor_name_last", "mayor_name_first", "mayor_other_place"),
                 reversed("inventor_name_first", "inventor_name_last", "inventor_other_person"),
                 reversed("inventor_name_last", "inventor_name_first", "inventor_other_thing")})) {}
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Reversal, "reversal", "0.1.0", "A is B, learned, says that B is A")
