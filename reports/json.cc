#include "reports/json.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "reports/json_number.h"

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

}  // namespace

Json context_json(const RunContext& context) {
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
                      {"checks", checks_json(model.checks)}});
  }
  Json plugins = Json::array();
  for (const PluginContext& plugin : context.plugins) {
    plugins.push_back({{"id", plugin.id}, {"version", plugin.version}, {"kind", plugin.kind}});
  }
  return {{"program", "eif-suite"},
          {"version", context.program_version},
          {"started_at", context.started_at},
          {"command_line", context.command_line},
          {"interrupted", context.interrupted},
          {"control", text_or_null(context.control)},
          {"seeds", context.seeds},
          {"claims", text_or_null(context.claims_file)},
          {"reject_dictionary", text_or_null(context.dictionary_file)},
          {"large", context.large},
          {"engine", context.engine},
          {"optimizer",
           {{"name", context.optimizer},
            {"momentum", number(context.momentum)},
            {"weight_decay", number(context.weight_decay)}}},
          {"dtype", context.dtype},
          {"device", context.device},
          {"threads", context.threads},
          {"deterministic", context.deterministic},
          {"torch", context.torch_version},
          {"build", context.build_fingerprint},
          {"models", models},
          {"plugins", plugins}};
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

void add_outcome(Json& json, const ExpectationVerdict& outcome, const std::vector<double>& per_seed,
                 const std::string& error) {
  json["verdict"] = verdict_name(outcome.verdict);
  json["mean"] = number(outcome.mean);
  json["ci"] = {number(outcome.interval.low), number(outcome.interval.high)};
  json["p"] = number(outcome.p);
  json["p_adjusted"] = number(outcome.p_adjusted);
  json["per_seed"] = numbers(per_seed);
  json["seeds_to_decide"] = optional_number(outcome.seeds_to_decide);
  json["signal_to_noise"] = number(outcome.signal_to_noise);
  json["seeds_to_resolve"] = optional_number(outcome.seeds_to_resolve);
  json["reason"] = outcome.reason.empty() ? error : outcome.reason;
}

Json expectation_json(const ExpectationResult& result, const std::string& error) {
  Json json = {{"id", result.expectation.id},
               {"kind", kind_name(result.expectation.kind)},
               {"primary", result.expectation.primary},
               {"claim", result.expectation.claim}};
  if (result.expectation.gain_in_context) json["gain_in_context"] = true;
  add_outcome(json, result.outcome, result.per_seed, error);
  json["noise_floor"] = number(result.noise_floor);
  json["below_noise_floor"] = is_below_noise_floor(result);
  if (result.in_context) {
    Json in_context = Json::object();
    add_outcome(in_context, result.in_context->outcome, result.in_context->per_seed, error);
    json["in_context"] = in_context;
  }
  return json;
}

void add_numbers(Json& json, const std::vector<double>& per_seed, const std::string& error) {
  json["mean"] = number(mean_of(per_seed));
  json["per_seed"] = numbers(per_seed);
  const std::string reason = missing_reason(per_seed, error);
  if (!reason.empty()) json["reason"] = reason;
}

Json observation_json(const ObservationResult& result, const std::string& error) {
  Json json = {{"id", result.observation.id},
               {"unit", result.observation.unit},
               {"claim", result.observation.claim}};
  add_numbers(json, result.per_seed, error);
  if (!result.in_context_per_seed.empty()) {
    add_numbers(json["in_context"], result.in_context_per_seed, error);
  }
  return json;
}

Json flagged_rows_json(const std::vector<FlaggedRow>& rows) {
  Json list = Json::array();
  for (const FlaggedRow& row : rows) {
    Json json = {{"issue", issue_name(row.flag.issue)},
                 {"seed", row.seed},
                 {"condition", condition_name(row.condition)},
                 {"request", row.request},
                 {"row", row.flag.row}};
    if (std::isfinite(row.flag.value)) json["value"] = row.flag.value;
    if (!row.flag.reason.empty()) json["reason"] = row.flag.reason;
    list.push_back(json);
  }
  return list;
}

Json result_json(const DesideratumResult& result) {
  Json expectations = Json::array();
  for (const ExpectationResult& expectation : result.expectations) {
    expectations.push_back(expectation_json(expectation, result.error));
  }
  Json observations = Json::array();
  for (const ObservationResult& observation : result.observations) {
    observations.push_back(observation_json(observation, result.error));
  }
  const auto scales_json = [](const std::vector<SelfScale>& scales) {
    Json json = Json::object();
    for (const SelfScale& scale : scales) json[scale.domain] = number(scale.value);
    return json;
  };
  Json json = {{"model", result.model},
               {"desideratum", result.desideratum},
               {"claim", result.info.claim},
               {"paper_section", result.info.paper_section},
               {"verdict", verdict_name(result.verdict)},
               {"finding", finding(result)},
               {"seeds", result.seeds},
               {"self_scale", scales_json(result.self_scales)},
               {"split_half_reliability", number(result.split_half_reliability)},
               {"flagged_rows", flagged_rows_json(result.flagged_rows)},
               {"expectations", expectations},
               {"observations", observations}};
  if (!result.in_context_self_scales.empty()) {
    json["in_context_self_scale"] = scales_json(result.in_context_self_scales);
  }
  if (!result.error.empty()) json["error"] = result.error;
  return json;
}

}  // namespace

std::string json_report(const RunResult& run) {
  Json results = Json::array();
  for (const DesideratumResult& result : run.results) results.push_back(result_json(result));
  const Json document = {
      {"schema", kRunSchema}, {"context", context_json(run.context)}, {"results", results}};
  // Text from files and plugins may be anything; the document is UTF-8 all the same.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace eif
