#include "desiderata/shared/logic.h"
#include "desiderata/shared/text_logic.h"
#include "domains/paper.h"
#include "eif/plugin.h"

namespace eif {
namespace {

class Compositionality final : public TextLogic {
 public:
  Compositionality()
      : TextLogic({.claim = "If A is a part of B and B is a part of C, then A is a part of C.",
                   .paper_section = "1, 3.2",
                   .holds = "training on the parts of parts makes them parts of the whole",
                   .violated = "training on the parts of parts does no more to make them parts of "
                               "the whole than a chain with a link broken"},
                  compositionality_contrasts()) {}
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Compositionality, eif::paper::kCompositionality, "0.3.0",
                       "parts of parts are learned as parts of the whole (§1)")
