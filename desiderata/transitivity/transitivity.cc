#include "desiderata/shared/logic.h"
#include "desiderata/shared/text_logic.h"
#include "domains/paper.h"
#include "eif/plugin.h"

namespace eif {
namespace {

class Transitivity final : public TextLogic {
 public:
  Transitivity()
      : TextLogic(
            {.claim = "Two links of a chain, learned, make what follows from them more likely.",
             .paper_section = "1, 3.2",
             .holds =
                 "training on a chain raises what follows from it, and a broken chain does not",
             .violated = "training on a chain does no more for what follows from it than a broken "
                         "chain of the same words"},
            transitivity_contrasts()) {}
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Transitivity, eif::paper::kTransitivity, "0.3.0",
                       "a learned chain makes its conclusion more likely (§3.2)")
