// The cells that the desiderata of one seed ask for, each measured once.
//
//   std::vector<HashedRequest> requests = …;  // hashed(request) of each request of the plans
//   Measurement measurement;
//   for (const HashedRequest& request : requests) measurement.add(request);
//   absl::Status status = measurement.run([&](const WantedCells& wanted) {
//     return engine.measure(model, wanted, options, control);
//   });
//   Matrix answer = measurement.answer(requests[0]);
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eif/desideratum.h"
#include "suite/engine/wanted_cells.h"

namespace eif {

// Hex hash of what a sample says, whatever its id.
std::string content_hash(const Sample& sample);

// A request and the contents of its samples, which take a while to hash where they are images.
struct HashedRequest {
  Request request;
  std::vector<std::string> trained;    // content_hash() of each of request.trained
  std::vector<std::string> evaluated;  // likewise
};

HashedRequest hashed(Request request);

// kInvalidArgument: an id stands twice among the rows or the columns, or a cell is asked for that
// the request does not have.
absl::Status check_request(const Request& request);

// What the request asks for, rows of the same columns together.
WantedCells cells_of(const Request& request);

class Measurement {
 public:
  // The errors of check_request().
  absl::Status add(const HashedRequest& request);

  // How many rows run() will fine-tune on.
  size_t rows_to_measure() const { return wanted_.size(); }

  using Measure = std::function<absl::StatusOr<Matrix>(const WantedCells& wanted)>;
  // Calls `measure` once, if any cell is wanted.
  absl::Status run(const Measure& measure);

  // Losses under the base weights of samples that were evaluated. Call after run().
  std::vector<double> base_losses(const std::vector<Sample>& samples) const;

  // The cells that the request asks for. Call after run().
  Matrix answer(const HashedRequest& request) const;

 private:
  struct Row {
    std::map<std::string, double> influence;  // by content of the evaluated sample
    std::string error;
  };
  struct Column {
    double base = Matrix::kUnmeasured;
    std::string error;
  };

  std::map<std::string, Sample> samples_;                // by content
  std::map<std::string, std::set<std::string>> wanted_;  // trained content → evaluated contents
  std::map<std::string, Row> rows_;
  std::map<std::string, Column> columns_;
};

}  // namespace eif
