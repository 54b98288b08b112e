#include "reports/html/matrix_series.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace eif {
namespace {

std::string unit_of_model(const RunResult& run, const std::string& name) {
  for (const ModelContext& model : run.context.models) {
    if (model.name == name) return model.unit;
  }
  return "";
}

double scale_of(const DesideratumResult& result, const std::string& domain) {
  for (const SelfScale& scale : result.self_scales) {
    if (scale.domain == domain && scale.value > 0) return scale.value;
  }
  return Matrix::kUnmeasured;
}

bool is_alike(const Matrix& a, const Matrix& b) {
  return a.trained_ids() == b.trained_ids() && a.evaluated_ids() == b.evaluated_ids();
}

MatrixSeries& series_of(std::vector<MatrixSeries>& all, const MatrixKey& key) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const MatrixSeries& series) {
    return series.request == key.request;
  });
  if (found != all.end()) return *found;
  return all.emplace_back(MatrixSeries{.request = key.request, .condition = key.condition});
}

// Of one seed only: of each it would be as large again.
void explain(const RunResult& run, const RunMatrices& matrices, MatrixSeries& series) {
  for (size_t seed = 0; seed < series.seeds.size(); ++seed) {
    const auto record =
        std::find_if(run.matrices.begin(), run.matrices.end(), [&](const MatrixRecord& one) {
          return one.key == series.seeds[seed].key && !one.explanation.empty();
        });
    if (record == run.matrices.end()) continue;
    absl::StatusOr<Explanation> explanation = matrices.read_explanation(*record);
    if (!explanation.ok()) {
      series.error = std::string(explanation.status().message());
    } else if (is_alike(explanation->first_order, series.seeds[seed].matrix)) {
      series.explanation = *std::move(explanation);
      series.explained = seed;
    }
    return;
  }
}

void add(MeasuredMatrix measured, MatrixSeries& series) {
  if (!series.seeds.empty() && !is_alike(series.seeds.front().matrix, measured.matrix)) {
    series.left_out.push_back(measured.key.seed);
    return;
  }
  series.seeds.push_back(std::move(measured));
}

}  // namespace

std::vector<MatrixSeries> matrix_series(const RunResult& run, const RunMatrices& matrices,
                                        const DesideratumResult& result) {
  std::vector<MatrixSeries> all;
  for (const MatrixRecord& record : run.matrices) {
    const MatrixKey& key = record.key;
    const bool is_of_dose = key.dose.empty() || key.dose == result.key.dose;
    if (key.model != result.key.model || key.desideratum != result.key.desideratum ||
        key.condition != result.key.condition || !is_of_dose || key.passes != 0 || !key.control.empty()) {
      continue;
    }
    MatrixSeries& series = series_of(all, key);
    absl::StatusOr<MeasuredMatrix> measured = matrices.read(record);
    if (measured.ok()) {
      add(*std::move(measured), series);
    } else {
      series.error = std::string(measured.status().message());
    }
  }
  for (MatrixSeries& series : all) {
    std::sort(series.seeds.begin(), series.seeds.end(),
              [](const auto& a, const auto& b) { return a.key.seed < b.key.seed; });
    const bool is_influence =
        !series.seeds.empty() && series.seeds.front().cells == Cells::kInfluence;
    series.unit = is_influence ? unit_of_model(run, result.key.model) : "1 − cosine";
    if (is_influence) series.self_scale = scale_of(result, series.seeds.front().domain);
    explain(run, matrices, series);
  }
  return all;
}

MatrixSeries difference_of(const MatrixSeries& before, const MatrixSeries& after) {
  const bool has_scale = std::isfinite(before.self_scale) && std::isfinite(after.self_scale);
  MatrixSeries result{.request = after.request,
                      .condition = after.condition,
                      .unit = has_scale ? "of what a sample does for itself" : after.unit};
  for (const MeasuredMatrix& of_after : after.seeds) {
    const auto of_before =
        std::find_if(before.seeds.begin(), before.seeds.end(), [&](const MeasuredMatrix& one) {
          return one.key.seed == of_after.key.seed && is_alike(one.matrix, of_after.matrix);
        });
    if (of_before == before.seeds.end()) {
      result.left_out.push_back(of_after.key.seed);
      continue;
    }
    MeasuredMatrix& difference = result.seeds.emplace_back(of_after);
    for (size_t row = 0; row < difference.matrix.rows(); ++row) {
      for (size_t column = 0; column < difference.matrix.columns(); ++column) {
        double& cell = difference.matrix.at(row, column);
        const double was = of_before->matrix.at(row, column);
        cell = has_scale ? cell / after.self_scale - was / before.self_scale : cell - was;
      }
    }
  }
  return result;
}

std::vector<double> mean_cells(const MatrixSeries& series) {
  std::vector<double> sums = series.seeds.front().matrix.values();
  for (size_t seed = 1; seed < series.seeds.size(); ++seed) {
    const std::vector<double>& values = series.seeds[seed].matrix.values();
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += values[i];
  }
  for (double& sum : sums) sum /= static_cast<double>(series.seeds.size());
  return sums;
}

}  // namespace eif
