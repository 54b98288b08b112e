#include "reports/matrix_context.h"

#include <cmath>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

// id → reason, for those that have one.
Json errors_json(const std::vector<std::string>& ids, const std::vector<std::string>& errors) {
  Json json = Json::object();
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!errors[i].empty()) json[ids[i]] = errors[i];
  }
  return json;
}

Json adapter_json(const TrainingOptions& training) {
  if (training.adapter == Adapter::kNone) return nullptr;
  return {{"kind", adapter_name(training.adapter)},
          {"rank", training.lora.rank},
          {"alpha", training.lora.alpha},
          {"targets", training.lora.targets},
          {"seed", training.lora.seed}};
}

Json optimizer_json(const TrainingOptions& training) {
  return {{"name", optimizer_name(training.optimizer)},
          {"momentum", training.momentum},
          {"weight_decay", training.weight_decay},
          {"max_grad_norm", training.max_gradient_norm},
          {"epochs", training.epochs},
          {"train_only", training.train_only},
          {"freeze", training.freeze},
          {"adapter", adapter_json(training)}};
}

Json texts_json(const MatrixContext& context) {
  Json texts = Json::object();
  for (const auto& [id, statements] : context.texts) texts[id] = statements;
  return texts;
}

Json facts_json(const MatrixContext& context) {
  Json facts = Json::object();
  for (const auto& [name, value] : context.facts) facts[name] = value;
  return facts;
}

}  // namespace

Json circumstances_json(const MatrixContext& context) {
  Json json = {{"model", context.model},
          {"fingerprint", context.fingerprint},
          {"facts", facts_json(context)},
          {"lr", number(context.learning_rate)},
          {"lr_reason", reason_json(context.learning_rate_reason)},
          {"engine", context.engine},
          {"optimizer", context.training ? optimizer_json(*context.training) : Json(nullptr)},
          {"dtype", context.dtype},
          {"precision", context.precision},
          {"device", context.device},
          {"mask", context.mask},
          {"unit", context.unit},
          {"deterministic", context.deterministic},
          {"load_seconds", context.load_seconds},
          {"measure_seconds", context.measure_seconds},
          {"texts", texts_json(context)}};
  if (!context.context_base.empty()) json["context_base"] = context.context_base;
  return json;
}

void add_errors(Json& json, const Matrix& matrix) {
  const Json rows = errors_json(matrix.trained_ids(), matrix.row_errors());
  const Json columns = errors_json(matrix.evaluated_ids(), matrix.column_errors());
  if (!rows.empty()) json["row_errors"] = rows;
  if (!columns.empty()) json["column_errors"] = columns;
}

std::string circumstances_text(const MatrixContext& context) {
  std::string text = absl::StrCat(context.model, ", ", context.engine);
  if (context.context_base == "neutral") text += " beside a neutral text of the same length";
  if (std::isfinite(context.learning_rate)) {
    absl::StrAppend(&text, ", learning rate ", context.learning_rate);
    if (!context.learning_rate_reason.empty()) {
      absl::StrAppend(&text, " (", context.learning_rate_reason, ")");
    }
  }
  if (context.training.has_value()) {
    const std::string training = training_text(*context.training);
    if (training != training_text({})) absl::StrAppend(&text, ", ", training);
  }
  for (const auto& [name, value] : context.facts) absl::StrAppend(&text, ", ", name, " ", value);
  return text;
}

}  // namespace eif
