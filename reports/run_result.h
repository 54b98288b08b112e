// What a run found: the document every report is made of.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "eif/desideratum.h"
#include "suite/core/row_checks.h"
#include "suite/core/verdict.h"

namespace eif {

// How a sample comes to act on another.
enum class Condition {
  kFineTuning,  // the model was trained on it; decides the verdict
  kInContext,   // the model read it just before (§3.1); text only, reported beside the verdict
};

// What one condition gave for an expectation.
struct ConditionResult {
  std::vector<double> per_seed;  // effect of each seed, divided by the self scale where it has one
  ExpectationVerdict outcome;
};

struct ExpectationResult {
  Expectation expectation;
  std::vector<double> per_seed;  // by fine-tuning, as is the outcome
  ExpectationVerdict outcome;
  std::optional<ConditionResult> in_context = std::nullopt;
  // ModelChecks::noise_floor in the unit of the effect; NaN where the effect has no self scale.
  double noise_floor = std::numeric_limits<double>::quiet_NaN();
};

// Whether the mean of the effect is smaller than what rounding alone may give.
bool is_below_noise_floor(const ExpectationResult& result);

struct ObservationResult {
  Observation observation;
  std::vector<double> per_seed;                  // by fine-tuning
  std::vector<double> in_context_per_seed = {};  // empty where there is no such condition
};

// The median influence of a sample on itself, which the effects of a domain are divided by.
struct SelfScale {
  std::string domain;
  double value = 0;  // nats, or nats per token
};

// A row that one should look at, in one of the measured matrices.
struct FlaggedRow {
  uint64_t seed = 0;
  Condition condition = Condition::kFineTuning;
  std::string request;
  RowFlag flag;
};

// One desideratum on one model.
struct DesideratumResult {
  std::string model;
  std::string desideratum;
  DesideratumInfo info;
  Verdict verdict = Verdict::kNotMeasured;
  std::string error;            // why it could not be measured; empty otherwise
  std::vector<uint64_t> seeds;  // those that were measured, in the order of every per_seed
  std::vector<SelfScale> self_scales;
  std::vector<SelfScale> in_context_self_scales = {};
  std::vector<ExpectationResult> expectations;
  std::vector<ObservationResult> observations;
  // split_half_reliability() of its cells between different samples, by fine-tuning.
  double split_half_reliability = std::numeric_limits<double>::quiet_NaN();
  std::vector<FlaggedRow> flagged_rows = {};
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

struct ModelContext {
  std::string name;
  std::string fingerprint;
  double learning_rate = 0;
  std::string learning_rate_reason = {};  // "auto: …"; empty where the user chose it
  std::vector<std::pair<std::string, std::string>> facts;
  double load_seconds = 0;
  double measure_seconds = 0;
  size_t rows = 0;        // fine-tuned samples
  std::string unit = {};  // of its losses and influences: "nats/token" or "nats"
  ModelChecks checks = {};
};

struct PluginContext {
  std::string id, version, kind;
};

// Under what circumstances the numbers came about.
struct RunContext {
  std::string program_version;
  std::string build_fingerprint;
  std::string torch_version;
  std::string started_at;  // UTC, ISO 8601
  std::vector<std::string> command_line;
  std::string engine, optimizer, dtype, device;
  double momentum = 0, weight_decay = 0;
  int threads = 0;
  bool deterministic = false;  // measured so that the same run gives the same bits
  std::vector<uint64_t> seeds;
  std::string claims_file, dictionary_file;  // of the user's own; empty: none
  bool large = false;                        // large matrices where there was a choice
  std::vector<ModelContext> models;
  std::vector<PluginContext> plugins;
  bool interrupted = false;
  std::string control = {};  // "random-weights", "shuffled-names"; empty: the real thing
};

struct RunResult {
  RunContext context;
  std::vector<DesideratumResult> results;
};

// What was found, in words: the desideratum's own sentence and how it was arrived at.
std::string finding(const DesideratumResult& result);

// "holds", "violated", …
const char* verdict_name(Verdict verdict);
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
