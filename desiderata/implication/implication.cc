#include "desiderata/shared/logic.h"
#include "desiderata/shared/text_logic.h"
#include "domains/paper.h"
#include "eif/plugin.h"

namespace eif {
namespace {

class Implication final : public TextLogic {
 public:
  Implication()
      : TextLogic({.claim = "A fact makes what asserts it likelier than what denies it, and a certain "
                            "statement says more about an uncertain one than the other way.",
                   .paper_section = "1",
                   .holds = "training respects negation and uncertainty",
                   .violated = "training on a fact raises what denies it as much as what asserts it "
                               "in the same words, or certain and uncertain statements teach each "
                               "other alike"},
                  implication_contrasts()) {}
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Implication, eif::paper::kImplication, "0.2.0",
                       "facts lower their negations; certainty implies possibility (§1)")
