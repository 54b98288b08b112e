#include "desiderata/shared/logic.h"
#include "desiderata/shared/text_logic.h"
#include "domains/paper.h"
#include "eif/plugin.h"

namespace eif {
namespace {

class Ontology final : public TextLogic {
 public:
  Ontology()
      : TextLogic(
            {.claim = "What belongs to a set belongs to the sets around it, and not the other way.",
             .paper_section = "1, 3.2",
             .holds = "training on memberships raises those that follow from them",
             .violated = "training on memberships does no more for one that follows from them than "
                         "sentences of the same words from which it does not follow"},
            ontology_contrasts()) {}
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Ontology, eif::paper::kOntology, "0.3.0",
                       "membership of sets is passed on upwards and inverted (§3.2)")
