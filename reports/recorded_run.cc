#include "reports/recorded_run.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "reports/json.h"
#include "reports/run_result.h"
#include "suite/formats/json_text.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

// In what follows nlohmann::json::exception is thrown where a member is missing or of another kind.

const nlohmann::json& list_in(const nlohmann::json& json, const char* name) {
  const nlohmann::json& list = json.at(name);
  if (!list.is_array()) throw std::invalid_argument(absl::StrCat("\"", name, "\" is no list"));
  return list;
}

Verdict verdict_in(const nlohmann::json& json) {
  const auto name = json.at("verdict").get<std::string>();
  for (const Verdict verdict :
       {Verdict::kHolds, Verdict::kViolated, Verdict::kInconclusive, Verdict::kNotMeasured}) {
    if (name == verdict_name(verdict)) return verdict;
  }
  throw std::invalid_argument(absl::StrCat("\"", name, "\" is no verdict"));
}

ExpectationKind kind_in(const nlohmann::json& json) {
  const auto name = json.at("kind").get<std::string>();
  for (const ExpectationKind kind : {ExpectationKind::kDirection, ExpectationKind::kInvariance}) {
    if (name == kind_name(kind)) return kind;
  }
  throw std::invalid_argument(absl::StrCat("\"", name, "\" is no kind of expectation"));
}

RecordedExpectation expectation_in(const nlohmann::json& json, size_t seeds) {
  RecordedExpectation expectation{.id = json.at("id").get<std::string>(),
                                  .kind = kind_in(json),
                                  .primary = json.at("primary").get<bool>()};
  for (const nlohmann::json& effect : list_in(json, "per_seed")) {
    expectation.per_seed.push_back(effect.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                                    : effect.get<double>());
  }
  if (expectation.per_seed.size() != seeds) {
    throw std::invalid_argument(absl::StrCat(expectation.id, " has ", expectation.per_seed.size(),
                                             " numbers for ", seeds, " seeds"));
  }
  return expectation;
}

RecordedResult result_in(const nlohmann::json& json,
                         const std::map<std::string, std::string>& versions) {
  RecordedResult result{.model = json.at("model").get<std::string>(),
                        .desideratum = json.at("desideratum").get<std::string>(),
                        .verdict = verdict_in(json),
                        .seeds = json.at("seeds").get<std::vector<uint64_t>>()};
  const auto version = versions.find(result.desideratum);
  if (version != versions.end()) result.version = version->second;
  for (const nlohmann::json& expectation : list_in(json, "expectations")) {
    result.expectations.push_back(expectation_in(expectation, result.seeds.size()));
  }
  return result;
}

RecordedRun run_in(const nlohmann::json& document) {
  if (document.at("schema") != kRunSchema) {
    throw std::invalid_argument(absl::StrCat("it has schema ", document.at("schema").dump(),
                                             ", and this program reads ", kRunSchema));
  }
  const nlohmann::json& context = document.at("context");
  RecordedRun run{.started_at = context.at("started_at").get<std::string>()};
  for (const char* name : {"control", "large"}) run.draws[name] = context.at(name).dump();
  // The same file may lie elsewhere.
  for (const char* name : {"claims", "reject_dictionary"}) {
    run.draws[name] = context.at(name).is_null() ? "null" : "a file";
    run.circumstances[name] = context.at(name).dump();
  }
  for (const char* name : {"version", "engine", "optimizer", "dtype", "device", "torch"}) {
    run.circumstances[name] = context.at(name).dump();
  }
  for (const nlohmann::json& model : list_in(context, "models")) {
    run.models.push_back({model.at("name").get<std::string>(),
                          model.at("fingerprint").get<std::string>(),
                          model.at("learning_rate").dump()});
  }
  std::map<std::string, std::string> versions;
  for (const nlohmann::json& plugin : list_in(context, "plugins")) {
    versions[plugin.at("id").get<std::string>()] = plugin.at("version").get<std::string>();
  }
  for (const nlohmann::json& result : list_in(document, "results")) {
    run.results.push_back(result_in(result, versions));
    const std::string& name = run.results.back().model;
    if (std::none_of(run.models.begin(), run.models.end(),
                     [&](const RecordedModel& model) { return model.name == name; })) {
      throw std::invalid_argument(absl::StrCat("it has results of the model ", name, " alone"));
    }
  }
  return run;
}

}  // namespace

absl::StatusOr<RecordedRun> read_recorded_run(const fs::path& path) {
  std::error_code ignored;
  const fs::path file = fs::is_directory(path, ignored) ? path / "run.json" : path;
  const absl::StatusOr<std::string> text = read_text_file(file);
  if (!text.ok()) return text.status();
  const absl::StatusOr<nlohmann::json> document = parse_json(*text, file.string());
  if (!document.ok()) return document.status();
  try {
    RecordedRun run = run_in(*document);
    run.path = file;
    return run;
  } catch (const std::exception& error) {  // nlohmann's are, too
    return absl::InvalidArgumentError(absl::StrCat(
        file.string(), " is not the run.json of a run (eif-suite run --out DIR): ", error.what()));
  }
}

}  // namespace eif
