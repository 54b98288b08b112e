#include "reports/json.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "reports/json_number.h"

namespace eif {
namespace {

constexpr int kSchema = 1;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

Json context_json(const RunContext& context) {
  Json models = Json::array();
  for (const ModelContext& model : context.models) {
    Json facts = Json::object();
    for (const auto& [name, value] : model.facts) facts[name] = value;
    models.push_back({{"name", model.name},
                      {"fingerprint", model.fingerprint},
                      {"learning_rate", number(model.learning_rate)},
                      {"facts", facts},
                      {"fine_tuned_rows", model.rows},
                      {"load_seconds", number(model.load_seconds)},
                      {"measure_seconds", number(model.measure_seconds)}});
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
  json["seeds_to_decide"] =
      outcome.seeds_to_decide ? Json(*outcome.seeds_to_decide) : Json(nullptr);
  json["reason"] = outcome.reason.empty() ? error : outcome.reason;
}

Json expectation_json(const ExpectationResult& result, const std::string& error) {
  Json json = {{"id", result.expectation.id},
               {"kind", result.expectation.kind == ExpectationKind::kDirection ? "DIR" : "INV"},
               {"primary", result.expectation.primary},
               {"claim", result.expectation.claim}};
  if (result.expectation.gain_in_context) json["gain_in_context"] = true;
  add_outcome(json, result.outcome, result.per_seed, error);
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
      {"schema", kSchema}, {"context", context_json(run.context)}, {"results", results}};
  // Text from files and plugins may be anything; the document is UTF-8 all the same.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace eif
