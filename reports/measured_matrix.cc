#include "reports/measured_matrix.h"

#include <limits>
#include <stdexcept>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "reports/json_number.h"
#include "reports/matrix_files.h"
#include "suite/formats/atomic_file.h"
#include "suite/formats/digest.h"
#include "suite/formats/json_text.h"
#include "suite/formats/npy.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

namespace fs = std::filesystem;
using Tree = nlohmann::json;

// Of a run's largest matrices; it bounds what is read.
constexpr size_t kLargestFile = size_t{1} << 30;

Json samples_json(const std::vector<Sample>& samples) {
  Json list = Json::array();
  for (const Sample& sample : samples) {
    Json statements = Json::array();
    for (const Statement& statement : sample.statements) {
      if (const auto* text = std::get_if<std::string>(&statement)) {
        statements.push_back({{"text", *text}});
      } else if (const auto* prompted = std::get_if<PromptedText>(&statement)) {
        statements.push_back({{"prompt", prompted->prompt}, {"completion", prompted->completion}});
      } else {
        statements.push_back({{"label", std::get<LabelledImage>(statement).label}});
      }
    }
    list.push_back({{"id", sample.id}, {"statements", statements}});
  }
  return list;
}

Json learned_json(const std::vector<LearnedRow>& rows) {
  Json list = Json::array();
  for (const LearnedRow& row : rows) {
    list.push_back({{"passes", row.passes},
                    {"losses_before", numbers(row.before)},
                    {"losses_after", numbers(row.after)}});
  }
  return list;
}

// All but the values.
Json description_of(const MeasuredMatrix& measured) {
  const Matrix& matrix = measured.matrix;
  Json json = {{"model", measured.key.model},
               {"desideratum", measured.key.desideratum},
               {"seed", measured.key.seed},
               {"condition", condition_name(measured.key.condition)},
               {"request", measured.key.request},
               {"domain", measured.domain},
               {"cells", measured.cells == Cells::kDistance ? "distance" : "influence"},
               {"trained", samples_json(measured.trained)},
               {"evaluated", samples_json(measured.evaluated)},
               {"base", numbers(matrix.base())},
               {"row_errors", matrix.row_errors()},
               {"column_errors", matrix.column_errors()}};
  if (!measured.key.dose.empty()) json["dose"] = measured.key.dose;
  if (!measured.key.control.empty()) json["control"] = measured.key.control;
  if (!measured.learned.empty()) json["learned"] = learned_json(measured.learned);
  return json;
}

std::string text_of(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string digest_of(const std::string& values, const std::string& description) {
  Digest digest;
  digest.add(values);
  digest.add(description);
  return digest.hex();
}

// What follows throws where the document is not as description_of() writes it.

std::vector<Sample> samples_in(const Tree& list) {
  std::vector<Sample> samples;
  for (const Tree& json : list) {
    Sample& sample = samples.emplace_back();
    sample.id = json.at("id").get<std::string>();
    for (const Tree& statement : json.at("statements")) {
      if (statement.contains("text")) {
        sample.statements.emplace_back(statement.at("text").get<std::string>());
      } else if (statement.contains("prompt")) {
        sample.statements.emplace_back(
            PromptedText{statement.at("prompt").get<std::string>(),
                         statement.at("completion").get<std::string>()});
      } else {
        sample.statements.emplace_back(
            LabelledImage{.image = {}, .label = statement.at("label").get<int>()});
      }
    }
  }
  return samples;
}

std::vector<double> losses_in(const Tree& list) {
  std::vector<double> losses;
  for (const Tree& loss : list) {
    losses.push_back(loss.is_null() ? Matrix::kUnmeasured : loss.get<double>());
  }
  return losses;
}

std::vector<LearnedRow> learned_in(const Tree& list, size_t rows) {
  std::vector<LearnedRow> learned;
  for (const Tree& json : list) {
    learned.push_back({json.at("passes").get<int>(), losses_in(json.at("losses_before")),
                       losses_in(json.at("losses_after"))});
    if (learned.back().before.size() != learned.back().after.size()) {
      throw std::invalid_argument("a row has other losses before it was learned than afterwards");
    }
  }
  if (learned.size() != rows) {
    throw std::invalid_argument("it says of other rows than it has how they were learned");
  }
  return learned;
}

MeasuredMatrix measured_in(const Tree& json, const MatrixKey& key, std::vector<double> values) {
  MeasuredMatrix measured{
      .key = key,
      .domain = json.at("domain").get<std::string>(),
      .cells = json.at("cells") == "distance" ? Cells::kDistance : Cells::kInfluence,
      .trained = samples_in(json.at("trained")),
      .evaluated = samples_in(json.at("evaluated"))};
  Matrix& matrix = measured.matrix;
  matrix = Matrix(ids_of(measured.trained), ids_of(measured.evaluated));
  std::vector<double> base = losses_in(json.at("base"));
  if (json.contains("learned")) measured.learned = learned_in(json.at("learned"), matrix.rows());
  auto row_errors = json.at("row_errors").get<std::vector<std::string>>();
  auto column_errors = json.at("column_errors").get<std::vector<std::string>>();
  if (values.size() != matrix.rows() * matrix.columns() || base.size() != matrix.columns() ||
      row_errors.size() != matrix.rows() || column_errors.size() != matrix.columns()) {
    throw std::invalid_argument("its lists are of other lengths than its rows and columns");
  }
  for (size_t i = 0; i < values.size(); ++i) {
    matrix.at(i / matrix.columns(), i % matrix.columns()) = values[i];
  }
  matrix.base() = std::move(base);
  matrix.row_errors() = std::move(row_errors);
  matrix.column_errors() = std::move(column_errors);
  return measured;
}

std::vector<double> values_in(const std::string& npy, const Tree& json) {
  absl::StatusOr<std::vector<double>> values =
      npy_values(npy, json.at("trained").size(), json.at("evaluated").size());
  if (!values.ok()) throw std::invalid_argument(std::string(values.status().message()));
  return *std::move(values);
}

// As measured_matrices_json() has it.
MatrixKey key_in(const Tree& json) {
  const bool is_read = json.at("condition") == condition_name(Condition::kInContext);
  return {.condition = is_read ? Condition::kInContext : Condition::kFineTuning,
          .request = json.at("request").get<std::string>(),
          .dose = json.value("dose", ""),
          .passes = json.at("passes").get<int>()};
}

}  // namespace

absl::StatusOr<std::string> write_measured_matrix(const fs::path& stem,
                                                  const MeasuredMatrix& measured) {
  const Matrix& matrix = measured.matrix;
  const std::string description = text_of(description_of(measured), 1);
  absl::Status status = write_matrix_files(stem, matrix);
  status.Update(write_file_atomically(stem.string() + ".json", description));
  if (!status.ok()) return status;
  return digest_of(npy_bytes(matrix.rows(), matrix.columns(), matrix.values()), description);
}

absl::StatusOr<MeasuredMatrix> read_measured_matrix(const fs::path& stem,
                                                    const MatrixRecord& record) {
  const std::string subject = stem.string() + ".json";
  const absl::StatusOr<std::string> values = read_text_file(stem.string() + ".npy", kLargestFile);
  if (!values.ok()) return values.status();
  const absl::StatusOr<std::string> description = read_text_file(subject, kLargestFile);
  if (!description.ok()) return description.status();
  if (digest_of(*values, *description) != record.digest) {
    return absl::DataLossError(absl::StrCat(
        stem.string(), ".npy or .json is not what the run wrote: it was changed or damaged"));
  }
  const absl::StatusOr<Tree> json = parse_json(*description, subject);
  if (!json.ok()) return json.status();
  try {
    return measured_in(*json, record.key, values_in(*values, *json));
  } catch (const std::exception& error) {
    return absl::DataLossError(absl::StrCat(subject, " is no matrix of a run: ", error.what()));
  }
}

std::string measured_matrices_json(const std::vector<MeasuredMatrix>& matrices) {
  Json list = Json::array();
  for (const MeasuredMatrix& measured : matrices) {
    Json json = description_of(measured);
    json["passes"] = measured.key.passes;
    json["values"] = numbers(measured.matrix.values());
    list.push_back(std::move(json));
  }
  return text_of(list, -1);
}

absl::StatusOr<std::vector<MeasuredMatrix>> parse_measured_matrices(const std::string& text,
                                                                    const std::string& subject) {
  const absl::StatusOr<Tree> list = parse_json(text, subject);
  if (!list.ok()) return list.status();
  std::vector<MeasuredMatrix> matrices;
  try {
    for (const Tree& json : *list) {
      matrices.push_back(measured_in(json, key_in(json), losses_in(json.at("values"))));
    }
  } catch (const std::exception& error) {
    return absl::DataLossError(absl::StrCat(subject, " has no matrices: ", error.what()));
  }
  return matrices;
}

}  // namespace eif
