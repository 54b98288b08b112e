#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "desiderata/shared/doses.h"
#include "desiderata/shared/logic.h"
#include "desiderata/shared/text_domains.h"
#include "domains/paper.h"
#include "eif/plugin.h"

namespace eif {
namespace {

// What decides about logic, in all domains.
std::vector<ContrastExpectation> primary_contrasts() {
  std::vector<ContrastExpectation> contrasts =
      all_of({transitivity_contrasts(), ontology_contrasts(), causality_contrasts(),
              compositionality_contrasts(), implication_contrasts()});
  std::erase_if(contrasts, [](const ContrastExpectation& one) { return !one.primary; });
  return contrasts;
}

class Rescue final : public Desideratum {
 public:
  DesideratumInfo info() const override {
    DesideratumInfo info{
        .claim = "Reading a text does more for what follows from it than training on it does.",
        .paper_section = "3.1",
        .modalities = {Modality::kText},
        .holds = "logic that fine-tuning fails is found when the same text is read",
        .violated = "reading a text does no more for what follows from it than training on it"};
    for (const ContrastExpectation& contrast : primary_contrasts()) {
      Expectation expectation = contrast.expectation();
      expectation.gain_in_context = true;
      expectation.claim = absl::StrCat("in context − by fine-tuning: ", expectation.claim);
      info.expectations.push_back(std::move(expectation));
    }
    decided_once_learned(info);
    info.observations = {{.id = "mean_effect",
                          .unit = "nats per token",
                          .claim = "mean of these effects, not divided by a self scale"}};
    return info;
  }

  absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const override {
    return requests_comparing(primary_contrasts(), draw);
  }

  absl::StatusOr<Scores> score(const Draw&, const Answers& answers) const override {
    Scores scores;
    add_effects(primary_contrasts(), answers, scores);
    double sum = 0;
    for (const auto& [id, effect] : scores.effects) sum += effect;
    scores.observations["mean_effect"] = sum / static_cast<double>(scores.effects.size());
    return scores;
  }
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Rescue, eif::paper::kRescue, "0.3.0",
                       "reading does what fine-tuning does not (§3.1)")
