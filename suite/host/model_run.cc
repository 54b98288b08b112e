#include "suite/host/model_run.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/engine/explain.h"
#include "suite/engine/in_context.h"
#include "suite/formats/digest.h"
#include "suite/host/base_features.h"
#include "suite/host/control.h"
#include "suite/host/guard.h"
#include "suite/host/token_pieces.h"
#include "suite/host/under_way.h"
#include "suite/host/validity.h"

namespace eif {
namespace {

// A desideratum may ask for so many matrices of a seed. All are in memory at once, and each is kept
// in three files.
constexpr size_t kMostRequests = 10'000;

// A text can be learned or read; an image can only be learned.
std::vector<Condition> conditions_of(const Model& model) {
  if (model.info().modality == Modality::kImage) return {Condition::kFineTuning};
  return {Condition::kFineTuning, Condition::kInContext};
}

// Two seeds have the same hash where the samples of their requests say the same.
std::string hash_of(const std::vector<HashedRequest>& requests) {
  Digest digest;
  for (const HashedRequest& hashed : requests) {
    digest.add(hashed.request.name);
    for (const std::string& sample : hashed.trained) digest.add(sample);
    for (const std::string& sample : hashed.evaluated) digest.add(sample);
  }
  return digest.hex();
}

// Distances are the same under every condition, and are kept once.
bool is_kept(const Request& request, Condition condition) {
  return request.cells != Cells::kDistance || condition == Condition::kFineTuning;
}

}  // namespace

ModelRun::ModelRun(const RunPlan& plan, Model& model, const TrainingOptions& training,
                   DigitSource& digits, RunStore& store, Monitor& monitor)
    : plan_(plan),
      model_(model),
      training_(training),
      digits_(digits),
      store_(store),
      monitor_(monitor),
      conditions_(conditions_of(model)) {
  const ModelInfo& info = model.info();
  for (const DesideratumUnderTest& tested : plan.desiderata) {
    if (!tested.applies_to(info.modality)) continue;
    subjects_.push_back(
        {&tested,
         Scoring(result_key(plan.request, info.name, tested.id), tested.info, info.modality),
         {}});
  }
}

std::vector<DesideratumResult> ModelRun::results() const {
  std::vector<DesideratumResult> results;
  for (const Subject& subject : subjects_) {
    for (DesideratumResult& result : subject.scoring.results(checks_.noise_floor)) {
      results.push_back(std::move(result));
    }
  }
  return results;
}

absl::Status ModelRun::run_seed(uint64_t seed) {
  const SeededDraw draw(seed, model_.info().modality, digits_, plan_.draws);
  plan_seed(draw);
  if (recorded_seeds_.contains(seed)) {
    const absl::StatusOr<SeedAnswers> recorded = read_seed(seed);
    if (recorded.ok()) {
      score(draw, *recorded);
      return absl::OkStatus();
    }
    recorded_seeds_.erase(seed);
    monitor_.announce(absl::StrCat(
        "seed ", seed, " is measured again: ", std::string(recorded.status().message())));
  }
  const absl::StatusOr<SeedAnswers> answers = measure_seed(seed);
  if (!answers.ok()) return answers.status();
  keep(seed, *answers);
  score(draw, *answers);
  return absl::OkStatus();
}

// ---- Planning ----------------------------------------------------------------------------------

void ModelRun::plan_seed(const Draw& draw) {
  for (Subject& subject : subjects_) {
    subject.requests.clear();
    subject.is_repeated = false;
    if (subject.scoring.failed()) continue;
    if (absl::Status planned = plan_requests(subject, draw); !planned.ok()) {
      subject.scoring.fail(std::string(planned.message()));
      continue;
    }
    const auto [first, is_new] = subject.drawn.try_emplace(hash_of(subject.requests), draw.seed());
    if (is_new || first->second == draw.seed()) continue;
    // The same samples again are no replication, whatever they are counted as.
    subject.is_repeated = true;
    subject.scoring.repeat(draw.seed());
  }
}

absl::Status ModelRun::plan_requests(Subject& subject, const Draw& draw) {
  const std::string what = absl::StrCat(subject.tested->id, ", plan of seed ", draw.seed());
  const UnderWay here(absl::StrCat("plugin ", what));
  absl::StatusOr<std::vector<Request>> requests =
      guarded(what, [&] { return subject.tested->desideratum->plan(draw); });
  if (!requests.ok()) return requests.status();
  if (plan_.request.control == control_name(Control::kShuffledNames)) {
    if (absl::Status shuffled = shuffle_names(draw, *requests); !shuffled.ok()) return shuffled;
  }
  if (requests->size() > kMostRequests) {
    return absl::InvalidArgumentError(absl::StrCat(what, ": it asks for ", requests->size(),
                                                   " matrices; at most ", kMostRequests,
                                                   " are kept"));
  }
  std::set<std::string> names;
  for (Request& request : *requests) {
    if (!names.insert(request.name).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(what, ": two requests are named ", request.name, "; names are distinct"));
    }
    if (absl::Status status = check_request(request); !status.ok()) return status;
    request.trained =
        scored_in_whole_unless(masks_training(plan_.request.mask), std::move(request.trained));
    request.evaluated =
        scored_in_whole_unless(masks_evaluation(plan_.request.mask), std::move(request.evaluated));
    subject.requests.push_back(hashed(std::move(request)));
  }
  return absl::OkStatus();
}

bool ModelRun::takes_part(const Subject& subject) const {
  return !subject.scoring.failed() && !subject.is_repeated;
}

MatrixKey ModelRun::key_of(const Subject& subject, uint64_t seed, Condition condition,
                           const Request& request) const {
  return {.model = model_.info().name,
          .desideratum = subject.tested->id,
          .seed = seed,
          .condition = condition,
          .request = request.name};
}

// ---- Measuring ---------------------------------------------------------------------------------

absl::StatusOr<ModelRun::SeedAnswers> ModelRun::measure_seed(uint64_t seed) {
  SeedMeasurement wanted;
  for (const Subject& subject : subjects_) {
    if (!takes_part(subject)) continue;
    for (const HashedRequest& hashed : subject.requests) {
      const absl::Status status = wanted.of(hashed.request).add(hashed);
      if (!status.ok()) return status;
    }
  }
  if (!announced_) {
    announced_ = true;
    if (!is_checked_) check_the_model();
    const size_t seeds = plan_.request.seeds.size() - recorded_seeds_.size();
    monitor_.rows(0, wanted.influence.rows_to_measure() * seeds * conditions_.size());
  }
  // A seed counts when all of it was measured: scores come last.
  const std::string what = absl::StrCat(model_.info().name, ", seed ", seed);
  const absl::Status embedded = guarded(what, [&] { return measure_distances(wanted.distance); });
  if (!embedded.ok()) return embedded;
  std::vector<SeedMeasurement> measured(conditions_.size(), wanted);
  for (size_t i = 0; i < conditions_.size(); ++i) {
    const absl::Status status = guarded(what, [&] { return measure(measured, i); });
    if (!status.ok()) return status;
    // A model that stops answering leaves rows with an error, which is no result.
    if (monitor_.stopping()) return absl::CancelledError("interrupted");
  }
  const absl::Status explained = guarded(what, [&] { return explain_seed(seed); });
  if (!explained.ok()) return explained;
  if (monitor_.stopping()) return absl::CancelledError("interrupted");
  SeedAnswers answers;
  for (size_t i = 0; i < conditions_.size(); ++i) {
    for (const Subject& subject : subjects_) {
      Answers& of_subject = answers[conditions_[i]].emplace_back();
      if (!takes_part(subject)) continue;
      for (const HashedRequest& hashed : subject.requests) {
        of_subject[hashed.request.name] = measured[i].of(hashed.request).answer(hashed);
      }
    }
  }
  return answers;
}

// The checks are made on what the first seed trains on.
void ModelRun::check_the_model() {
  is_checked_ = true;
  std::vector<Request> requests;
  for (const Subject& subject : subjects_) {
    for (const HashedRequest& hashed : subject.requests) requests.push_back(hashed.request);
  }
  checks_ = check_model(model_, statements_to_check(requests), training_);
}

// Fine-tuning comes first, and its base losses are those of every condition.
absl::Status ModelRun::measure(std::vector<SeedMeasurement>& measured, size_t i) {
  return measured[i].influence.run([&](const WantedCells& wanted) {
    if (conditions_[i] == Condition::kInContext) {
      return in_context_influence(model_, wanted,
                                  measured[0].influence.base_losses(wanted.evaluated), counted_);
    }
    return plan_.engine->measure(model_, wanted, training_, counted_);
  });
}

// Nothing is trained for distances, so none of their rows counts.
absl::Status ModelRun::measure_distances(Measurement& measurement) {
  UncountedMonitor uncounted(monitor_);
  return measurement.run([&](const WantedCells& wanted) {
    return base_distances(model_, wanted.trained, wanted.evaluated, uncounted);
  });
}

// Matrix by matrix: what is asked twice is explained twice.
absl::Status ModelRun::explain_seed(uint64_t seed) {
  explanations_.clear();
  if (!plan_.request.explain) return absl::OkStatus();
  for (const Subject& subject : subjects_) {
    if (!takes_part(subject)) continue;
    for (const HashedRequest& hashed : subject.requests) {
      const Request& request = hashed.request;
      if (request.cells == Cells::kDistance) continue;
      absl::StatusOr<Explanation> explanation = explained(request);
      if (!explanation.ok()) return explanation.status();
      explanations_.emplace(key_of(subject, seed, Condition::kFineTuning, request),
                            *std::move(explanation));
    }
  }
  return absl::OkStatus();
}

// Its rows are no more rows of the run, which has trained on them already.
absl::StatusOr<Explanation> ModelRun::explained(const Request& request) {
  UncountedMonitor uncounted(monitor_);
  absl::StatusOr<Explanation> explanation =
      explain(model_, cells_of(request), training_, plan_.explain_limits, uncounted);
  if (!explanation.ok() || tokenizer_ == nullptr) return explanation;
  const absl::Status spelled = spell_tokens(*tokenizer_, request.evaluated, *explanation);
  if (!spelled.ok()) return spelled;
  return explanation;
}

// ---- What is kept ------------------------------------------------------------------------------

absl::StatusOr<ModelRun::SeedAnswers> ModelRun::read_seed(uint64_t seed) const {
  std::map<MatrixKey, const MatrixRecord*> records;
  for (const MatrixRecord& record : store_.earlier()->matrices) records[record.key] = &record;
  SeedAnswers answers;
  for (const Condition condition : conditions_) {
    for (const Subject& subject : subjects_) {
      Answers& of_subject = answers[condition].emplace_back();
      if (!takes_part(subject)) continue;
      for (const HashedRequest& hashed : subject.requests) {
        const Request& request = hashed.request;
        const auto found = records.find(
            key_of(subject, seed, is_kept(request, condition) ? condition : Condition::kFineTuning,
                   request));
        if (found == records.end()) {
          return absl::NotFoundError(absl::StrCat("the matrix ", request.name, " of ",
                                                  subject.tested->id, " was not written down"));
        }
        absl::StatusOr<MeasuredMatrix> matrix = store_.read(*found->second);
        if (!matrix.ok()) return matrix.status();
        if (matrix->matrix.trained_ids() != ids_of(request.trained) ||
            matrix->matrix.evaluated_ids() != ids_of(request.evaluated)) {
          return absl::DataLossError(
              absl::StrCat(found->second->path, " is about other samples than this seed draws"));
        }
        of_subject[request.name] = std::move(matrix->matrix);
      }
    }
  }
  return answers;
}

void ModelRun::keep(uint64_t seed, const SeedAnswers& answers) {
  for (const Condition condition : conditions_) {
    for (size_t i = 0; i < subjects_.size(); ++i) {
      const Subject& subject = subjects_[i];
      if (!takes_part(subject)) continue;
      for (const HashedRequest& hashed : subject.requests) {
        const Request& request = hashed.request;
        if (!is_kept(request, condition)) continue;
        MeasuredMatrix measured{.key = key_of(subject, seed, condition, request),
                                .domain = request.domain,
                                .cells = request.cells,
                                .trained = request.trained,
                                .evaluated = request.evaluated,
                                .matrix = answers.at(condition)[i].at(request.name)};
        if (auto explanation = explanations_.extract(measured.key)) {
          measured.explanation = std::move(explanation.mapped());
        }
        const absl::Status kept = store_.keep(measured);
        // The numbers are there all the same.
        if (!kept.ok()) problems_.emplace_back(kept.message());
      }
    }
  }
}

// A desideratum that cannot be scored fails by itself, and then none of its seeds counts.
void ModelRun::score(const Draw& draw, const SeedAnswers& answers) {
  for (const Condition condition : conditions_) {
    for (size_t i = 0; i < subjects_.size(); ++i) {
      Subject& subject = subjects_[i];
      if (!takes_part(subject)) continue;
      const Answers& of_subject = answers.at(condition)[i];
      const std::string what = absl::StrCat(subject.tested->id, ", score of seed ", draw.seed());
      const UnderWay here(absl::StrCat("plugin ", what));
      const absl::StatusOr<Scores> scores =
          guarded(what, [&] { return subject.tested->desideratum->score(draw, of_subject); });
      if (scores.ok()) {
        subject.scoring.add(draw.seed(), subject.requests, of_subject, *scores, condition);
      } else {
        subject.scoring.fail(std::string(scores.status().message()));
      }
    }
  }
}

}  // namespace eif
