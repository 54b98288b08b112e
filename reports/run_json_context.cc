#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "reports/run_json_parts.h"

namespace eif {
namespace {

void read_field(const Tree& json, const char* name, std::string& field) {
  field = as_text(json, name);
}
void read_field(const Tree& json, const char* name, bool& field) {
  if (!json.is_boolean()) refuse(absl::StrCat("\"", name, "\" is neither true nor false"));
  field = json.get<bool>();
}
void read_field(const Tree& json, const char* name, double& field) { field = as_real(json, name); }
void read_field(const Tree& json, const char* name, uint64_t& field) {
  field = as_natural(json, name);
}
void read_field(const Tree& json, const char* name, int& field) {
  field = static_cast<int>(std::min<uint64_t>(as_natural(json, name), 1 << 20));
}
void read_field(const Tree& json, const char* name, Optimizer& field) {
  field = value_named(as_text(json, name), {Optimizer::kSgd, Optimizer::kAdamW}, optimizer_name,
                      "optimizer");
}
void read_field(const Tree& json, const char* name, Adapter& field) {
  field = value_named(as_text(json, name), {Adapter::kNone, Adapter::kLora}, adapter_name, "adapter");
}
void read_field(const Tree& json, const char* name, Mask& field) {
  const std::string found = as_text(json, name);
  const auto mask = std::find(kMaskNames.begin(), kMaskNames.end(), found);
  if (mask == kMaskNames.end()) refuse(absl::StrCat("\"", found, "\" is no mask"));
  field = static_cast<Mask>(mask - kMaskNames.begin());
}
void read_field(const Tree& json, const char* name, std::vector<std::string>& field) {
  if (!json.is_array()) refuse(absl::StrCat("\"", name, "\" is no list"));
  field.clear();  // of what is the default
  for (const Tree& one : json) field.push_back(as_text(one, name));
}
void read_field(const Tree& json, const char* name, std::vector<uint64_t>& field) {
  if (!json.is_array()) refuse(absl::StrCat("\"", name, "\" is no list"));
  for (const Tree& one : json) field.push_back(as_natural(one, name));
}

bool is_added_later(std::string_view field) {
  return field == "mask" || field == "explain" || field == "precision" || field == "epochs" ||
         field == "train_only" || field == "freeze" || field == "adapter" || field == "dose" ||
         field == "max_passes" || field == "context_base" || field == "beside" ||
         field.starts_with("lora_");
}

}  // namespace

RunRequest request_in(const Tree& json) {
  RunRequest request;
  request.context_base = "nothing";  // while there was no other
  visit_fields(request, [&](const char* name, FieldRole, auto& field) {
    // A run that was recorded before there was the field had what is its default.
    if (json.contains(name) || !is_added_later(name)) read_field(member(json, name), name, field);
  });
  if (!request.finds_learning_rate()) {
    request.training.learning_rate = std::strtod(request.learning_rate.c_str(), nullptr);
  }
  return request;
}

namespace {

ModelChecks checks_in(const Tree& json) {
  const Tree& checks = member(json, "checks");
  return {.noise_floor = real_in(checks, "noise_floor"),
          .noise_floor_error = optional_text_in(checks, "noise_floor_reason"),
          .curvature = real_in(checks, "curvature"),
          .curvature_error = optional_text_in(checks, "curvature_reason")};
}

// What a model has in common with what stands beside it.
template <typename Context>
void read_measured(const Tree& json, Context& context) {
  context.fingerprint = text_in(json, "fingerprint");
  context.measure_seconds = real_in(json, "measure_seconds");
  context.rows = as_natural(member(json, "fine_tuned_rows"), "fine_tuned_rows");
  context.checks = checks_in(json);
  context.seeds = seeds_in(json);
  // Of runs that are older nothing was cached.
  if (json.contains("cached_seeds"))
    read_field(json["cached_seeds"], "cached_seeds", context.cached_seeds);
}

ModelContext model_in(const Tree& json) {
  ModelContext model{.name = text_in(json, "name"),
                     .learning_rate = real_in(json, "learning_rate"),
                     .learning_rate_reason = optional_text_in(json, "learning_rate_reason"),
                     .learned_rate = optional_real_in(json, "learned_rate"),
                     .learned_rate_reason = optional_text_in(json, "learned_rate_reason"),
                     .learned_noise = optional_real_in(json, "learned_noise"),
                     .load_seconds = real_in(json, "load_seconds"),
                     .rate_seconds = real_in(json, "rate_seconds"),
                     .unit = text_in(json, "unit")};
  for (const auto& [name, value] : texts_by_name_in(json, "facts")) {
    model.facts.emplace_back(name, value);
  }
  read_measured(json, model);
  if (const auto beside = json.find("beside"); beside != json.end()) {
    read_measured(*beside, model.beside.emplace());
  }
  if (const auto slower = json.find("third_of_the_rate"); slower != json.end()) {
    read_measured(*slower, model.slower.emplace());
    model.slower->learned_rate = real_in(*slower, "learned_rate");
  }
  return model;
}

}  // namespace

RunContext context_in(const Tree& json) {
  RunContext context{.program_version = text_in(json, "version"),
                     .build_fingerprint = text_in(json, "build"),
                     .torch_version = text_in(json, "torch"),
                     .started_at = text_in(json, "started_at"),
                     .command_line = texts_in(json, "command_line"),
                     .digits_digest = optional_text_in(json, "digits_digest")};
  if (json.contains("resumed_at")) context.resumed_at = texts_in(json, "resumed_at");
  if (json.contains("tags")) context.tags = texts_by_name_in(json, "tags");
  read_field(member(json, "threads"), "threads", context.threads);
  for (const Tree& model : list_in(json, "models")) context.models.push_back(model_in(model));
  for (const Tree& plugin : list_in(json, "plugins")) {
    context.plugins.push_back({text_in(plugin, "id"), text_in(plugin, "version"),
                               text_in(plugin, "kind"), optional_text_in(plugin, "digest")});
  }
  return context;
}

}  // namespace eif
