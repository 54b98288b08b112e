#include "desiderata/declared/declaration.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "domains/exchange.h"

namespace eif {
namespace {

Cell with_exchanged_premise(const Cell& cell) {
  return {absl::StrCat(kExchanged, cell.trained), cell.evaluated};
}

void add_cells(const Sum& sum, std::set<Cell>& cells) {
  for (const Sum::PlacedCell& placed : sum.cells()) cells.insert(placed.cell);
}

}  // namespace

// ---- One expectation ---------------------------------------------------------------------------

double DeclaredExpectation::value(const Sum::CellValue& of) const {
  // The sums one by one, so that a control which does just the same leaves exactly 0.
  const auto half = [&](const Sum::CellValue& cells) {
    const double plain = effect.value(cells);
    return control ? plain - control->value(cells) : plain;
  };
  if (!exchanged) return half(of);
  return (half(of) + half([&](const Cell& cell) { return of(with_exchanged_premise(cell)); })) / 2;
}

std::map<Cell, double> DeclaredExpectation::slopes(const Sum::CellValue& of) const {
  const auto half = [&](const Sum::CellValue& cells) {
    std::map<Cell, double> slopes = effect.slopes(cells);
    if (!control) return slopes;
    for (const auto& [cell, slope] : control->slopes(cells)) slopes[cell] -= slope;
    return slopes;
  };
  if (!exchanged) return half(of);
  std::map<Cell, double> slopes;
  for (const auto& [cell, slope] : half(of)) slopes[cell] += slope / 2;
  for (const auto& [cell, slope] :
       half([&](const Cell& cell) { return of(with_exchanged_premise(cell)); })) {
    slopes[with_exchanged_premise(cell)] += slope / 2;
  }
  return slopes;
}

std::set<Cell> DeclaredExpectation::cells() const {
  std::set<Cell> cells;
  add_cells(effect, cells);
  if (control) add_cells(*control, cells);
  if (!exchanged) return cells;
  std::set<Cell> both = cells;
  for (const Cell& cell : cells) both.insert(with_exchanged_premise(cell));
  return both;
}

// ---- The whole ---------------------------------------------------------------------------------

std::vector<std::string> Declaration::domains() const {
  std::vector<std::string> names;
  const auto add = [&](const std::string& domain) {
    if (std::find(names.begin(), names.end(), domain) == names.end()) names.push_back(domain);
  };
  for (const DeclaredExpectation& one : expectations) add(one.domain);
  for (const DeclaredObservation& one : observations) add(one.domain);
  return names;
}

std::map<std::string, std::set<Cell>> compared_cells(const Declaration& declaration) {
  std::map<std::string, std::set<Cell>> cells;
  for (const DeclaredExpectation& one : declaration.expectations) {
    cells[one.domain].merge(one.cells());
  }
  for (const DeclaredObservation& one : declaration.observations) {
    add_cells(one.value, cells[one.domain]);
  }
  return cells;
}

std::set<Cell> self_cells(const Declaration& declaration) {
  std::set<std::string> trained;
  const std::map<std::string, std::set<Cell>> compared = compared_cells(declaration);
  if (const auto own = compared.find(declaration.id); own != compared.end()) {
    for (const Cell& cell : own->second) trained.insert(cell.trained);
  }
  std::set<Cell> cells;
  for (const SampleTemplate& sample : declaration.own.samples) {
    const bool is_asked = sample.role.evaluate && !sample.role.extended;
    if (is_asked && trained.contains(sample.id)) cells.insert({sample.id, sample.id});
  }
  return cells;
}

}  // namespace eif
