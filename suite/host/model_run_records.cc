// What a run keeps of a seed, and reads again when it goes on.
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/core/dose.h"
#include "suite/host/model_run.h"

namespace eif {
namespace {

// Distances are the same under every condition and at every dose, and are kept once.
bool is_distance(const Request& request) { return request.cells == Cells::kDistance; }

// After how many passes compared rows were kept. `of`: their model, desideratum, seed, dose and
// control.
std::set<int> kept_passes(const std::map<MatrixKey, const MatrixRecord*>& records,
                          const MatrixKey& of) {
  std::set<int> passes;
  const MatrixKey first{.model = of.model, .desideratum = of.desideratum, .seed = of.seed};
  for (auto record = records.lower_bound(first); record != records.end(); ++record) {
    const MatrixKey& key = record->first;
    if (std::tie(key.model, key.desideratum, key.seed) !=
        std::tie(of.model, of.desideratum, of.seed)) {
      break;
    }
    if (key.dose == of.dose && key.control == of.control && key.passes != kOwnPasses) {
      passes.insert(key.passes);
    }
  }
  return passes;
}

}  // namespace

MatrixKey ModelRun::key_of(const Subject& subject, uint64_t seed, Condition condition,
                           const Request& request) const {
  return {.model = model_.info().name,
          .desideratum = subject.tested->id,
          .seed = seed,
          .condition = is_distance(request) ? Condition::kFineTuning : condition,
          .request = request.name,
          .dose = is_distance(request) || condition == Condition::kInContext
                      ? ""
                      : subject.by_dose.front().key().dose,
          .control = control_of_records()};
}

MatrixKey ModelRun::key_of_learned(const Subject& subject, uint64_t seed, double share, int passes,
                                   const Request& request) const {
  MatrixKey key = key_of(subject, seed, Condition::kFineTuning, request);
  if (is_distance(request)) return key;
  key.dose = dose_name(share);
  key.passes = passes;
  return key;
}

absl::StatusOr<MeasuredMatrix> ModelRun::read_matrix(const MatrixKey& key,
                                                     const Request& request) const {
  const auto found = records_.find(key);
  if (found == records_.end()) {
    return absl::NotFoundError(
        absl::StrCat("the matrix ", key.request, " of ", key.desideratum, " was not written down"));
  }
  absl::StatusOr<MeasuredMatrix> matrix = store_.read(*found->second);
  if (!matrix.ok()) return matrix.status();
  if (matrix->matrix.trained_ids() != ids_of(request.trained) ||
      matrix->matrix.evaluated_ids() != ids_of(request.evaluated)) {
    return absl::DataLossError(
        absl::StrCat(found->second->path, " is about other samples than this seed draws"));
  }
  return matrix;
}

absl::StatusOr<ModelRun::SeedAnswers> ModelRun::read_seed(uint64_t seed) const {
  SeedAnswers answers;
  for (const Condition condition : conditions_) {
    for (const Subject& subject : subjects_) {
      Answers& of_subject = answers.by_condition[condition].emplace_back();
      if (!takes_part(subject)) continue;
      for (const HashedRequest& hashed : subject.requests) {
        absl::StatusOr<MeasuredMatrix> matrix =
            read_matrix(key_of(subject, seed, condition, hashed.request), hashed.request);
        if (!matrix.ok()) return matrix.status();
        of_subject[hashed.request.name] = std::move(matrix->matrix);
      }
    }
  }
  for (const double share : learned_.shares) {
    for (const Subject& subject : subjects_) {
      LearnedAnswers& of_subject = answers.learned[share].emplace_back();
      if (!takes_part(subject)) continue;
      absl::StatusOr<LearnedAnswers> learned = read_learned(subject, seed, share);
      if (!learned.ok()) return learned.status();
      of_subject = *std::move(learned);
    }
  }
  return answers;
}

absl::StatusOr<LearnedAnswers> ModelRun::read_learned(const Subject& subject, uint64_t seed,
                                                      double share) const {
  LearnedAnswers answers;
  const auto read = [&](int passes) {
    absl::StatusOr<LearnedAnswer> answer = read_learned(subject, seed, share, passes);
    if (answer.ok()) answers[passes] = *std::move(answer);
    return answer.status();
  };
  if (absl::Status status = read(kOwnPasses); !status.ok()) return status;
  std::set<int> needed;
  const Measurement::Chosen own = own_passes_of(subject.requests, answers);
  for (const auto& [id, passes] : slowest_passes(subject.compared, own)) {
    if (passes != kOwnPasses) needed.insert(passes);
  }
  // Where the slowest passes did not do for all rows, there are later ones.
  needed.merge(kept_passes(records_, {.model = model_.info().name,
                                      .desideratum = subject.tested->id,
                                      .seed = seed,
                                      .dose = dose_name(share),
                                      .control = control_of_records()}));
  for (const int passes : needed) {
    if (absl::Status status = read(passes); !status.ok()) return status;
  }
  return answers;
}

absl::StatusOr<LearnedAnswer> ModelRun::read_learned(const Subject& subject, uint64_t seed,
                                                     double share, int passes) const {
  LearnedAnswer answer;
  for (const HashedRequest& hashed : subject.requests) {
    const Request& request = hashed.request;
    absl::StatusOr<MeasuredMatrix> matrix =
        read_matrix(key_of_learned(subject, seed, share, passes, request), request);
    if (!matrix.ok()) return matrix.status();
    answer.answers[request.name] = std::move(matrix->matrix);
    if (is_distance(request)) continue;
    if (matrix->learned.size() != request.trained.size()) {
      return absl::DataLossError(absl::StrCat("the matrix ", request.name, " of ",
                                              subject.tested->id,
                                              " does not say how its rows were learned"));
    }
    answer.rows[request.name] = std::move(matrix->learned);
  }
  return answer;
}

void ModelRun::keep(const MatrixKey& key, const Request& request, const Matrix& matrix,
                    std::vector<LearnedRow> learned) {
  MeasuredMatrix measured{.key = key,
                          .domain = request.domain,
                          .cells = request.cells,
                          .trained = request.trained,
                          .evaluated = request.evaluated,
                          .matrix = matrix,
                          .learned = std::move(learned)};
  if (auto explanation = explanations_.extract(key)) {
    measured.explanation = std::move(explanation.mapped());
  }
  const absl::Status kept = store_.keep(measured);
  // The numbers are there all the same.
  if (!kept.ok()) problems_.emplace_back(kept.message());
}

void ModelRun::keep(uint64_t seed, const SeedAnswers& answers) {
  std::set<MatrixKey> are_kept;  // distances belong to every condition and dose
  for (size_t i = 0; i < subjects_.size(); ++i) {
    const Subject& subject = subjects_[i];
    if (!takes_part(subject)) continue;
    for (const HashedRequest& hashed : subject.requests) {
      const Request& request = hashed.request;
      for (const Condition condition : conditions_) {
        const MatrixKey key = key_of(subject, seed, condition, request);
        if (!are_kept.insert(key).second) continue;
        keep(key, request, answers.by_condition.at(condition)[i].at(request.name));
      }
      for (const auto& [share, of_subjects] : answers.learned) {
        for (const auto& [passes, answer] : of_subjects[i]) {
          const MatrixKey key = key_of_learned(subject, seed, share, passes, request);
          if (!are_kept.insert(key).second) continue;
          const auto rows = answer.rows.find(request.name);
          keep(key, request, answer.answers.at(request.name),
               rows == answer.rows.end() ? std::vector<LearnedRow>() : rows->second);
        }
      }
    }
  }
}

}  // namespace eif
