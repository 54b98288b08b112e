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
#include <utility>
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

class Measurement {
 public:
  // The errors of check_request().
  absl::Status add(const HashedRequest& request);

  // How many rows run() will fine-tune on.
  size_t rows_to_measure() const { return wanted_.size(); }

  // The samples that are trained on, by their content.
  std::map<std::string, Sample> trained() const;
  // Each of them is evaluated, too, on each of its statements alone.
  void add_own_statements();

  // What run() asks for where no passes are said.
  WantedCells wanted_cells() const { return cells({}).wanted; }

  using Measure = std::function<absl::StatusOr<Matrix>(const WantedCells& wanted)>;
  // After which passes each sample is measured, by its content (WantedCells::passes).
  using Passes = std::map<std::string, std::set<int>>;
  // Calls `measure` once, if any cell is wanted, and adds to what earlier calls measured. passes:
  // of the samples that are trained on; empty: all of them, as many as there are epochs.
  absl::Status run(const Measure& measure, const Passes& passes = {});

  // Losses under the base weights of samples that were evaluated. Call after run().
  std::vector<double> base_losses(const std::vector<Sample>& samples) const;

  // The cells that the request asks for, each row after the passes that it was measured after; where
  // it was after several, those that are chosen by its content. A row that was not measured after
  // the chosen ones has no number. Call after run().
  using Chosen = std::map<std::string, int>;
  Matrix answer(const HashedRequest& request, const Chosen& passes = {}) const;

  // The losses of a sample's own statements, before it was trained on and after so many passes. Call
  // after add_own_statements() and run().
  struct OwnLosses {
    std::vector<double> before, after;
  };
  OwnLosses own_losses(const std::string& trained, int passes) const;

 private:
  struct Row {
    std::map<std::string, double> influence;  // by content of the evaluated sample
    std::string error;
  };
  using Trained = std::pair<std::string, int>;  // content and passes; 0: the options' epochs
  struct Column {
    double base = Matrix::kUnmeasured;
    std::string error;
  };
  // What is asked for, and the contents of its rows and columns.
  struct Cells {
    WantedCells wanted;
    std::vector<Trained> rows;
    std::vector<std::string> columns;
  };
  Cells cells(const Passes& passes) const;

  std::map<std::string, Sample> samples_;                // by content
  std::map<std::string, std::set<std::string>> wanted_;  // trained content → evaluated contents
  std::map<Trained, Row> rows_;
  std::map<std::string, Column> columns_;
};

}  // namespace eif
