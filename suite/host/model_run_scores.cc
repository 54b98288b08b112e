// From what was measured of a seed to its scores.
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/core/dose.h"
#include "suite/core/regime.h"
#include "suite/host/decided_by_regime.h"
#include "suite/host/guard.h"
#include "suite/host/model_run.h"
#include "suite/host/under_way.h"

namespace eif {

// A desideratum that cannot be scored fails by itself, and then none of its seeds counts.
void ModelRun::score(const Draw& draw) {
  for (Subject& subject : subjects_) {
    if (!takes_part(subject)) continue;
    const UnderWay here(
        absl::StrCat("plugin ", subject.tested->id, ", score of seed ", draw.seed()));
    find_what_is_decided(subject, draw);
    if (absl::Status status = score(subject, draw); !status.ok()) {
      subject.fail(std::string(status.message()));
    }
  }
}

absl::Status ModelRun::score(Subject& subject, const Draw& draw) {
  const auto score_of = [&](const Answers& matrices) {
    return guarded(absl::StrCat(subject.tested->id, ", score of seed ", draw.seed()),
                   [&] { return subject.tested->desideratum->score(draw, matrices); });
  };
  for (const auto& [condition, answers] : subject.answers->by_condition) {
    const absl::StatusOr<Scores> scores = score_of(answers);
    if (!scores.ok()) return scores.status();
    for (size_t i = 0; i < subject.by_dose.size(); ++i) {
      const bool is_learned = is_learned_dose(part_.doses[i]);
      // What was read belongs to every dose.
      if (is_learned && condition == Condition::kFineTuning) continue;
      subject.by_dose[i].add(draw.seed(), subject.requests, answers, *scores, condition);
    }
  }
  const size_t first_learned = subject.by_dose.size() - learned_.shares.size();
  for (size_t i = 0; i < learned_.shares.size(); ++i) {
    const double share = learned_.shares[i];
    const LearnedAnswers& answers = subject.answers->learned.at(share);
    const absl::StatusOr<LearnedScores> learned =
        learned_scores(subject.requests, answers, subject.compared, share, score_of);
    if (!learned.ok()) return learned.status();
    Scoring& scoring = subject.by_dose[first_learned + i];
    scoring.add(draw.seed(), subject.requests, answers.at(kOwnPasses).answers, learned->scores);
    scoring.add_learned(learned->effects);
  }
  return absl::OkStatus();
}

// One draw shows it as well as any other. A desideratum that cannot score numbers of no model is one
// of which nothing is known before it is measured.
void ModelRun::find_what_is_decided(Subject& subject, const Draw& draw) {
  if (subject.is_examined) return;
  subject.is_examined = true;
  if (!has_plateau(part_.doses)) return;
  const bool is_proportional =
      plan_.request.finds_learning_rate() || checks_.curvature <= kLargestCurvature;
  std::vector<Request> requests;
  for (const HashedRequest& hashed : subject.requests) requests.push_back(hashed.request);
  absl::StatusOr<std::map<std::string, std::string>> reasons =
      guarded(subject.tested->id, [&] {
        return decided_by_regime(*subject.tested->desideratum, draw, requests,
                                 regime_of(plan_.request, is_proportional));
      });
  if (reasons.ok()) subject.by_dose.front().set_decided(*std::move(reasons));
}

}  // namespace eif
