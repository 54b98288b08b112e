#include "reports/json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace eif {
namespace {

// Keeps keys in the order they are written, so that a person can read the file.
using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

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
          {"engine", context.engine},
          {"optimizer",
           {{"name", context.optimizer},
            {"momentum", number(context.momentum)},
            {"weight_decay", number(context.weight_decay)}}},
          {"dtype", context.dtype},
          {"device", context.device},
          {"threads", context.threads},
          {"torch", context.torch_version},
          {"build", context.build_fingerprint},
          {"models", models},
          {"plugins", plugins}};
}

Json expectation_json(const ExpectationResult& result) {
  const ExpectationVerdict& outcome = result.outcome;
  Json json = {
      {"id", result.expectation.id},
      {"kind", result.expectation.kind == ExpectationKind::kDirection ? "DIR" : "INV"},
      {"primary", result.expectation.primary},
      {"claim", result.expectation.claim},
      {"verdict", verdict_name(outcome.verdict)},
      {"mean", number(outcome.mean)},
      {"ci", {number(outcome.interval.low), number(outcome.interval.high)}},
      {"p", number(outcome.p)},
      {"p_adjusted", number(outcome.p_adjusted)},
      {"per_seed", numbers(result.per_seed)}};
  json["seeds_to_decide"] =
      outcome.seeds_to_decide ? Json(*outcome.seeds_to_decide) : Json(nullptr);
  json["reason"] = outcome.reason;
  return json;
}

Json result_json(const DesideratumResult& result) {
  Json expectations = Json::array();
  for (const ExpectationResult& expectation : result.expectations) {
    expectations.push_back(expectation_json(expectation));
  }
  Json observations = Json::array();
  for (const ObservationResult& observation : result.observations) {
    observations.push_back({{"id", observation.observation.id},
                            {"unit", observation.observation.unit},
                            {"claim", observation.observation.claim},
                            {"mean", number(mean_of(observation.per_seed))},
                            {"per_seed", numbers(observation.per_seed)}});
  }
  Json scales = Json::object();
  for (const SelfScale& scale : result.self_scales) scales[scale.domain] = number(scale.value);
  Json json = {{"model", result.model},
               {"desideratum", result.desideratum},
               {"claim", result.info.claim},
               {"paper_section", result.info.paper_section},
               {"verdict", verdict_name(result.verdict)},
               {"finding", finding(result)},
               {"seeds", result.seeds},
               {"self_scale", scales},
               {"expectations", expectations},
               {"observations", observations}};
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
