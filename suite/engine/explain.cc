#include "suite/engine/explain.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "suite/engine/encoded_samples.h"
#include "suite/engine/linear.h"
#include "suite/engine/replay.h"
#include "suite/engine/token_columns.h"

namespace eif {
namespace {

// The parameters of each layer and kind, which is what layers and kinds are sums of.
struct Places {
  std::vector<ParameterPlace> places;  // of each part
  ProductParts parts;
};

Places places_of(Model& model) {
  Places result;
  std::map<std::pair<std::string, std::string>, size_t> numbers;
  for (const Parameter& parameter : model.parameters()) {
    if (!parameter.trainable) {
      result.parts.of_parameter.push_back(0);  // to which it adds nothing
      continue;
    }
    ParameterPlace place = place_of(parameter.name);
    const auto [number, is_new] =
        numbers.try_emplace({place.layer, place.kind}, result.places.size());
    if (is_new) result.places.push_back(std::move(place));
    result.parts.of_parameter.push_back(number->second);
  }
  result.parts.count = result.places.size();
  return result;
}

void add(Matrix& sum, const Matrix& term) {
  for (size_t row = 0; row < sum.rows(); ++row) {
    for (size_t column = 0; column < sum.columns(); ++column) {
      sum.at(row, column) += term.at(row, column);
    }
  }
}

// Adds the parts up by a name of each, in the order in which the names come first.
std::vector<InfluenceShare> shares(const std::vector<ParameterPlace>& places,
                                   std::string ParameterPlace::* name,
                                   const std::vector<Matrix>& parts) {
  std::vector<InfluenceShare> shares;
  std::map<std::string, size_t> numbers;
  for (size_t part = 0; part < parts.size(); ++part) {
    const std::string& of_part = places[part].*name;
    const auto [number, is_new] = numbers.try_emplace(of_part, shares.size());
    if (is_new) {
      shares.push_back({of_part, parts[part]});
    } else {
      add(shares[number->second].influence, parts[part]);
    }
  }
  return shares;
}

absl::Status explain_parameters(Model& model, const WantedCells& wanted,
                                const TrainingOptions& options, const LinearEngine& linear,
                                Monitor& monitor, Explanation& explanation) {
  const Places places = places_of(model);
  const absl::StatusOr<std::vector<Matrix>> parts =
      linear.measure_parts(model, wanted, options, places.parts, monitor);
  if (!parts.ok()) return parts.status();
  explanation.layers = shares(places.places, &ParameterPlace::layer, *parts);
  explanation.kinds = shares(places.places, &ParameterPlace::kind, *parts);
  explanation.first_order = parts->front();
  for (size_t part = 1; part < parts->size(); ++part) add(explanation.first_order, (*parts)[part]);
  return absl::OkStatus();
}

absl::Status explain_tokens(Model& model, const WantedCells& wanted, const TrainingOptions& options,
                            const ReplayEngine& replay, Monitor& monitor,
                            Explanation& explanation) {
  TokenColumns columns = token_columns(wanted, encode_samples(model, wanted.evaluated));
  absl::StatusOr<Matrix> influence =
      replay.measure_encoded(model, columns.wanted, columns.encoded, options, monitor);
  if (!influence.ok()) return influence.status();
  explanation.tokens = std::move(columns.tokens);
  explanation.token_influence = *std::move(influence);
  return absl::OkStatus();
}

}  // namespace

size_t parts_of(Model& model) { return places_of(model).parts.count; }

absl::StatusOr<Explanation> explain(Model& model, const WantedCells& wanted,
                                    const TrainingOptions& options, const EngineLimits& limits,
                                    Monitor& monitor) {
  Explanation explanation;
  absl::Status status =
      explain_parameters(model, wanted, options, make_linear(limits), monitor, explanation);
  if (!status.ok()) return status;
  if (model.info().modality == Modality::kImage) return explanation;
  status = explain_tokens(model, wanted, options, make_replay(limits), monitor, explanation);
  if (!status.ok()) return status;
  return explanation;
}

}  // namespace eif
