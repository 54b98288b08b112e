#include "suite/host/model_run.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domains/neutral.h"
#include "suite/core/deciding_dose.h"
#include "suite/core/dose.h"
#include "suite/engine/in_context.h"
#include "suite/formats/digest.h"
#include "suite/host/base_features.h"
#include "suite/host/control.h"
#include "suite/host/guard.h"
#include "suite/host/under_way.h"
#include "suite/host/validity.h"

namespace eif {
namespace {

// A desideratum may ask for so many matrices of a seed. All are in memory at once, and each is kept
// in three files.
constexpr size_t kMostRequests = 10'000;

// A text can be learned or read; an image can only be learned. Learned doses are measured apart.
std::vector<Condition> conditions_of(const Model& model, const RunPart& part) {
  std::vector<Condition> conditions;
  if (has_plateau(part.doses)) conditions.push_back(Condition::kFineTuning);
  if (part.is_read && model.info().modality == Modality::kText) {
    conditions.push_back(Condition::kInContext);
  }
  return conditions;
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

// Explanations are not cached, so that a run that asks for them measures. So does one that is to have
// the same bits every time: in the run that kept a number, other samples may have been in its batch.
MatrixCache* cache_for(const RunPlan& plan, const RunPart& part) {
  const bool has_random_weights = part.control == control_name(Control::kRandomWeights);
  const bool measures = plan.request.explain || plan.request.deterministic;
  return has_random_weights && !measures ? plan.random_weights_cache.get() : nullptr;
}

}  // namespace

RunPart whole_run(const RunPlan& plan, const std::string& control) {
  return {.control = control, .doses = plan.request.doses};
}

ModelRun::ModelRun(const RunPlan& plan, Model& model, RunPart part, const TrainingOptions& training,
                   LearnedRecipe learned, DigitSource& digits, RunStore& store, Monitor& monitor)
    : plan_(plan),
      model_(model),
      part_(std::move(part)),
      training_(training),
      learned_(std::move(learned)),
      digits_(digits),
      store_(store),
      monitor_(monitor),
      conditions_(conditions_of(model, part_)),
      cache_(cache_for(plan, part_)),
      recorded_(store),
      seeds_expected_(plan.request.seeds.size()) {
  const ModelInfo& info = model.info();
  for (const DesideratumUnderTest& tested : plan.desiderata) {
    if (!tested.applies_to(info.modality)) continue;
    if (!part_.desiderata.empty() && !part_.desiderata.contains(tested.id)) continue;
    Subject& subject = subjects_.emplace_back(Subject{.tested = &tested});
    for (const std::string& dose : part_.doses) {
      ResultKey key = result_key(plan.request, info.name, tested.id, dose);
      key.control = part_.control;
      subject.by_dose.emplace_back(std::move(key), tested.info, info.modality);
    }
  }
}

std::vector<DesideratumResult> ModelRun::results(double learned_noise) const {
  std::vector<DesideratumResult> results;
  for (const Subject& subject : subjects_) {
    for (size_t i = 0; i < subject.by_dose.size(); ++i) {
      const bool is_learned = is_learned_dose(part_.doses[i]);
      const NoiseFloors noise{.by_fine_tuning = is_learned ? learned_noise : checks_.noise_floor,
                              .in_context = checks_.noise_floor};
      for (DesideratumResult& result : subject.by_dose[i].results(noise)) {
        // What was read belongs to every dose.
        if (result.key.condition == Condition::kFineTuning) set_decided_at(result);
        results.push_back(std::move(result));
      }
    }
  }
  return results;
}

void ModelRun::set_decided_at(DesideratumResult& result) const {
  const RunRequest& request = plan_.request;
  const std::string dose = deciding_dose(stated_dose(result.expectations), request.doses);
  result.decided_at = result_key(request, result.key.model, result.key.desideratum, dose).dose;
}

absl::Status ModelRun::run_seed(uint64_t seed) {
  const SeededDraw draw(seed, model_.info().modality, digits_, plan_.draws);
  plan_subjects(draw);
  if (recorded_seeds_.contains(seed)) {
    const absl::Status recorded = read_recorded(seed);
    if (recorded.ok()) {
      score(draw);
      return absl::OkStatus();
    }
    recorded_seeds_.erase(seed);
    for (Subject& subject : subjects_) subject.answers.reset();
    monitor_.announce(
        absl::StrCat("seed ", seed, " is measured again: ", std::string(recorded.message())));
  }
  read_cached(seed);
  std::set<const Subject*> to_be_measured;
  for (const Subject& subject : subjects_) {
    if (is_to_be_measured(subject)) to_be_measured.insert(&subject);
  }
  if (to_be_measured.empty() && was_cached(seed)) {
    if (!is_checked_) check_the_model();
    // Its rows were announced where an earlier seed was measured.
    if (announced_) monitor_.rows(rows_of_seed_, 0);
  } else if (absl::Status measured = measure_seed(seed); !measured.ok()) {
    return measured;
  }
  keep(seed, to_be_measured);
  score(draw);
  return absl::OkStatus();
}

// ---- Planning ----------------------------------------------------------------------------------

absl::StatusOr<SeedMeasurement> ModelRun::plan_seed(uint64_t seed) {
  const SeededDraw draw(seed, model_.info().modality, digits_, plan_.draws);
  plan_subjects(draw);
  return wanted_of_the_seed();
}

void ModelRun::plan_subjects(const Draw& draw) {
  if (plan_.request.has_neutral_base()) neutral_sentences_ = neutral_sentences(draw);
  for (Subject& subject : subjects_) {
    subject.requests.clear();
    subject.answers.reset();
    subject.is_repeated = false;
    if (subject.failed()) continue;
    if (absl::Status planned = plan_requests(subject, draw); !planned.ok()) {
      subject.fail(std::string(planned.message()));
      continue;
    }
    const auto [first, is_new] = subject.drawn.try_emplace(hash_of(subject.requests), draw.seed());
    if (is_new || first->second == draw.seed()) continue;
    // The same samples again are no replication, whatever they are counted as.
    subject.is_repeated = true;
    for (Scoring& scoring : subject.by_dose) scoring.repeat(draw.seed());
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
  if (learned_.shares.empty()) return absl::OkStatus();
  absl::StatusOr<ComparedRows> compared = guarded(
      what, [&] { return compared_rows(*subject.tested->desideratum, draw, subject.requests); });
  if (compared.ok()) subject.compared = *std::move(compared);
  return compared.status();
}

bool ModelRun::takes_part(const Subject& subject) {
  return !subject.failed() && !subject.is_repeated;
}

bool ModelRun::is_to_be_measured(const Subject& subject) {
  return takes_part(subject) && !subject.answers;
}

// ---- Measuring ---------------------------------------------------------------------------------

absl::StatusOr<SeedMeasurement> ModelRun::wanted_of_the_seed() const {
  SeedMeasurement wanted;
  for (const Subject& subject : subjects_) {
    if (!is_to_be_measured(subject)) continue;
    for (const HashedRequest& hashed : subject.requests) {
      const absl::Status status = wanted.of(hashed.request).add(hashed);
      if (!status.ok()) return status;
    }
  }
  return wanted;
}

void ModelRun::expect_more_seeds(size_t seeds) {
  seeds_expected_ += seeds;
  if (announced_) monitor_.rows(0, rows_of_seed_ * seeds);
}

absl::Status ModelRun::measure_seed(uint64_t seed) {
  absl::StatusOr<SeedMeasurement> planned = wanted_of_the_seed();
  if (!planned.ok()) return planned.status();
  SeedMeasurement& wanted = *planned;
  const SeedExplanations to_explain = explanations_of(seed);
  if (absl::Status fits = to_explain.check_fits(); !fits.ok()) return fits;
  if (!is_checked_) check_the_model();
  if (!announced_) {
    announced_ = true;
    rows_of_seed_ = wanted.influence.rows_to_measure() * conditions_.size();
    const size_t are_there =
        std::min(recorded_seeds_.size() + cached_seeds_.size(), seeds_expected_ - 1);
    monitor_.rows(0, rows_of_seed_ * (seeds_expected_ - are_there));
  }
  // A seed counts when all of it was measured: scores come last.
  const std::string what = absl::StrCat(model_.info().name, ", seed ", seed);
  const absl::Status embedded = guarded(what, [&] { return measure_distances(wanted.distance); });
  if (!embedded.ok()) return embedded;
  std::vector<SubjectAnswers> answers(subjects_.size());
  SeedMeasurement learned = wanted;
  if (!learned_.shares.empty()) {
    const absl::Status status = guarded(what, [&] { return measure_learned(learned, answers); });
    if (!status.ok()) return status;
    if (monitor_.stopping()) return absl::CancelledError("interrupted");
  }
  std::map<Condition, SeedMeasurement> measured;
  for (const Condition condition : conditions_) {
    SeedMeasurement& own = measured[condition] = wanted;
    const Measurement& with_base_losses =
        learned_.shares.empty() ? measured.at(Condition::kFineTuning).influence : learned.influence;
    const absl::Status status = guarded(
        what, [&] { return measure(own.influence, condition, with_base_losses); });
    if (!status.ok()) return status;
    // A model that stops answering leaves rows with an error, which is no result.
    if (monitor_.stopping()) return absl::CancelledError("interrupted");
    for (size_t i = 0; i < subjects_.size(); ++i) {
      if (!is_to_be_measured(subjects_[i])) continue;
      Answers& of_subject = answers[i].by_condition[condition];
      for (const HashedRequest& hashed : subjects_[i].requests) {
        of_subject[hashed.request.name] = own.of(hashed.request).answer(hashed);
      }
    }
  }
  UncountedMonitor uncounted(monitor_);  // the rows were trained on already
  auto explained = guarded(what, [&] { return to_explain.measure(uncounted); });
  if (!explained.ok()) return explained.status();
  explanations_ = *std::move(explained);
  if (monitor_.stopping()) return absl::CancelledError("interrupted");
  for (size_t i = 0; i < subjects_.size(); ++i) {
    if (is_to_be_measured(subjects_[i])) subjects_[i].answers = std::move(answers[i]);
  }
  return absl::OkStatus();
}

absl::Status ModelRun::measure_learned(SeedMeasurement& wanted,
                                       std::vector<SubjectAnswers>& answers) {
  std::vector<LearnedQuestion> questions;
  std::vector<SubjectAnswers*> answered;
  for (size_t i = 0; i < subjects_.size(); ++i) {
    if (!is_to_be_measured(subjects_[i])) continue;
    questions.push_back({subjects_[i].requests, subjects_[i].compared});
    answered.push_back(&answers[i]);
  }
  absl::StatusOr<std::map<double, std::vector<LearnedAnswers>>> measured =
      eif::measure_learned(model_, *plan_.engine, learned_, questions, wanted.influence,
                           wanted.distance, counted_);
  if (!measured.ok()) return measured.status();
  for (auto& [share, of_questions] : *measured) {
    for (size_t i = 0; i < answered.size(); ++i) {
      answered[i]->learned[share] = std::move(of_questions[i]);
    }
  }
  return absl::OkStatus();
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

// What was trained comes first, and its base losses are those of every condition.
absl::Status ModelRun::measure(Measurement& measurement, Condition condition,
                               const Measurement& with_base_losses) {
  return measurement.run([&](const WantedCells& wanted) {
    const bool is_read = condition == Condition::kInContext;
    return measure_cells(
        wanted, condition,
        is_read ? with_base_losses.base_losses(wanted.evaluated) : std::vector<double>());
  });
}

absl::StatusOr<Matrix> ModelRun::measure_cells(const WantedCells& wanted, Condition condition,
                                               const std::vector<double>& base_losses) {
  if (condition == Condition::kFineTuning) {
    return plan_.engine->measure(model_, wanted, training_, counted_);
  }
  return in_context_influence(model_, wanted,
                              {.neutral_sentences = neutral_sentences_, .losses = base_losses},
                              counted_);
}

// Nothing is trained for distances, so none of their rows counts.
absl::Status ModelRun::measure_distances(Measurement& measurement) {
  UncountedMonitor uncounted(monitor_);
  return measurement.run([&](const WantedCells& wanted) {
    return base_distances(model_, wanted.trained, wanted.evaluated, uncounted);
  });
}

SeedExplanations ModelRun::explanations_of(uint64_t seed) const {
  SeedExplanations explanations(model_, training_, plan_.explain_limits, tokenizer_.get());
  if (!plan_.request.explain || is_beside()) return explanations;
  for (const Subject& subject : subjects_) {
    if (!takes_part(subject)) continue;
    for (const HashedRequest& hashed : subject.requests) {
      if (hashed.request.cells == Cells::kDistance) continue;
      explanations.add(key_of(subject, seed, Condition::kFineTuning, hashed.request), hashed);
    }
  }
  return explanations;
}

}  // namespace eif
