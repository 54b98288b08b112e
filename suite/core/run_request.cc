#include "suite/core/run_request.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace eif {
namespace {

std::string text_of(const std::string& value) { return value.empty() ? "none" : value; }
std::string text_of(bool value) { return value ? "yes" : "no"; }
std::string text_of(double value) {
  return value != value ? "not recorded" : absl::StrFormat("%.17g", value);
}
std::string text_of(int value) { return absl::StrCat(value); }
std::string text_of(uint64_t value) { return absl::StrCat(value); }
std::string text_of(Optimizer value) { return optimizer_name(value); }
std::string text_of(Adapter value) { return adapter_name(value); }
std::string text_of(Mask value) { return mask_name(value); }
template <typename Value>
std::string text_of(const std::vector<Value>& values) {
  return values.empty() ? "none" : absl::StrJoin(values, ", ");
}

struct Field {
  const char* name;
  FieldRole role;
  std::string text;
};

std::vector<Field> fields_of(const RunRequest& request) {
  std::vector<Field> fields;
  visit_fields(request, [&](const char* name, FieldRole role, const auto& value) {
    fields.push_back({name, role, text_of(value)});
  });
  return fields;
}

bool decides_numbers(const Field& field) {
  static constexpr std::array<std::string_view, 7> kSaidElsewhere = {
      "control", "data", "plugin", "claims", "reject_dictionary", "threads", "memory"};
  const bool is_decisive =
      field.role == FieldRole::kEstimand || field.role == FieldRole::kComputation;
  return is_decisive && std::find(kSaidElsewhere.begin(), kSaidElsewhere.end(), field.name) ==
                            kSaidElsewhere.end();
}

}  // namespace

std::vector<std::string> deciding_fields(const RunRequest& request) {
  std::vector<std::string> texts;
  for (const Field& field : fields_of(request)) {
    if (decides_numbers(field)) texts.push_back(absl::StrCat(field.name, "=", field.text));
  }
  return texts;
}

std::vector<FieldDifference> differences_between(const RunRequest& before,
                                                 const RunRequest& after) {
  const std::vector<Field> then = fields_of(before), now = fields_of(after);
  std::vector<FieldDifference> differences;
  for (size_t i = 0; i < then.size(); ++i) {
    if (then[i].text == now[i].text) continue;
    differences.push_back({then[i].name, then[i].role, then[i].text, now[i].text});
  }
  return differences;
}

std::string difference_text(const FieldDifference& difference) {
  return absl::StrCat(difference.name, " was ", difference.before, ", is ", difference.after);
}

}  // namespace eif
