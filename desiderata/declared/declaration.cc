#include "desiderata/declared/declaration.h"

#include <algorithm>

namespace eif {
namespace {

template <typename Visit>
void for_each_sum(const Declaration& declaration, const Visit& visit) {
  for (const DeclaredExpectation& one : declaration.expectations) {
    visit(one.domain, one.effect);
    if (one.control) visit(one.domain, *one.control);
  }
  for (const DeclaredObservation& one : declaration.observations) visit(one.domain, one.value);
}

}  // namespace

std::vector<std::string> Declaration::domains() const {
  std::vector<std::string> names;
  for_each_sum(*this, [&](const std::string& domain, const Sum&) {
    if (std::find(names.begin(), names.end(), domain) == names.end()) names.push_back(domain);
  });
  return names;
}

std::map<std::string, std::set<Cell>> compared_cells(const Declaration& declaration) {
  std::map<std::string, std::set<Cell>> cells;
  for_each_sum(declaration, [&](const std::string& domain, const Sum& sum) {
    for (const Sum::PlacedCell& placed : sum.cells()) cells[domain].insert(placed.cell);
  });
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
