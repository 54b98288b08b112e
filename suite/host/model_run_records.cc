// What a run keeps of a seed, and reads again when it goes on.
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "suite/core/dose.h"
#include "suite/formats/digest.h"
#include "suite/host/model_run.h"

namespace eif {
namespace {

// Distances are the same under every condition and at every dose, and are kept once.
bool is_distance(const Request& request) { return request.cells == Cells::kDistance; }

// The matrix, where it is of the samples that the request has by now.
absl::StatusOr<MeasuredMatrix> read_matrix(const MatrixKey& key, const Request& request,
                                           const MatrixSource& source) {
  absl::StatusOr<MeasuredMatrix> matrix = source.read(key);
  if (!matrix.ok()) return matrix.status();
  if (matrix->matrix.trained_ids() != ids_of(request.trained) ||
      matrix->matrix.evaluated_ids() != ids_of(request.evaluated)) {
    return absl::DataLossError(absl::StrCat("the matrix ", key.request, " of ", key.desideratum,
                                            " is about other samples than this seed draws"));
  }
  return matrix;
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

// ---- Reading -----------------------------------------------------------------------------------

absl::Status ModelRun::read_recorded(uint64_t seed) {
  for (Subject& subject : subjects_) {
    if (!takes_part(subject)) continue;
    absl::StatusOr<SubjectAnswers> answers = read(subject, seed, recorded_);
    if (!answers.ok()) return answers.status();
    subject.answers = *std::move(answers);
  }
  return absl::OkStatus();
}

void ModelRun::read_cached(uint64_t seed) {
  if (cache_ == nullptr) return;
  for (Subject& subject : subjects_) {
    if (!is_to_be_measured(subject)) continue;
    absl::StatusOr<std::vector<MeasuredMatrix>> matrices = cache_->find(cache_name(subject));
    if (!matrices.ok()) continue;
    const CachedMatrices source(*std::move(matrices), {.model = model_.info().name,
                                                       .desideratum = subject.tested->id,
                                                       .seed = seed,
                                                       .control = control_of_records()});
    absl::StatusOr<SubjectAnswers> answers = read(subject, seed, source);
    if (!answers.ok()) continue;
    subject.answers = *std::move(answers);
    if (cached_seeds_.empty()) {
      monitor_.announce(absl::StrCat("what earlier runs measured of ", model_.info().name,
                                     " with random weights is read from ", cache_->place(),
                                     " (--fresh measures it anew)"));
    }
    cached_seeds_.insert(seed);
  }
}

absl::StatusOr<ModelRun::SubjectAnswers> ModelRun::read(const Subject& subject, uint64_t seed,
                                                        const MatrixSource& source) const {
  SubjectAnswers answers;
  for (const Condition condition : conditions_) {
    Answers& of_condition = answers.by_condition[condition];
    for (const HashedRequest& hashed : subject.requests) {
      const Request& request = hashed.request;
      absl::StatusOr<MeasuredMatrix> matrix =
          read_matrix(key_of(subject, seed, condition, request), request, source);
      if (!matrix.ok()) return matrix.status();
      of_condition[request.name] = std::move(matrix->matrix);
    }
  }
  for (const double share : learned_.shares) {
    absl::StatusOr<LearnedAnswers> learned = read_learned(subject, seed, share, source);
    if (!learned.ok()) return learned.status();
    answers.learned[share] = *std::move(learned);
  }
  return answers;
}

absl::StatusOr<LearnedAnswers> ModelRun::read_learned(const Subject& subject, uint64_t seed,
                                                      double share,
                                                      const MatrixSource& source) const {
  LearnedAnswers answers;
  const auto read_after = [&](int passes) {
    absl::StatusOr<LearnedAnswer> answer = read_learned(subject, seed, share, passes, source);
    if (answer.ok()) answers[passes] = *std::move(answer);
    return answer.status();
  };
  if (absl::Status status = read_after(kOwnPasses); !status.ok()) return status;
  std::set<int> needed;
  const Measurement::Chosen own = own_passes_of(subject.requests, answers);
  for (const auto& [id, passes] : slowest_passes(subject.compared, own)) {
    if (passes != kOwnPasses) needed.insert(passes);
  }
  // Where the slowest passes did not do for all rows, there are later ones.
  needed.merge(source.passes({.model = model_.info().name,
                              .desideratum = subject.tested->id,
                              .seed = seed,
                              .dose = dose_name(share),
                              .control = control_of_records()}));
  for (const int passes : needed) {
    if (absl::Status status = read_after(passes); !status.ok()) return status;
  }
  return answers;
}

absl::StatusOr<LearnedAnswer> ModelRun::read_learned(const Subject& subject, uint64_t seed,
                                                     double share, int passes,
                                                     const MatrixSource& source) const {
  LearnedAnswer answer;
  for (const HashedRequest& hashed : subject.requests) {
    const Request& request = hashed.request;
    absl::StatusOr<MeasuredMatrix> matrix =
        read_matrix(key_of_learned(subject, seed, share, passes, request), request, source);
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

// ---- Keeping -----------------------------------------------------------------------------------

std::string ModelRun::cache_name(const Subject& subject) const {
  Digest digest;
  digest.add(model_.info().fingerprint);
  digest.add(plan_.engine->computation(model_));
  digest.add(plan_.context.torch_version);
  for (const std::string& field : deciding_fields(plan_.request)) digest.add(field);
  digest.add(absl::StrJoin(part_.doses, ","));
  digest.add(
      absl::StrFormat("%.17g %.17g", training_.learning_rate, learned_.training.learning_rate));
  digest.add(part_.is_read ? "read" : "not read");
  for (const std::string& sentence : neutral_sentences_) digest.add(sentence);
  for (const HashedRequest& hashed : subject.requests) {
    const Request& request = hashed.request;
    digest.add(request.name);
    digest.add(request.cells == Cells::kDistance ? "distance" : "influence");
    digest.add(absl::StrCat(hashed.trained.size(), " ", hashed.evaluated.size()));
    for (const std::string& content : hashed.trained) digest.add(content);
    for (const std::string& content : hashed.evaluated) digest.add(content);
    digest.add(request.only ? absl::StrCat(request.only->size()) : "all");
    if (!request.only) continue;
    for (const auto& [trained, evaluated] : *request.only) {
      digest.add(trained);
      digest.add(evaluated);
    }
  }
  return digest.hex();
}

MeasuredMatrix ModelRun::measured_matrix(const MatrixKey& key, const Request& request,
                                         const Matrix& matrix, std::vector<LearnedRow> learned) {
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
  return measured;
}

void ModelRun::visit_matrices(const Subject& subject, uint64_t seed,
                              absl::FunctionRef<void(MeasuredMatrix)> visit) {
  std::set<MatrixKey> are_there;  // distances belong to every condition and dose
  for (const HashedRequest& hashed : subject.requests) {
    const Request& request = hashed.request;
    for (const auto& [condition, answers] : subject.answers->by_condition) {
      const MatrixKey key = key_of(subject, seed, condition, request);
      if (!are_there.insert(key).second) continue;
      visit(measured_matrix(key, request, answers.at(request.name)));
    }
    for (const auto& [share, of_share] : subject.answers->learned) {
      for (const auto& [passes, answer] : of_share) {
        const MatrixKey key = key_of_learned(subject, seed, share, passes, request);
        if (!are_there.insert(key).second) continue;
        const auto rows = answer.rows.find(request.name);
        visit(
            measured_matrix(key, request, answer.answers.at(request.name),
                            rows == answer.rows.end() ? std::vector<LearnedRow>() : rows->second));
      }
    }
  }
}

// Where nothing is cached, one matrix at a time is in memory once more, and not all of them.
void ModelRun::keep(uint64_t seed, const std::set<const Subject*>& measured) {
  for (const Subject& subject : subjects_) {
    if (!takes_part(subject)) continue;
    const bool is_cached = cache_ != nullptr && measured.contains(&subject);
    std::vector<MeasuredMatrix> to_cache;
    visit_matrices(subject, seed, [&](MeasuredMatrix matrix) {
      const absl::Status kept = store_.keep(matrix);
      // The numbers are there all the same.
      if (!kept.ok()) problems_.emplace_back(kept.message());
      if (is_cached) to_cache.push_back(std::move(matrix));
    });
    if (is_cached) keep_across_runs(subject, to_cache);
  }
}

// A cache that cannot be written to is told of once, and is no fault of the run.
void ModelRun::keep_across_runs(const Subject& subject,
                                const std::vector<MeasuredMatrix>& matrices) {
  if (could_not_cache_) return;
  const absl::Status kept = cache_->keep(cache_name(subject), matrices);
  if (kept.ok()) return;
  could_not_cache_ = true;
  monitor_.announce(absl::StrCat("not kept for other runs: ", std::string(kept.message())));
}

}  // namespace eif
