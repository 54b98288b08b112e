// Comma-separated values (RFC 4180), as every file of the reports has them.
#pragma once

#include <string>
#include <vector>

namespace eif {

// Quoted where it must be.
std::string csv_field(const std::string& text);

// A comma, and the number with the 17 digits that give back every float64; nothing after the comma
// where it is not finite.
void append_csv_number(std::string& csv, double value);

// Numbers with names: a header, then a line for each row.
struct NamedRow {
  std::string name;
  std::vector<double> numbers;
};
struct NumberTable {
  std::vector<std::string> header;  // of the names, then of each number
  std::vector<NamedRow> rows;
};
std::string table_csv(const NumberTable& table);

}  // namespace eif
