// What the paper says, and which numbers of which desideratum have to do with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eif/domain.h"

namespace eif {

enum class SourceKind { kExpectations, kObservations };

// Numbers of a desideratum whose ids begin like this.
struct ClaimSource {
  std::string desideratum;
  SourceKind kind;
  std::string beginning = {};
  // The verdict that the claim amounts to, "holds" or "violated"; empty for observations.
  std::string claimed_verdict = {};
};

struct PaperClaim {
  std::string id;
  std::string section;
  std::string claim;
  std::vector<ClaimSource> sources = {};
};

// The claims on models of one modality, in the order of the paper.
const std::vector<PaperClaim>& paper_claims(Modality modality);

// The desiderata whose numbers the claims are about, by the id of their plugin. For a model whose
// modality is not known before it is loaded: all.
std::vector<std::string> desiderata_of_claims(std::optional<Modality> modality);

}  // namespace eif
