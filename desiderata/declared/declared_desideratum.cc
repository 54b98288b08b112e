#include "desiderata/declared/declared_desideratum.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "desiderata/shared/text_domains.h"
#include "suite/formats/digest.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

Sum::CellValue cells_of(const Matrix& matrix) {
  return [&](const Cell& cell) { return matrix.at(cell.trained, cell.evaluated); };
}

}  // namespace

DeclaredDesideratum::DeclaredDesideratum(Declaration declaration, std::string digest)
    : declaration_(std::move(declaration)), digest_(std::move(digest)) {}

DesideratumInfo DeclaredDesideratum::info() const {
  DesideratumInfo info = declaration_.words;
  for (const DeclaredExpectation& one : declaration_.expectations) {
    info.expectations.push_back(one.expectation);
  }
  for (const DeclaredObservation& one : declaration_.observations) {
    info.observations.push_back(one.observation);
  }
  return info;
}

absl::StatusOr<std::vector<Request>> DeclaredDesideratum::plan(const Draw& draw) const {
  const CellsByDomain compared = compared_cells(declaration_);
  std::vector<Request> requests;
  for (const std::string& name : declaration_.domains()) {
    if (declaration_.is_own(name)) {
      const absl::StatusOr<Domain> own = fill(declaration_.own, draw);
      if (!own.ok()) return own.status();
      std::set<Cell> cells = self_cells(declaration_);
      cells.insert(compared.at(name).begin(), compared.at(name).end());
      requests.push_back(request_of_cells(*own, std::move(cells)));
      continue;
    }
    absl::StatusOr<std::vector<Request>> built_in = requests_for({name}, draw, compared);
    if (!built_in.ok()) return built_in.status();
    requests.push_back(std::move(built_in->front()));
  }
  return requests;
}

absl::StatusOr<Scores> DeclaredDesideratum::score(const Draw&, const Answers& answers) const {
  Scores scores;
  for (const DeclaredExpectation& one : declaration_.expectations) {
    scores.effects[one.expectation.id] = one.value(cells_of(answers.at(one.domain)));
  }
  for (const DeclaredObservation& one : declaration_.observations) {
    scores.observations[one.observation.id] = one.value.value(cells_of(answers.at(one.domain)));
  }
  return scores;
}

absl::StatusOr<std::unique_ptr<DeclaredDesideratum>> parse_declared_desideratum(
    std::string_view toml, const std::string& file) {
  absl::StatusOr<Declaration> declaration = parse_declaration(toml, file);
  if (!declaration.ok()) return declaration.status();
  Digest digest;
  digest.add(toml.data(), toml.size());
  return std::make_unique<DeclaredDesideratum>(*std::move(declaration), digest.hex());
}

absl::StatusOr<std::unique_ptr<DeclaredDesideratum>> read_declared_desideratum(
    const std::string& path) {
  const absl::StatusOr<std::string> text = read_text_file(path, kMaxDeclarationBytes);
  if (!text.ok()) return text.status();
  return parse_declared_desideratum(*text, path);
}

}  // namespace eif
