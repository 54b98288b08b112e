#include <algorithm>
#include <cstdint>
#include <exception>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "reports/run_json.h"
#include "reports/run_json_parts.h"
#include "suite/formats/json_text.h"

namespace eif {
namespace {

// The document may come from anywhere, and must not name files elsewhere.
void check_below(const char* name, const std::string& path) {
  const bool leaves = path.starts_with('/') || path.find("..") != std::string::npos ||
                      path.find('\0') != std::string::npos;
  if (!leaves && !path.empty()) return;
  refuse(absl::StrCat("\"", name, "\" is \"", path, "\", which is not below the run's folder"));
}

MatrixRecord matrix_in(const Tree& json) {
  MatrixRecord record{.key = {.model = text_in(json, "model"),
                              .desideratum = text_in(json, "desideratum"),
                              .seed = as_natural(member(json, "seed"), "seed"),
                              .condition = condition_in(json),
                              .request = text_in(json, "request"),
                              .dose = optional_dose_in(json, "dose"),
                              .control = optional_text_in(json, "control")},
                      .path = text_in(json, "path"),
                      .digest = text_in(json, "digest"),
                      .explanation = optional_text_in(json, "explanation")};
  if (json.contains("passes")) {
    record.key.passes =
        static_cast<int>(std::min<uint64_t>(as_natural(json.at("passes"), "passes"), 1 << 20));
  }
  check_below("path", record.path);
  if (!record.explanation.empty()) check_below("explanation", record.explanation);
  return record;
}

// ---- The document -----------------------------------------------------------------------------

void read_ended(const Tree& document, RunResult& run) {
  run.end = named_in(document, "ended",
                     {RunEnd::kUnfinished, RunEnd::kComplete, RunEnd::kInterrupted,
                      RunEnd::kUnavailable, RunEnd::kFailed, RunEnd::kRefused},
                     run_end_name, "way to end");
  run.problems = texts_in(document, "problems");
}

void check_models(const RunResult& run) {
  std::set<std::string> names;
  for (const ModelContext& model : run.context.models) names.insert(model.name);
  std::set<ResultKey> keys;
  for (const DesideratumResult& result : run.results) {
    if (!names.contains(result.key.model)) {
      refuse(absl::StrCat("it has results of the model ", result.key.model, " alone"));
    }
    if (!keys.insert(result.key).second) {
      refuse(
          absl::StrCat("it has two results of ", result.key.desideratum, " on ", result.key.model,
                       " at the dose ", result.key.dose));
    }
  }
}

RunResult run_in(const Tree& document) {
  const Tree& schema = member(document, "schema");
  if (schema != kRunSchema) {
    refuse(absl::StrCat("it has schema ",
                        schema.dump(-1, ' ', true, Tree::error_handler_t::replace),
                        ", and this program reads ", kRunSchema));
  }
  RunResult run;
  const Tree& context = member(document, "context");
  run.context = context_in(context);
  run.request = request_in(member(document, "request"));
  read_ended(document, run);
  for (const Tree& result : list_in(document, "results")) {
    append_results(result, run.request, run.results);
  }
  check_models(run);
  for (const Tree& matrix : list_in(document, "matrices")) {
    run.matrices.push_back(matrix_in(matrix));
  }
  return run;
}

}  // namespace

absl::StatusOr<RunResult> parse_run_json(std::string_view text, const std::string& subject) {
  const absl::StatusOr<Tree> document = parse_json(text, subject);
  if (!document.ok()) return document.status();
  try {
    return run_in(*document);
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(
        subject, " is not the run.json of a run (eif-suite run --out DIR): ", error.what()));
  }
}

}  // namespace eif
