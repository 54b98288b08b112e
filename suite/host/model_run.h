// All seeds of one model: plans what the desiderata ask for, measures it, and scores it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "suite/host/compared_rows.h"
#include "suite/host/learned_seed.h"
#include "suite/host/matrix_source.h"
#include "suite/host/measurement.h"
#include "suite/host/scoring.h"
#include "suite/host/seed_explanations.h"
#include "suite/host/suite_run.h"

namespace eif {

// Counts the rows that were done on their way up.
class RowCounter final : public UncountedMonitor {
 public:
  explicit RowCounter(Monitor& inner) : UncountedMonitor(inner), inner_(inner) {}
  void rows(size_t done, size_t expected) override {
    done_ += done;
    inner_.rows(done, expected);
  }
  size_t done() const { return done_; }

 private:
  Monitor& inner_;
  size_t done_ = 0;
};

// The cells that the desiderata of one seed ask for.
struct SeedMeasurement {
  Measurement influence;  // under one condition
  Measurement distance;   // of the base model; the same under every condition

  Measurement& of(const Request& request) {
    return request.cells == Cells::kDistance ? distance : influence;
  }
  const Measurement& of(const Request& request) const {
    return request.cells == Cells::kDistance ? distance : influence;
  }
};

// What of a run is measured.
struct RunPart {
  std::string control;  // what it is under: RunRequest::control, ::beside, or kThirdOfTheRate
  std::vector<std::string> doses;
  bool is_read = true;  // in context, too, where the model can
  std::set<std::string> desiderata = {};  // just these; empty: all
};

// All of the request, under this control.
RunPart whole_run(const RunPlan& plan, const std::string& control);

class ModelRun {
 public:
  // What is passed by reference outlives this object.
  // `learned`: how samples are learned where a dose is a share.
  ModelRun(const RunPlan& plan, Model& model, RunPart part, const TrainingOptions& training,
           LearnedRecipe learned, DigitSource& digits, RunStore& store, Monitor& monitor);

  // Seeds that the store has of an earlier start; empty for the first. They are read, not measured.
  // `cached`: of which that start had read some from the cache.
  void set_recorded_seeds(std::set<uint64_t> seeds, std::set<uint64_t> cached) {
    recorded_seeds_ = std::move(seeds);
    recorded_as_cached_ = std::move(cached);
  }
  // Whether this seed was read and not measured. Call after run_seed().
  bool was_recorded(uint64_t seed) const { return recorded_seeds_.contains(seed); }
  // Whether some of it was read from RunPlan::random_weights_cache. Likewise.
  bool was_cached(uint64_t seed) const {
    return was_recorded(seed) ? recorded_as_cached_.contains(seed) : cached_seeds_.contains(seed);
  }
  // For explanations of a model of texts.
  void spell_tokens_with(std::unique_ptr<TextTokenizer> tokenizer) {
    tokenizer_ = std::move(tokenizer);
  }
  // Takes what an earlier start of the run has found, instead of checking the model again.
  void set_checks(const ModelChecks& checks) {
    checks_ = checks;
    is_checked_ = true;
  }

  // How many seeds the announced rows are of; without it, all of the request.
  void expect_seeds(size_t seeds) { seeds_expected_ = seeds; }
  // So many seeds more, whose rows are announced where those of the others were.
  void expect_more_seeds(size_t seeds);

  // kCancelled: the monitor wants to stop. A seed that is not OK leaves nothing behind.
  absl::Status run_seed(uint64_t seed);

  // The steps of run_seed(), for whoever wants to know what it takes (seed_costs.h). An object is
  // asked for these or for run_seed(), not for both.
  absl::StatusOr<SeedMeasurement> plan_seed(uint64_t seed);
  void check_the_model();
  // Measures some cells of the seed that was planned last. `base_losses`: of wanted.evaluated,
  // which reading takes as known.
  absl::StatusOr<Matrix> measure_cells(const WantedCells& wanted, Condition condition,
                                       const std::vector<double>& base_losses);
  const std::vector<Condition>& conditions() const { return conditions_; }
  // What is to be explained of the seed that was planned last; nothing where that was not asked for.
  SeedExplanations explanations_of(uint64_t seed) const;

  // `learned_noise`: ModelContext::learned_noise.
  std::vector<DesideratumResult> results(double learned_noise) const;
  size_t rows_done() const { return counted_.done(); }
  const ModelChecks& checks() const { return checks_; }
  // Matrices that could not be written down, one sentence each.
  const std::vector<std::string>& problems() const { return problems_; }
  // Whether no desideratum applies to the model.
  bool empty() const { return subjects_.empty(); }

 private:
  // What a desideratum was answered in one seed: under each condition, by fine-tuning with small
  // steps or at the rate that was given; and learned, by share.
  struct SubjectAnswers {
    std::map<Condition, Answers> by_condition;
    std::map<double, LearnedAnswers> learned;
  };
  // One desideratum under test.
  struct Subject {
    const DesideratumUnderTest* tested;
    std::vector<Scoring> by_dose;           // as the doses of the part
    ComparedRows compared;                  // of the seed at hand, where a dose is a share
    std::vector<HashedRequest> requests;    // of the seed at hand
    std::optional<SubjectAnswers> answers;  // likewise; nothing: they are to be measured
    bool is_repeated = false;               // the seed at hand drew what an earlier one did
    bool is_examined = false;               // for what training decides
    std::map<std::string, uint64_t> drawn;  // the first seed that drew these samples, by their hash

    bool failed() const { return by_dose.front().failed(); }
    void fail(const std::string& reason) {
      for (Scoring& scoring : by_dose) scoring.fail(reason);
    }
  };
  // Whether it stands beside the model of the run, and is not that.
  bool is_beside() const { return part_.control != plan_.request.control; }
  // As MatrixKey::control.
  std::string control_of_records() const { return is_beside() ? part_.control : ""; }

  void plan_subjects(const Draw& draw);
  absl::Status plan_requests(Subject& subject, const Draw& draw);
  // Whether a subject's requests are answered, and whether that is still to be done.
  static bool takes_part(const Subject& subject);
  static bool is_to_be_measured(const Subject& subject);
  MatrixKey key_of(const Subject& subject, uint64_t seed, Condition condition,
                   const Request& request) const;
  MatrixKey key_of_learned(const Subject& subject, uint64_t seed, double share, int passes,
                           const Request& request) const;

  // Of the seed at hand, what an earlier start of the run measured; an error where anything is
  // missing there.
  absl::Status read_recorded(uint64_t seed);
  // Of the seed at hand, what earlier runs measured.
  void read_cached(uint64_t seed);
  absl::StatusOr<SubjectAnswers> read(const Subject& subject, uint64_t seed,
                                      const MatrixSource& source) const;
  absl::StatusOr<LearnedAnswers> read_learned(const Subject& subject, uint64_t seed, double share,
                                              const MatrixSource& source) const;
  absl::StatusOr<LearnedAnswer> read_learned(const Subject& subject, uint64_t seed, double share,
                                             int passes, const MatrixSource& source) const;
  // Under which name the answers of the seed at hand are cached.
  std::string cache_name(const Subject& subject) const;

  absl::Status measure_seed(uint64_t seed);
  absl::StatusOr<SeedMeasurement> wanted_of_the_seed() const;
  absl::Status measure_learned(SeedMeasurement& wanted, std::vector<SubjectAnswers>& answers);
  absl::Status measure(Measurement& measurement, Condition condition,
                       const Measurement& with_base_losses);
  absl::Status measure_distances(Measurement& measurement);

  // Of the seed at hand; those that were measured just now are cached, too.
  void keep(uint64_t seed, const std::set<const Subject*>& measured);
  void visit_matrices(const Subject& subject, uint64_t seed,
                      absl::FunctionRef<void(MeasuredMatrix)> visit);
  MeasuredMatrix measured_matrix(const MatrixKey& key, const Request& request, const Matrix& matrix,
                                 std::vector<LearnedRow> learned = {});
  void keep_across_runs(const Subject& subject, const std::vector<MeasuredMatrix>& matrices);

  void score(const Draw& draw);
  absl::Status score(Subject& subject, const Draw& draw);
  void find_what_is_decided(Subject& subject, const Draw& draw);
  void set_decided_at(DesideratumResult& result) const;

  const RunPlan& plan_;
  Model& model_;
  const RunPart part_;
  const TrainingOptions& training_;
  const LearnedRecipe learned_;
  DigitSource& digits_;
  RunStore& store_;
  Monitor& monitor_;
  RowCounter counted_{monitor_};
  std::vector<Condition> conditions_;
  std::vector<Subject> subjects_;
  std::set<uint64_t> recorded_seeds_, recorded_as_cached_, cached_seeds_;
  MatrixCache* const cache_;  // null: there is none for what this part measures
  std::unique_ptr<TextTokenizer> tokenizer_;
  std::map<MatrixKey, Explanation> explanations_;  // of the seed at hand
  // What reading is compared with in the seed at hand; empty: nothing.
  std::vector<std::string> neutral_sentences_;
  const RecordedMatrices recorded_;  // that an earlier start left
  size_t seeds_expected_;
  size_t rows_of_seed_ = 0;  // of the first that was measured, under all conditions
  bool announced_ = false;
  bool is_checked_ = false;
  bool could_not_cache_ = false;
  ModelChecks checks_;
  std::vector<std::string> problems_;
};

}  // namespace eif
