#include "reports/csv.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace eif {

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

void append_csv_number(std::string& csv, double value) {
  csv += ',';
  if (std::isfinite(value)) absl::StrAppendFormat(&csv, "%.17g", value);
}

std::string table_csv(const NumberTable& table) {
  const auto as_field = [](std::string* out, const std::string& text) {
    out->append(csv_field(text));
  };
  std::string csv = absl::StrCat(absl::StrJoin(table.header, ",", as_field), "\n");
  for (const NamedRow& row : table.rows) {
    csv += csv_field(row.name);
    for (const double number : row.numbers) append_csv_number(csv, number);
    csv += '\n';
  }
  return csv;
}

}  // namespace eif
