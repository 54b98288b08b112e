#include "suite/host/measurement.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/formats/digest.h"

namespace eif {
namespace {

absl::Status check_distinct_ids(const std::vector<Sample>& samples, const Request& request) {
  std::set<std::string> seen;
  for (const Sample& sample : samples) {
    if (!seen.insert(sample.id).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("the request ", request.name, " has two samples with the id ", sample.id,
                       " among its rows or columns; ids are distinct"));
    }
  }
  return absl::OkStatus();
}

// kInvalidArgument where request.only names a cell that the request does not have.
absl::Status check_only(const Request& request) {
  if (!request.only) return absl::OkStatus();
  const auto check = [&](const std::string& id, const std::vector<Sample>& samples,
                         const char* what) {
    const bool is_there = std::any_of(samples.begin(), samples.end(),
                                      [&](const Sample& sample) { return sample.id == id; });
    if (is_there) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("the request ", request.name,
                                                   " asks for cells of the ", what, " ", id,
                                                   ", which it does not have"));
  };
  for (const Cell& cell : *request.only) {
    if (absl::Status status = check(cell.trained, request.trained, "row"); !status.ok()) {
      return status;
    }
    if (absl::Status status = check(cell.evaluated, request.evaluated, "column"); !status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

// The columns that a request asks for in a row.
std::vector<size_t> asked_columns(const Request& request, size_t row) {
  std::vector<size_t> columns;
  for (size_t column = 0; column < request.evaluated.size(); ++column) {
    if (request.asks_for({request.trained[row].id, request.evaluated[column].id})) {
      columns.push_back(column);
    }
  }
  return columns;
}

}  // namespace

std::string content_hash(const Sample& sample) {
  Digest digest;
  for (const Statement& statement : sample.statements) {
    if (const auto* text = std::get_if<std::string>(&statement)) {
      digest.add("text");
      digest.add(*text);
    } else if (const auto* prompted = std::get_if<PromptedText>(&statement)) {
      digest.add("prompt");
      digest.add(prompted->prompt);
      digest.add("completion");
      digest.add(prompted->completion);
    } else {
      const auto& labelled = std::get<LabelledImage>(statement);
      digest.add(absl::StrCat("image ", labelled.image.height, " ", labelled.image.width, " ",
                              labelled.label));
      digest.add(labelled.image.pixels.data(), labelled.image.pixels.size() * sizeof(float));
    }
  }
  return digest.hex();
}

HashedRequest hashed(Request request) {
  HashedRequest result{std::move(request), {}, {}};
  for (const Sample& sample : result.request.trained) {
    result.trained.push_back(content_hash(sample));
  }
  for (const Sample& sample : result.request.evaluated) {
    result.evaluated.push_back(content_hash(sample));
  }
  return result;
}

absl::Status check_request(const Request& request) {
  for (const std::vector<Sample>* samples : {&request.trained, &request.evaluated}) {
    if (absl::Status status = check_distinct_ids(*samples, request); !status.ok()) return status;
  }
  return check_only(request);
}

absl::Status Measurement::add(const HashedRequest& hashed) {
  const Request& request = hashed.request;
  if (absl::Status status = check_request(request); !status.ok()) return status;
  for (size_t row = 0; row < request.trained.size(); ++row) {
    const std::string& trained = hashed.trained[row];
    for (const size_t column : asked_columns(request, row)) {
      samples_.try_emplace(trained, request.trained[row]);
      samples_.try_emplace(hashed.evaluated[column], request.evaluated[column]);
      wanted_[trained].insert(hashed.evaluated[column]);
    }
  }
  return absl::OkStatus();
}

std::map<std::string, Sample> Measurement::trained() const {
  std::map<std::string, Sample> samples;
  for (const auto& [trained, evaluated] : wanted_) samples.emplace(trained, samples_.at(trained));
  return samples;
}

namespace {

std::vector<Sample> statements_of(const Sample& sample) {
  std::vector<Sample> alone;
  for (const Statement& statement : sample.statements) alone.push_back({sample.id, {statement}});
  return alone;
}

}  // namespace

void Measurement::add_own_statements() {
  for (auto& [trained, evaluated] : wanted_) {
    for (Sample& statement : statements_of(samples_.at(trained))) {
      const std::string hash = content_hash(statement);
      samples_.try_emplace(hash, std::move(statement));
      evaluated.insert(hash);
    }
  }
}

Measurement::Cells Measurement::cells(const Passes& passes) const {
  Cells cells;
  std::map<std::string, size_t> columns;              // by content
  std::map<std::set<std::string>, CellBlock> blocks;  // by the contents of the columns
  for (const auto& [trained, evaluated] : wanted_) {
    if (!passes.empty() && !passes.contains(trained)) continue;
    CellBlock& block = blocks[evaluated];
    for (const int count : passes.empty() ? std::set<int>{0} : passes.at(trained)) {
      block.rows.push_back(cells.rows.size());
      cells.rows.emplace_back(trained, count);
      cells.wanted.trained.push_back(samples_.at(trained));
      if (!passes.empty()) cells.wanted.passes.push_back(count);
    }
    for (const std::string& hash : evaluated) {
      if (!columns.try_emplace(hash, cells.columns.size()).second) continue;
      cells.columns.push_back(hash);
      cells.wanted.evaluated.push_back(samples_.at(hash));
    }
  }
  for (auto& [evaluated, block] : blocks) {
    for (const std::string& hash : evaluated) block.columns.push_back(columns.at(hash));
    cells.wanted.blocks.push_back(std::move(block));
  }
  return cells;
}

absl::Status Measurement::run(const Measure& measure, const Passes& passes) {
  if (wanted_.empty()) return absl::OkStatus();
  const Cells all = cells(passes);
  const absl::StatusOr<Matrix> matrix = measure(all.wanted);
  if (!matrix.ok()) return matrix.status();
  for (size_t column = 0; column < all.columns.size(); ++column) {
    columns_[all.columns[column]] = {matrix->base()[column], matrix->column_errors()[column]};
  }
  for (const CellBlock& block : all.wanted.blocks) {
    for (const size_t row : block.rows) {
      Row& kept = rows_[all.rows[row]];
      kept.error = matrix->row_errors()[row];
      for (const size_t column : block.columns) {
        kept.influence[all.columns[column]] = matrix->at(row, column);
      }
    }
  }
  return absl::OkStatus();
}

std::vector<double> Measurement::base_losses(const std::vector<Sample>& samples) const {
  std::vector<double> losses;
  for (const Sample& sample : samples) losses.push_back(columns_.at(content_hash(sample)).base);
  return losses;
}

Matrix Measurement::answer(const HashedRequest& hashed, const Chosen& passes) const {
  Matrix matrix(ids_of(hashed.request.trained), ids_of(hashed.request.evaluated));
  for (size_t row = 0; row < matrix.rows(); ++row) {
    const std::string& trained = hashed.trained[row];
    const auto chosen = passes.find(trained);
    const auto of_row = rows_.find({trained, chosen == passes.end() ? 0 : chosen->second});
    for (const size_t column : asked_columns(hashed.request, row)) {
      const Column& of_column = columns_.at(hashed.evaluated[column]);
      matrix.base()[column] = of_column.base;
      matrix.column_errors()[column] = of_column.error;
      if (of_row == rows_.end()) continue;
      matrix.row_errors()[row] = of_row->second.error;
      matrix.at(row, column) = of_row->second.influence.at(hashed.evaluated[column]);
    }
  }
  return matrix;
}

Measurement::OwnLosses Measurement::own_losses(const std::string& trained, int passes) const {
  OwnLosses losses;
  const Row& row = rows_.at({trained, passes});
  for (const Sample& statement : statements_of(samples_.at(trained))) {
    const std::string hash = content_hash(statement);
    losses.before.push_back(columns_.at(hash).base);
    losses.after.push_back(losses.before.back() - row.influence.at(hash));
  }
  return losses;
}

}  // namespace eif
