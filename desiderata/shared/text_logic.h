// A desideratum that is a list of contrasts and nothing else. A whole plugin:
//
//   class Causality final : public eif::TextLogic {
//    public:
//     Causality() : TextLogic({.claim = "…", .paper_section = "3.2", .holds = "…", .violated =
//     "…"},
//                             beyond_broken("chain_induces", "chain_2", "causes_a_z",
//                                           "causes_z_a")) {}
//   };
//   EIF_DESIDERATUM_PLUGIN(Causality, "causality", "0.1.0", "…")
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "desiderata/shared/contrast.h"
#include "eif/desideratum.h"

namespace eif {

class TextLogic : public Desideratum {
 public:
  DesideratumInfo info() const final;
  // Each domain of the contrasts once, in the order they come up.
  absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const final;
  absl::StatusOr<Scores> score(const Draw& draw, const Answers& answers) const final;

 protected:
  // `words` is all of info() but its modalities and expectations, which the contrasts decide.
  TextLogic(DesideratumInfo words, std::vector<ContrastExpectation> contrasts);

 private:
  DesideratumInfo words_;
  std::vector<ContrastExpectation> contrasts_;
};

}  // namespace eif
