#include "desiderata/noise_invariance/noise_invariance.h"

#include "desiderata/shared/doses.h"
#include "domains/paper.h"
#include "eif/plugin.h"

namespace eif {
namespace {

class NoiseInvariance final : public Desideratum {
 public:
  DesideratumInfo info() const override {
    DesideratumInfo info{
        .claim =
            "Less is learned from a noisy sample than from a clean one, and nothing from noise.",
        .paper_section = "2, Eq. 5 and 6",
        .modalities = {Modality::kImage, Modality::kText},
        .holds = "noisy samples teach less about clean ones than clean samples do (Eq. 5)",
        .violated =
            "noisy samples influence clean ones as much as clean ones do, or noise itself "
            "has influence (Eq. 5, 6)"};
    state_noisy_images(info);
    state_noisy_texts(info);
    decided_once_learned_beside_plateau(info);
    return info;
  }

  absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const override {
    return draw.modality() == Modality::kImage ? plan_noisy_images(draw) : plan_noisy_texts(draw);
  }

  absl::StatusOr<Scores> score(const Draw& draw, const Answers& answers) const override {
    return draw.modality() == Modality::kImage ? score_noisy_images(answers)
                                               : score_noisy_texts(answers);
  }
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::NoiseInvariance, eif::paper::kNoiseInvariance, "0.2.0",
                       "noisy samples teach less than clean ones, noise teaches nothing (§2)")
