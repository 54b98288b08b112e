#include "suite/host/validity.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/core/cells_by_id.h"
#include "suite/core/mask.h"
#include "suite/engine/batching.h"
#include "suite/engine/curvature.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/noise_floor.h"
#include "suite/host/guard.h"

namespace eif {
namespace {

// Enough for a median; the checks are to cost seconds where a run costs minutes.
constexpr size_t kStatementsToCheck = 8;

// Says which step takes no more than `most` of `count` things, evenly.
size_t step_for(size_t count, size_t most) {
  return std::max<size_t>(1, (count + most - 1) / most);
}

bool has_influences(const Request& request) { return request.cells == Cells::kInfluence; }

// Picks the statements that can be encoded and stand in one batch with the first of them.
std::vector<Sample> measurable(const Model& model, const std::vector<Sample>& statements) {
  std::vector<Sample> result;
  std::optional<Example> first;
  for (const Sample& statement : statements) {
    const absl::StatusOr<std::vector<Example>> examples = encode_sample(model, statement);
    if (!examples.ok()) continue;
    if (!first) first = examples->front();
    if (batch_together(*first, examples->front())) result.push_back(statement);
  }
  return result;
}

// Keeps what was found, or why nothing was.
void keep(const absl::StatusOr<double>& found, double& value, std::string& error) {
  if (found.ok()) {
    value = *found;
  } else {
    error = std::string(found.status().message());
  }
}

}  // namespace

std::vector<Sample> statements_to_check(const std::vector<Request>& requests) {
  std::vector<Sample> all;
  for (const Request& request : requests) {
    if (!has_influences(request)) continue;
    for (const Sample& sample : request.trained) {
      for (const Statement& statement : sample.statements) {
        all.push_back({absl::StrCat(request.name, "/", sample.id), {statement}});
      }
    }
  }
  std::vector<Sample> chosen;
  const size_t step = step_for(all.size(), kStatementsToCheck);
  for (size_t i = 0; i < all.size(); i += step) chosen.push_back(all[i]);
  return chosen;
}

ModelChecks check_model(Model& model, const std::vector<Sample>& statements,
                        const TrainingOptions& training) {
  ModelChecks checks;
  const std::string& name = model.info().name;
  const std::vector<Sample> samples = measurable(model, statements);
  keep(guarded(name, [&] { return noise_floor(model, samples); }), checks.noise_floor,
       checks.noise_floor_error);
  keep(guarded(name, [&] { return self_curvature(model, samples, training); }), checks.curvature,
       checks.curvature_error);
  return checks;
}

void set_noise_floors(double noise_floor, DesideratumResult& result) {
  for (ExpectationResult& expectation : result.expectations) {
    if (expectation.expectation.gain_in_context) continue;  // a difference of two units
    for (const SelfScale& scale : result.self_scales) {
      if (scale.domain == expectation.expectation.self_scale) {
        expectation.noise_floor = noise_floor / scale.value;
      }
    }
  }
}

namespace {

// The first place of each.
std::map<std::string, size_t> places_of(const std::vector<std::string>& contents) {
  std::map<std::string, size_t> places;
  for (size_t place = 0; place < contents.size(); ++place) places.emplace(contents[place], place);
  return places;
}

bool has_prompts(const std::vector<Sample>& samples) {
  return std::any_of(samples.begin(), samples.end(), [](const Sample& sample) {
    return std::any_of(sample.statements.begin(), sample.statements.end(), [](const auto& statement) {
      return std::holds_alternative<PromptedText>(statement);
    });
  });
}

// What samples say, whether or not a part of it is a prompt.
std::vector<std::string> contents_in_whole(const std::vector<Sample>& samples) {
  std::vector<std::string> contents;
  for (const Sample& sample : scored_in_whole_unless(false, samples)) {
    contents.push_back(content_hash(sample));
  }
  return contents;
}

}  // namespace

std::vector<double> self_influences(const HashedRequest& request, const Matrix& matrix) {
  const std::map<std::string, size_t> columns = places_of(request.evaluated);
  std::vector<double> result(matrix.rows(), Matrix::kUnmeasured);
  bool has_all = true;
  for (size_t row = 0; row < matrix.rows(); ++row) {
    const auto column = columns.find(request.trained[row]);
    has_all = has_all && column != columns.end();
    if (column != columns.end()) result[row] = matrix.at(row, column->second);
  }
  const std::vector<Sample>&trained = request.request.trained,
                     &evaluated = request.request.evaluated;
  if (has_all || has_prompts(trained) == has_prompts(evaluated)) return result;
  // --mask has left the prompts to one side. A sample without its prompt is the same sample.
  const std::map<std::string, size_t> in_whole = places_of(contents_in_whole(evaluated));
  const std::vector<std::string> rows = contents_in_whole(trained);
  for (size_t row = 0; row < matrix.rows(); ++row) {
    const auto column = in_whole.find(rows[row]);
    if (columns.contains(request.trained[row]) || column == in_whole.end()) continue;
    result[row] = matrix.at(row, column->second);
  }
  return result;
}

std::vector<FlaggedRow> flag_rows(uint64_t seed, const std::vector<HashedRequest>& requests,
                                  const Answers& answers) {
  std::vector<FlaggedRow> flagged;
  for (const HashedRequest& hashed : requests) {
    if (!has_influences(hashed.request)) continue;
    const Matrix& matrix = answers.at(hashed.request.name);
    for (RowFlag& flag : check_rows(matrix, self_influences(hashed, matrix))) {
      flagged.push_back({seed, hashed.request.name, std::move(flag)});
    }
  }
  return flagged;
}

void CellsBySeed::add(const std::vector<HashedRequest>& requests, const Answers& answers) {
  if (per_seed_.empty()) {
    std::vector<Place> all;
    for (const HashedRequest& hashed : requests) {
      const Request& request = hashed.request;
      if (!has_influences(request)) continue;
      for (const Sample& trained : request.trained) {
        for (const Sample& evaluated : request.evaluated) {
          if (trained.id == evaluated.id || !request.asks_for({trained.id, evaluated.id})) continue;
          all.push_back({request.name, trained.id, evaluated.id});
        }
      }
    }
    const size_t step = step_for(all.size(), kMostCells);
    for (size_t i = 0; i < all.size(); i += step) places_.push_back(std::move(all[i]));
  }
  std::map<std::string, CellsById> by_request;
  for (const auto& [name, matrix] : answers) by_request.emplace(name, matrix);
  std::vector<double>& cells = per_seed_.emplace_back();
  for (const Place& place : places_) {
    const auto found = by_request.find(place.request);
    cells.push_back(found == by_request.end() ? Matrix::kUnmeasured
                                              : found->second.at(place.trained, place.evaluated));
  }
}

}  // namespace eif
