#include "reports/paper/paper_report.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "reports/command_text.h"
#include "reports/file_name.h"
#include "reports/matrix_files.h"
#include "reports/paper/captions.h"
#include "reports/paper/claim_table.h"
#include "reports/paper/claims.h"
#include "reports/paper/image_figures.h"
#include "reports/paper/matrix_store.h"
#include "reports/paper/model_results.h"
#include "reports/paper/page.h"
#include "reports/paper/reproduction.h"
#include "reports/paper/reproduction_json.h"
#include "reports/paper/text_figures.h"
#include "suite/formats/npy.h"

namespace eif {
namespace {

Modality modality_of(const ModelContext& model) {
  return model.unit == unit_of(Modality::kImage) ? Modality::kImage : Modality::kText;
}

// ---- What is missing ---------------------------------------------------------------------------

bool has_results(const RunResult& run, const ModelContext& model) {
  return std::any_of(run.results.begin(), run.results.end(), [&](const DesideratumResult& result) {
    return result.key.model == model.name;
  });
}

std::vector<std::string> missing_desiderata(const RunResult& run, const ModelContext& model) {
  std::vector<std::string> missing = desiderata_of_claims(modality_of(model));
  const ModelResults results(run, model.name);
  std::erase_if(missing, [&](const std::string& name) {
    return results.find(name, Condition::kFineTuning) != nullptr;
  });
  return missing;
}

absl::Status check_whole(const RunResult& run, const std::vector<const ModelContext*>& models) {
  std::vector<std::string> gaps, names;
  for (const ModelContext* model : models) {
    const std::vector<std::string> missing = missing_desiderata(run, *model);
    if (missing.empty()) continue;
    gaps.push_back(
        absl::StrCat("of ", model->name, " the run lacks ", absl::StrJoin(missing, ", ")));
    names.push_back(model->name);
  }
  if (gaps.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("claims of the paper are about desiderata that were not measured: ",
                   absl::StrJoin(gaps, "; "), ". This measures them: eif-suite reproduce --model ",
                   shell_argument(absl::StrJoin(names, ","))));
}

// ---- One model ---------------------------------------------------------------------------------

absl::StatusOr<ModelReproduction> reproduce_model(const RunResult& run, const ModelContext& model,
                                                  const MatrixStore& store) {
  const Modality modality = modality_of(model);
  const ModelResults results(run, model.name);
  const Captions captions(model, run.request, store.seeds());
  absl::StatusOr<std::vector<ReproducedFigure>> figures =
      modality == Modality::kImage ? image_figures(store, captions)
                                   : text_figures(store, results, captions);
  if (!figures.ok()) {
    return absl::Status(figures.status().code(),
                        absl::StrCat(model.name, ": ", figures.status().message()));
  }
  return ModelReproduction{.model = model.name,
                           .folder = file_name(model.name),
                           .seeds = store.seeds(),
                           .figures = *std::move(figures),
                           .claims = claims_on(modality, results, store)};
}

void append_files(const ModelReproduction& model, std::vector<ReportFile>& files) {
  for (const ReproducedFigure& figure : model.figures) {
    for (const auto& [name, matrix] : figure.matrices) {
      files.push_back({figure_path(model, name, ".npy"),
                       npy_bytes(matrix.rows(), matrix.columns(), matrix.values())});
      files.push_back({figure_path(model, name, ".csv"), matrix_csv(matrix)});
    }
    for (const auto& [name, table] : figure.tables) {
      files.push_back({figure_path(model, name, ".csv"), table_csv(table)});
    }
    files.push_back({figure_path(model, figure.id, ".svg"), figure.svg});
  }
}

}  // namespace

absl::StatusOr<std::vector<ReportFile>> paper_report(const RunResult& run,
                                                     const RunMatrices& matrices) {
  std::vector<const ModelContext*> measured;
  for (const ModelContext& model : run.context.models) {
    if (has_results(run, model)) measured.push_back(&model);
  }
  if (absl::Status status = check_whole(run, measured); !status.ok()) return status;

  std::vector<ModelReproduction> models;
  for (const ModelContext* model : measured) {
    const absl::StatusOr<MatrixStore> store =
        read_matrices(run, matrices, model->name, desiderata_of_claims(modality_of(*model)));
    if (!store.ok()) return store.status();
    if (store->seeds().empty()) continue;
    absl::StatusOr<ModelReproduction> reproduction = reproduce_model(run, *model, *store);
    if (!reproduction.ok()) return reproduction.status();
    models.push_back(*std::move(reproduction));
  }
  if (models.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the run (", run_end_name(run.end),
                     ") has no seed of any model that was measured to the end, so there is nothing "
                     "to draw; the same eif-suite reproduce given again goes on with it"));
  }
  std::vector<ReportFile> files = {{"index.html", paper_page(run, models)},
                                   {"reproduction.json", reproduction_json(run, models)}};
  for (const ModelReproduction& model : models) append_files(model, files);
  return files;
}

}  // namespace eif
