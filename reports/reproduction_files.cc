#include <string>

#include "absl/strings/str_cat.h"
#include "reports/file_name.h"
#include "reports/json.h"
#include "reports/matrix_files.h"
#include "reports/reproduction.h"
#include "suite/formats/atomic_file.h"

namespace eif {
namespace {

constexpr int kSchema = 1;

Json number_json(const ClaimNumber& number_of_seeds) {
  Json json = {{"mean", number(mean_of(number_of_seeds.per_seed))},
               {"per_seed", numbers(number_of_seeds.per_seed)}};
  if (!number_of_seeds.verdict.empty()) json["verdict"] = number_of_seeds.verdict;
  return json;
}

Json claim_json(const ReproducedClaim& claim) {
  Json evidence = Json::array();
  for (const ClaimEvidence& entry : claim.evidence) {
    Json json = {{"id", entry.id},
                 {"what", entry.what},
                 {"unit", entry.unit},
                 {"fine_tuning", number_json(entry.by_fine_tuning)}};
    if (entry.in_context) json["in_context"] = number_json(*entry.in_context);
    evidence.push_back(json);
  }
  return {
      {"id", claim.id}, {"section", claim.section}, {"claim", claim.claim}, {"evidence", evidence}};
}

Json figure_json(const ModelReproduction& model, const ReproducedFigure& figure) {
  Json data = Json::array();
  for (const auto& [name, matrix] : figure.matrices) {
    data.push_back(figure_path(model, name, ".csv"));
    data.push_back(figure_path(model, name, ".npy"));
  }
  for (const auto& [name, table] : figure.tables) data.push_back(figure_path(model, name, ".csv"));
  Json singles = Json::object();
  for (const auto& [name, value] : figure.numbers) singles[name] = number(value);
  return {{"id", figure.id},       {"title", figure.title},
          {"paper", figure.paper}, {"svg", figure_path(model, figure.id, ".svg")},
          {"data", data},          {"numbers", singles}};
}

}  // namespace

std::string figure_path(const ModelReproduction& model, const std::string& name,
                        const std::string& extension) {
  return absl::StrCat(file_name(model.model), "/", name, extension);
}

std::string reproduction_json(const Reproduction& reproduction) {
  Json models = Json::array();
  for (const ModelReproduction& model : reproduction.models) {
    Json figures = Json::array(), claims = Json::array();
    for (const ReproducedFigure& figure : model.figures) {
      figures.push_back(figure_json(model, figure));
    }
    for (const ReproducedClaim& claim : model.claims) claims.push_back(claim_json(claim));
    models.push_back(
        {{"model", model.model}, {"seeds", model.seeds}, {"figures", figures}, {"claims", claims}});
  }
  const Json document = {{"schema", kSchema},
                         {"paper", "arXiv 2406.00509"},
                         {"context", context_json(reproduction.context)},
                         {"models", models}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::Status write_figures(const std::filesystem::path& folder, const ModelReproduction& model) {
  for (const ReproducedFigure& figure : model.figures) {
    for (const auto& [name, matrix] : figure.matrices) {
      const absl::Status status = write_matrix_files(folder / figure_path(model, name, ""), matrix);
      if (!status.ok()) return status;
    }
    for (const auto& [name, table] : figure.tables) {
      const absl::Status status =
          write_file_atomically(folder / figure_path(model, name, ".csv"), table_csv(table));
      if (!status.ok()) return status;
    }
    const absl::Status status =
        write_file_atomically(folder / figure_path(model, figure.id, ".svg"), figure.svg);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status write_overview(const std::filesystem::path& folder, const Reproduction& reproduction) {
  const absl::Status status =
      write_file_atomically(folder / "reproduction.json", reproduction_json(reproduction));
  if (!status.ok()) return status;
  return write_file_atomically(folder / "index.html", reproduction_page(reproduction));
}

}  // namespace eif
