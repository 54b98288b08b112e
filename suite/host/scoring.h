// From what was measured to verdicts: gathers a desideratum's raw scores seed by seed, then divides
// by the self scale, which is pooled over all seeds, and judges.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "eif/desideratum.h"
#include "reports/run_result.h"

namespace eif {

class Scoring {
 public:
  Scoring(std::string model, std::string desideratum, DesideratumInfo info, Modality modality);

  // One seed's requests, their matrices and what score() made of them.
  void add(uint64_t seed, const std::vector<Request>& requests, const Answers& answers,
           const Scores& scores);

  // The desideratum cannot be measured, for this reason.
  void fail(const std::string& reason) { result_.error = reason; }
  bool failed() const { return !result_.error.empty(); }

  DesideratumResult finish() const;

 private:
  DesideratumResult result_;
  // Self influences of each domain, all seeds.
  std::map<std::string, std::vector<double>> self_influences_;
};

}  // namespace eif
