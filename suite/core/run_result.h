// What a run found: the one record that every report is made of, that run.json holds, and that a
// run which goes on begins with.
//
//   for (const DesideratumResult& result : run.results) std::cout << finding(result);
//
// Results are keyed: one for each model, recipe, dose, control, condition and desideratum.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "eif/desideratum.h"
#include "suite/core/row_checks.h"
#include "suite/core/run_request.h"
#include "suite/core/verdict.h"

namespace eif {

// How a sample comes to act on another.
enum class Condition {
  kFineTuning,  // the model was trained on it; decides the verdict
  kInContext,   // the model read it just before (§3.1); text only, reported beside the verdict
};

// What a result is of.
struct ResultKey {
  std::string model;
  std::string revision = {};     // of the model's weights, where one name has several; else empty
  std::string recipe = "sgd";    // how a sample is trained on: training_text()
  // How much is learned: "plateau", "lr 0.001" where that was given, or a share, "0.9"
  // (suite/core/dose.h).
  std::string dose = "plateau";
  std::string control = "none";  // as RunRequest::control
  Condition condition = Condition::kFineTuning;
  std::string desideratum;

  friend auto operator<=>(const ResultKey&, const ResultKey&) = default;
};

// What a request gives for a desideratum on a model, by fine-tuning. `dose` is one of its doses.
ResultKey result_key(const RunRequest& request, std::string model, std::string desideratum,
                     const std::string& dose = "plateau");

// What a report calls a result: the desideratum, and where the run has other doses than the plateau,
// the dose: "transitivity, dose 0.9". So no line is about two of them.
std::string result_name(const RunRequest& request, const ResultKey& key);

// The same effect along a third of the rate: a share names an end, and not the way there.
struct SlowerEvidence {
  std::vector<uint64_t> seeds;   // the first of the run
  std::vector<double> per_seed;  // in units of the self scale of that path
  size_t not_reached = 0;        // seeds in which a row is below the dose
};

// How the effect of an expectation at a learned dose came about, seed by seed. All rows that it
// compares took the same passes: the fewest after which all of them have the dose.
struct LearnedEvidence {
  std::vector<int> passes;
  std::vector<double> smallest_share, largest_share;  // of these rows, after these passes
  size_t not_reached = 0;                             // seeds in which a row is below the dose
  std::vector<double> own_per_seed;  // the effect with each row after the passes that it needs itself
  Verdict own_verdict = Verdict::kNotMeasured;
  std::optional<SlowerEvidence> slower = std::nullopt;  // where the program chose the rate
};

// "4 to 6 passes, shares from 0.91; 1 of 10 seeds below the dose".
std::string learned_text(const LearnedEvidence& learned);

// What an expectation comes to under RunRequest::beside.
struct BesideOutcome {
  std::vector<double> per_seed;  // as ExpectationResult has them, of BesideResult::seeds
  ExpectationVerdict outcome;
  double nats = std::numeric_limits<double>::quiet_NaN();
};

struct ExpectationResult {
  Expectation expectation;
  std::vector<double> per_seed;  // effect of each seed, divided by the self scale where it has one
  ExpectationVerdict outcome;
  // It is ModelChecks::noise_floor in the unit of the effect; NaN where the effect has no self
  // scale.
  double noise_floor = std::numeric_limits<double>::quiet_NaN();
  // The mean effect before it was divided by the self scale, in the unit of the model's losses; NaN
  // where it has none.
  double nats = std::numeric_limits<double>::quiet_NaN();
  std::optional<LearnedEvidence> learned = std::nullopt;  // of a learned dose
  std::optional<BesideOutcome> beside = std::nullopt;     // where DesideratumResult::beside is there
};

// By how much the effect multiplies the odds of what is expected over its alternative, for each of
// their tokens (or for an image): e to the nats. NaN where the effect is no difference of losses, or
// a magnitude.
double odds_per_token(const ExpectationResult& result);

// "0.53 nats, odds × 1.7 a token"; empty where there are no odds.
std::string odds_text(const ExpectationResult& result);

// Whether the mean of the effect is smaller than what rounding alone may give.
bool is_below_noise_floor(const ExpectationResult& result);

struct ObservationResult {
  Observation observation;
  std::vector<double> per_seed;
};

// The median influence of a sample on itself, which the effects of a domain are divided by.
struct SelfScale {
  std::string domain;
  double value = 0;  // nats, or nats per token
  // What it is the median of: EIF(i→i) of the domain's samples, a list for each seed of the result.
  // Empty in runs that were recorded before this was kept.
  std::vector<std::vector<double>> by_seed = {};
};

// A row that one should look at, in one of the measured matrices.
struct FlaggedRow {
  uint64_t seed = 0;
  std::string request;
  RowFlag flag;
};

// The same desideratum, recipe, dose and condition under RunRequest::beside, which cannot have
// learned what is asked.
struct BesideResult {
  std::string control;  // "random-weights"
  Verdict verdict = Verdict::kNotMeasured;
  std::string error;  // as DesideratumResult has it
  std::vector<uint64_t> seeds;
  std::vector<SelfScale> self_scales;
};

// One desideratum on one model, under one condition.
struct DesideratumResult {
  ResultKey key;
  DesideratumInfo info;
  // The dose, as in the key, that decides of those that were measured (suite/core/deciding_dose.h).
  // Empty: this one, which is so in context, too.
  std::string decided_at = {};
  Verdict verdict = Verdict::kNotMeasured;
  std::string error;            // why it could not be measured; empty otherwise
  std::vector<uint64_t> seeds;  // those that were measured, in the order of every per_seed
  // Seeds that drew the same samples as an earlier one. They replicate nothing and are left out.
  std::vector<uint64_t> repeated_seeds = {};
  std::vector<SelfScale> self_scales;
  std::vector<ExpectationResult> expectations;
  std::vector<ObservationResult> observations;
  // split_half_reliability() of its cells between different samples; NaN in context, where it is
  // not computed.
  double split_half_reliability = std::numeric_limits<double>::quiet_NaN();
  std::vector<FlaggedRow> flagged_rows = {};
  std::optional<BesideResult> beside = std::nullopt;
};

// What was checked of a model on some statements of the first seed, before anything was measured.
struct ModelChecks {
  // Spread of one loss over batches of different shapes, in the unit of the loss (nats, or nats per
  // token). NaN, with the reason, where it could not be measured.
  double noise_floor = std::numeric_limits<double>::quiet_NaN();
  std::string noise_floor_error;
  // |EIF(η) − 2 EIF(η/2)| / |EIF(η)|, the median over samples' influence on themselves. Likewise.
  double curvature = std::numeric_limits<double>::quiet_NaN();
  std::string curvature_error;
};

// From here on influence at half the rate is so far from half the influence that curvature alone
// may make an effect that counts.
inline constexpr double kLargestCurvature = kSmallestEffect;

// What stands beside a model that is measured: the same under RunRequest::beside, or its first seeds
// along a third of the learned rate.
struct BesideContext {
  std::string fingerprint;
  double learned_rate = std::numeric_limits<double>::quiet_NaN();  // where it is not that of the model
  double measure_seconds = 0;
  size_t rows = 0;
  ModelChecks checks = {};
  std::vector<uint64_t> seeds = {};  // that are complete
  // Of these, in which earlier runs had measured some of it, which was read (MatrixCache).
  std::vector<uint64_t> cached_seeds = {};
};

struct ModelContext {
  std::string name;
  std::string fingerprint;
  double learning_rate = 0;
  std::string learning_rate_reason = {};  // "auto: …"; empty where the user chose it
  // What samples are learned with where a dose is a share, and why. NaN where none is.
  double learned_rate = std::numeric_limits<double>::quiet_NaN();
  std::string learned_rate_reason = {};
  // The most that a cell differs by between two roundings of that training, in the unit of the
  // cells. NaN where it was not measured.
  double learned_noise = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::pair<std::string, std::string>> facts;
  double load_seconds = 0;  // reading the weights; the search for a learning rate is not in it
  double rate_seconds = 0;  // finding the learning rate
  double measure_seconds = 0;
  size_t rows = 0;        // that were measured, under all conditions
  std::string unit = {};  // of its losses and influences: "nats/token" or "nats"
  ModelChecks checks = {};
  std::vector<uint64_t> seeds = {};         // that are complete
  std::vector<uint64_t> cached_seeds = {};  // as BesideContext has them; just where it is a control
  std::optional<BesideContext> beside = std::nullopt;
  std::optional<BesideContext> slower = std::nullopt;
};

// What results and matrices along a third of the rate have in the place of a control.
inline constexpr char kThirdOfTheRate[] = "third-of-the-rate";

// The unit of a model's losses and influences.
const char* unit_of(Modality modality);

struct PluginContext {
  std::string id, version, kind;
  std::string digest = {};  // of what it was read from, where it is a file of a user's own
};

// Under what circumstances the numbers came about.
struct RunContext {
  std::string program_version;
  std::string build_fingerprint;
  std::string torch_version;
  std::string started_at;                    // UTC, ISO 8601
  std::vector<std::string> resumed_at = {};  // likewise, each time that the run went on
  std::vector<std::string> command_line;
  int threads = 0;  // that libtorch really used
  // What its user calls it by: {"commit", "abc1234"}. They decide nothing.
  std::map<std::string, std::string> tags = {};
  std::vector<ModelContext> models;
  std::vector<PluginContext> plugins;
  std::string digits_digest = {};  // of the images that digits are drawn from; empty: none were
};

// "branch=main, commit=abc1234"; empty where there are none.
std::string tags_text(const RunContext& context);

// How a run ended.
enum class RunEnd {
  kUnfinished,   // it did not come to an end: it is under way, or was cut off
  kComplete,     // everything was measured, or each result says why it was not
  kInterrupted,  // the user stopped it; the results hold the seeds that were complete
  kUnavailable,  // a model or its data could not be loaded; other models were measured
  kFailed,       // measuring broke off
  kRefused,      // a model cannot be measured as the request says
};

// "unfinished", "complete", …
const char* run_end_name(RunEnd end);

// Which matrix of a run.
struct MatrixKey {
  std::string model;
  std::string desideratum;
  uint64_t seed = 0;
  Condition condition = Condition::kFineTuning;
  std::string request;  // Request::name
  // As ResultKey::dose. Empty: nothing was trained for it, and it belongs to every dose.
  std::string dose = {};
  // That all rows took; 0: each as many as it needs, or there is no learned dose.
  int passes = 0;
  std::string control = {};  // RunRequest::beside, of what stands beside the model; else empty

  friend auto operator<=>(const MatrixKey&, const MatrixKey&) = default;
};

// A matrix that was written down beside run.json.
struct MatrixRecord {
  MatrixKey key;
  std::string path;    // below the run's folder, without the ends ".npy", ".csv" and ".json"
  std::string digest;  // of what is needed to read it again, the .npy and the .json
  std::string explanation = {};  // file below the run's folder; empty where nothing was explained
};

struct RunResult {
  RunRequest request;
  RunContext context;
  RunEnd end = RunEnd::kUnfinished;
  std::vector<std::string> problems = {};  // why it is not whole, one sentence each
  std::vector<DesideratumResult> results;
  std::vector<MatrixRecord> matrices = {};
};

// Whether any seed of any model is complete. Without one there is nothing to report or to keep.
bool has_complete_seeds(const RunResult& run);

// The result of the same desideratum and model under another condition; nullptr where there is
// none.
const DesideratumResult* find_condition(const RunResult& run, const DesideratumResult& result,
                                        Condition condition);

// nullptr where the result has none of this id.
const ExpectationResult* find_expectation(const DesideratumResult& result, const std::string& id);
const ObservationResult* find_observation(const DesideratumResult& result, const std::string& id);

// Puts the result of a control beside that of the model, which has the same key but for that.
void put_beside(const DesideratumResult& control, DesideratumResult& result);

// Puts the result along a third of the rate beside that of the model, at a learned dose.
void put_slower(const DesideratumResult& slower, DesideratumResult& result);

// "along a third of the rate 0.12, and here 0.10, of 3 seeds", of a primary expectation; empty where
// it was not measured.
std::string slower_text(const DesideratumResult& of, const ExpectationResult& result);

// What stands beside a verdict: "random weights, too", or "random weights: violated"; of an
// expectation with its mean. Empty where nothing does, or where there is no verdict to share.
std::string beside_text(const DesideratumResult& result);
std::string beside_text(const DesideratumResult& of, const ExpectationResult& result);

// What was found, in words: the desideratum's own sentence and how it was arrived at.
std::string finding(const DesideratumResult& result);

// "holds", "violated", …
const char* verdict_name(Verdict verdict);
// The same; of one that is violated with how many of its primary expectations are, and how many
// hold: "violated (5 of 7; 0 hold)". With what stands beside it: "holds (random weights, too)"; and
// where another dose decides, with that: "violated (2 of 4; 0 hold; dose 0.9 decides)".
std::string verdict_text(const DesideratumResult& result);
// "DIR", "INV"
const char* kind_name(ExpectationKind kind);
// "[0.125, 0.250]"; "-" where it is unknown.
std::string interval_text(const Interval& interval);
// "fine-tuning", "in context"
const char* condition_name(Condition condition);
// "not measured", "all zero", "does not teach itself", "outlier"
const char* issue_name(RowIssue issue);

double mean_of(const std::vector<double>& values);

}  // namespace eif
