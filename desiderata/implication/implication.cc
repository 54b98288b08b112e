#include "desiderata/shared/logic.h"
#include "desiderata/shared/text_logic.h"
#include "domains/paper.h"
#include "eif/plugin.h"

namespace eif {
namespace {

class Implication final : public TextLogic {
 public:
  Implication()
      : TextLogic({.claim = "A fact makes its negation less likely, and a certain statement says "
                            "more about an uncertain one than the other way.",
                   .paper_section = "1",
                   .holds = "training respects negation and uncertainty",
                   .violated = "training on a fact raises its own negation too, or certain and "
                               "uncertain statements teach each other alike"},
                  implication_contrasts()) {}
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Implication, eif::paper::kImplication, "0.1.0",
                       "facts lower their negations; certainty implies possibility (§1)")
