#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "reports/run_json.h"
#include "suite/core/verdict_curve.h"

namespace eif {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

// A checked number of a model; `error` says why there is none.
void add_check(Json& json, const char* name, double value, const std::string& error) {
  json[name] = number(value);
  if (!error.empty()) json[std::string(name) + "_reason"] = error;
}

Json checks_json(const ModelChecks& checks) {
  Json json = Json::object();
  add_check(json, "noise_floor", checks.noise_floor, checks.noise_floor_error);
  add_check(json, "curvature", checks.curvature, checks.curvature_error);
  return json;
}

Json field_json(const std::string& value) { return value; }
Json field_json(bool value) { return value; }
Json field_json(int value) { return value; }
Json field_json(uint64_t value) { return value; }
Json field_json(double value) { return number(value); }
Json field_json(Optimizer value) { return optimizer_name(value); }
Json field_json(Adapter value) { return adapter_name(value); }
Json field_json(Mask value) { return mask_name(value); }
template <typename Value>
Json field_json(const std::vector<Value>& values) {
  return values;
}

Json request_json(const RunRequest& request) {
  Json json = Json::object();
  visit_fields(request, [&](const char* name, FieldRole, const auto& value) {
    json[name] = field_json(value);
  });
  return json;
}

// What a model that stands beside another has in common with it.
Json measured_json(const BesideContext& beside) {
  return {{"fingerprint", beside.fingerprint},
          {"fine_tuned_rows", beside.rows},
          {"measure_seconds", number(beside.measure_seconds)},
          {"checks", checks_json(beside.checks)},
          {"seeds", beside.seeds},
          {"cached_seeds", beside.cached_seeds}};
}

}  // namespace

Json context_json(const RunResult& run) {
  const RunContext& context = run.context;
  const RunRequest& request = run.request;
  Json models = Json::array();
  for (const ModelContext& model : context.models) {
    Json facts = Json::object();
    for (const auto& [name, value] : model.facts) facts[name] = value;
    models.push_back({{"name", model.name},
                      {"fingerprint", model.fingerprint},
                      {"learning_rate", number(model.learning_rate)},
                      {"learning_rate_reason", reason_json(model.learning_rate_reason)},
                      {"facts", facts},
                      {"unit", model.unit},
                      {"fine_tuned_rows", model.rows},
                      {"load_seconds", number(model.load_seconds)},
                      {"measure_seconds", number(model.measure_seconds)},
                      {"rate_seconds", number(model.rate_seconds)},
                      {"checks", checks_json(model.checks)},
                      {"seeds", model.seeds}});
    Json& json = models.back();
    if (request.is_control()) json["cached_seeds"] = model.cached_seeds;
    if (model.beside) {
      json["beside"] = measured_json(*model.beside);
      json["beside"]["control"] = request.beside_control();
    }
    if (model.slower) {
      json["third_of_the_rate"] = measured_json(*model.slower);
      json["third_of_the_rate"]["learned_rate"] = number(model.slower->learned_rate);
    }
    if (!std::isfinite(model.learned_rate)) continue;
    json["learned_rate"] = number(model.learned_rate);
    json["learned_rate_reason"] = reason_json(model.learned_rate_reason);
    json["learned_noise"] = number(model.learned_noise);
  }
  Json plugins = Json::array();
  for (const PluginContext& plugin : context.plugins) {
    plugins.push_back({{"id", plugin.id}, {"version", plugin.version}, {"kind", plugin.kind}});
    if (!plugin.digest.empty()) plugins.back()["digest"] = plugin.digest;
  }
  Json json = {{"program", "eif-suite"},
               {"version", context.program_version},
               {"started_at", context.started_at},
               {"command_line", context.command_line},
               {"interrupted", run.end == RunEnd::kInterrupted},
               {"control", request.is_control() ? Json(request.control) : Json(nullptr)},
               {"seeds", request.seeds},
               {"claims", text_or_null(request.claims_file)},
               {"reject_dictionary", text_or_null(request.dictionary_file)},
               {"large", request.large},
               {"engine", request.engine},
               {"optimizer",
                {{"name", optimizer_name(request.training.optimizer)},
                 {"momentum", number(request.training.momentum)},
                 {"weight_decay", number(request.training.weight_decay)},
                 {"max_grad_norm", number(request.training.max_gradient_norm)}}},
               {"dtype", request.dtype},
               {"device", request.device},
               {"threads", context.threads},
               {"deterministic", request.deterministic},
               {"torch", context.torch_version},
               {"build", context.build_fingerprint},
               {"models", models},
               {"plugins", plugins},
               {"digits_digest", text_or_null(context.digits_digest)}};
  if (!context.resumed_at.empty()) json["resumed_at"] = context.resumed_at;
  if (!context.tags.empty()) json["tags"] = context.tags;
  return json;
}

namespace {

Json optional_number(const std::optional<int>& value) {
  return value ? Json(*value) : Json(nullptr);
}

// Why the mean over the seeds is null; empty where it is not. `error`: why there is no seed.
std::string missing_reason(const std::vector<double>& per_seed, const std::string& error) {
  if (per_seed.empty()) return error;
  const auto missing = std::count_if(per_seed.begin(), per_seed.end(),
                                     [](double value) { return !std::isfinite(value); });
  if (missing == 0) return "";
  return absl::StrCat(missing, " of ", per_seed.size(), " seeds could not be measured");
}

// ExpectationResult or BesideOutcome.
template <typename Result>
void add_outcome(Json& json, const Result& result, const std::string& error) {
  const ExpectationVerdict& outcome = result.outcome;
  json["verdict"] = verdict_name(outcome.verdict);
  json["mean"] = number(outcome.mean);
  json["ci"] = {number(outcome.interval.low), number(outcome.interval.high)};
  json["p"] = number(outcome.p);
  json["p_adjusted"] = number(outcome.p_adjusted);
  json["p_against"] = number(outcome.p_against);
  json["p_against_adjusted"] = number(outcome.p_against_adjusted);
  json["p_decides"] = number(outcome.p_decides);
  json["seeds_disagree"] = outcome.seeds_disagree;
  json["clipped"] = outcome.clipped;
  json["per_seed"] = numbers(result.per_seed);
  if (std::isfinite(result.nats)) json["mean_nats"] = number(result.nats);
  json["seeds_to_decide"] = optional_number(outcome.seeds_to_decide);
  json["signal_to_noise"] = number(outcome.signal_to_noise);
  json["seeds_to_resolve"] = optional_number(outcome.seeds_to_resolve);
  json["reason"] = outcome.reason.empty() ? error : outcome.reason;
}

Json learned_json(const LearnedEvidence& learned) {
  Json json = {{"passes", learned.passes},
               {"smallest_share", numbers(learned.smallest_share)},
               {"largest_share", numbers(learned.largest_share)},
               {"not_reached", learned.not_reached},
               {"own_passes_per_seed", numbers(learned.own_per_seed)},
               {"own_passes_mean", number(mean_of(learned.own_per_seed))},
               {"own_passes_verdict", verdict_name(learned.own_verdict)}};
  if (learned.slower) {
    json["third_of_the_rate"] = {{"seeds", learned.slower->seeds},
                                 {"per_seed", numbers(learned.slower->per_seed)},
                                 {"not_reached", learned.slower->not_reached}};
  }
  return json;
}

// What a result comes to under one condition, and what stands beside it. `of`: the result that has it.
void add_condition(Json& json, const DesideratumResult& of, const ExpectationResult& result,
                   const std::string& error) {
  add_outcome(json, result, error);
  if (std::isfinite(odds_per_token(result))) {
    json["odds_per_token"] = number(odds_per_token(result));
  }
  if (result.beside) add_outcome(json["beside"], *result.beside, of.beside->error);
}

// What reading gave stands inside of what fine-tuning gave; nullptr where nothing was read.
Json expectation_json(const DesideratumResult& of, const ExpectationResult& result,
                      const DesideratumResult* read_of) {
  Json json = {{"id", result.expectation.id},
               {"kind", kind_name(result.expectation.kind)},
               {"primary", result.expectation.primary},
               {"claim", result.expectation.claim},
               {"self_scale", text_or_null(result.expectation.self_scale)}};
  if (result.expectation.gain_in_context) json["gain_in_context"] = true;
  json["deciding_dose"] = result.expectation.deciding_dose;
  if (!result.expectation.second_dose.empty()) {
    json["second_dose"] = result.expectation.second_dose;
  }
  add_condition(json, of, result, of.error);
  json["noise_floor"] = number(result.noise_floor);
  json["below_noise_floor"] = is_below_noise_floor(result);
  if (result.learned) json["learned"] = learned_json(*result.learned);
  if (read_of == nullptr) return json;
  const ExpectationResult* read = find_expectation(*read_of, result.expectation.id);
  if (read != nullptr) add_condition(json["in_context"], *read_of, *read, of.error);
  return json;
}

void add_numbers(Json& json, const std::vector<double>& per_seed, const std::string& error) {
  json["mean"] = number(mean_of(per_seed));
  json["per_seed"] = numbers(per_seed);
  const std::string reason = missing_reason(per_seed, error);
  if (!reason.empty()) json["reason"] = reason;
}

Json observation_json(const ObservationResult& result, const std::string& error,
                      const ObservationResult* read) {
  Json json = {{"id", result.observation.id},
               {"unit", result.observation.unit},
               {"claim", result.observation.claim}};
  add_numbers(json, result.per_seed, error);
  if (read != nullptr) add_numbers(json["in_context"], read->per_seed, error);
  return json;
}

void add_flagged_rows(Json& list, const DesideratumResult& result) {
  for (const FlaggedRow& row : result.flagged_rows) {
    Json json = {{"issue", issue_name(row.flag.issue)},
                 {"seed", row.seed},
                 {"condition", condition_name(result.key.condition)},
                 {"request", row.request},
                 {"row", row.flag.row}};
    if (std::isfinite(row.flag.value)) json["value"] = row.flag.value;
    if (!row.flag.reason.empty()) json["reason"] = row.flag.reason;
    list.push_back(json);
  }
}

Json flagged_rows_json(const DesideratumResult& result, const DesideratumResult* read) {
  Json list = Json::array();
  add_flagged_rows(list, result);
  if (read == nullptr) return list;
  add_flagged_rows(list, *read);
  // Seed by seed, fine-tuning first.
  std::stable_sort(list.begin(), list.end(), [](const Json& a, const Json& b) {
    return a["seed"].get<uint64_t>() < b["seed"].get<uint64_t>();
  });
  return list;
}

Json scales_json(const std::vector<SelfScale>& scales) {
  Json json = Json::object();
  for (const SelfScale& scale : scales) json[scale.domain] = number(scale.value);
  return json;
}

// What each is the median of, by seed; empty where that was not recorded.
Json self_influences_json(const std::vector<SelfScale>& scales) {
  Json json = Json::object();
  for (const SelfScale& scale : scales) {
    if (scale.by_seed.empty()) continue;
    Json& by_seed = json[scale.domain] = Json::array();
    for (const std::vector<double>& of_seed : scale.by_seed) by_seed.push_back(numbers(of_seed));
  }
  return json;
}

// Derived from the effects of the seeds, and so not read again.
Json curve_json(const DesideratumResult& result) {
  Json json = Json::array();
  for (const CurvePoint& point : verdict_curve(result)) {
    Json expectations = Json::object();
    for (size_t i = 0; i < point.expectations.size(); ++i) {
      const Expectation& expectation = result.expectations[i].expectation;
      if (expectation.primary) expectations[expectation.id] = verdict_name(point.expectations[i]);
    }
    json.push_back({{"smallest_effect", point.smallest_effect},
                    {"verdict", verdict_name(point.verdict)},
                    {"expectations", expectations}});
  }
  return json;
}

Json beside_json(const BesideResult& beside) {
  Json json = {{"control", beside.control},
               {"verdict", verdict_name(beside.verdict)},
               {"seeds", beside.seeds},
               {"self_scale", scales_json(beside.self_scales)}};
  if (!beside.error.empty()) json["error"] = beside.error;
  return json;
}

// One desideratum under both conditions. `read`: in context; nullptr where nothing was read.
Json result_json(const DesideratumResult& result, const DesideratumResult* read) {
  Json expectations = Json::array();
  for (const ExpectationResult& one : result.expectations) {
    expectations.push_back(expectation_json(result, one, read));
  }
  Json observations = Json::array();
  for (const ObservationResult& one : result.observations) {
    observations.push_back(
        observation_json(one, result.error,
                         read == nullptr ? nullptr : find_observation(*read, one.observation.id)));
  }
  Json json = {{"model", result.key.model},
               {"revision", text_or_null(result.key.revision)},
               {"recipe", result.key.recipe},
               {"dose", result.key.dose},
               {"desideratum", result.key.desideratum},
               {"claim", result.info.claim},
               {"paper_section", result.info.paper_section},
               {"if_holds", result.info.holds},
               {"if_violated", result.info.violated},
               {"verdict", verdict_name(result.verdict)},
               {"finding", finding(result)},
               {"seeds", result.seeds},
               {"self_scale", scales_json(result.self_scales)},
               {"split_half_reliability", number(result.split_half_reliability)},
               {"flagged_rows", flagged_rows_json(result, read)},
               {"expectations", expectations},
               {"observations", observations}};
  if (!result.decided_at.empty()) json["decided_at"] = result.decided_at;
  if (!result.repeated_seeds.empty()) json["repeated_seeds"] = result.repeated_seeds;
  if (!result.error.empty()) json["error"] = result.error;
  if (Json all = self_influences_json(result.self_scales); !all.empty()) json["self_influences"] = all;
  if (Json curve = curve_json(result); !curve.empty()) json["verdicts_by_smallest_effect"] = curve;
  if (result.beside) json["beside"] = beside_json(*result.beside);
  if (read == nullptr) return json;
  if (read->beside) json["in_context_beside"] = beside_json(*read->beside);
  json["in_context_verdict"] = verdict_name(read->verdict);
  if (!read->self_scales.empty()) json["in_context_self_scale"] = scales_json(read->self_scales);
  if (Json all = self_influences_json(read->self_scales); !all.empty()) {
    json["in_context_self_influences"] = all;
  }
  if (!read->error.empty()) json["in_context_error"] = read->error;
  return json;
}

Json matrices_json(const std::vector<MatrixRecord>& matrices) {
  Json list = Json::array();
  for (const MatrixRecord& record : matrices) {
    Json& json = list.emplace_back();
    json = {{"model", record.key.model},
            {"desideratum", record.key.desideratum},
            {"seed", record.key.seed},
            {"condition", condition_name(record.key.condition)},
            {"request", record.key.request},
            {"path", record.path},
            {"digest", record.digest}};
    if (!record.explanation.empty()) json["explanation"] = record.explanation;
    if (!record.key.dose.empty()) json["dose"] = record.key.dose;
    if (record.key.passes > 0) json["passes"] = record.key.passes;
    if (!record.key.control.empty()) json["control"] = record.key.control;
  }
  return list;
}

}  // namespace

std::string run_json(const RunResult& run) {
  Json results = Json::array();
  for (const DesideratumResult& result : run.results) {
    if (result.key.condition != Condition::kFineTuning) continue;
    results.push_back(result_json(result, find_condition(run, result, Condition::kInContext)));
  }
  const Json document = {{"schema", kRunSchema},
                         {"context", context_json(run)},
                         {"request", request_json(run.request)},
                         {"ended", run_end_name(run.end)},
                         {"problems", run.problems},
                         {"results", results},
                         {"matrices", matrices_json(run.matrices)}};
  // Text from files and plugins may be anything; the document is UTF-8 all the same.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace eif
