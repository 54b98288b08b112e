#include "desiderata/shared/logic.h"
#include "desiderata/shared/text_logic.h"
#include "domains/paper.h"
#include "eif/plugin.h"

namespace eif {
namespace {

class Causality final : public TextLogic {
 public:
  Causality()
      : TextLogic({.claim = "If A causes B and B causes C, then A is more likely to cause C.",
                   .paper_section = "1, 3.2",
                   .holds = "training on a causal chain makes its first cause more likely to cause "
                            "its last effect",
                   .violated = "a causal chain does no more for its first cause to cause its last "
                               "effect than a chain with a link broken"},
                  causality_contrasts()) {}
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Causality, eif::paper::kCausality, "0.2.0",
                       "a learned causal chain links its first cause to its last effect (§3.2)")
