#include "reports/paper/claims.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domains/paper.h"
#include "reports/paper/claim_table.h"
#include "reports/paper/matrix_evidence.h"

namespace eif {
namespace {

EvidenceRole role_of(const Expectation& expectation) {
  if (expectation.primary) return EvidenceRole::kPrimary;
  return expectation.id.ends_with(paper::kPlainEnding) ? EvidenceRole::kPlain
                                                       : EvidenceRole::kSecondary;
}

const char* remark_on(EvidenceRole role) {
  switch (role) {
    case EvidenceRole::kPlain:
      return " (secondary: as in the paper)";
    case EvidenceRole::kSecondary:
      return " (secondary)";
    case EvidenceRole::kObservation:
    case EvidenceRole::kPrimary:
      break;
  }
  return "";
}

ClaimNumber number_of(const DesideratumResult& result, const ExpectationResult& found) {
  return {result.seeds, found.per_seed, verdict_name(found.outcome.verdict)};
}

ClaimNumber number_of(const DesideratumResult& result, const ObservationResult& found) {
  return {result.seeds, found.per_seed};
}

void append_expectations(const ClaimSource& source, const DesideratumResult& trained,
                         const DesideratumResult* read, std::vector<ClaimEvidence>& evidence) {
  for (const ExpectationResult& found : trained.expectations) {
    const Expectation& expectation = found.expectation;
    if (!expectation.id.starts_with(source.beginning)) continue;
    const EvidenceRole role = role_of(expectation);
    ClaimEvidence& entry = evidence.emplace_back(
        ClaimEvidence{.id = absl::StrCat(source.desideratum, ".", expectation.id),
                      .what = absl::StrCat(expectation.claim, remark_on(role)),
                      .unit = expectation.self_scale.empty() ? "1" : "self scale",
                      .by_fine_tuning = number_of(trained, found),
                      .role = role,
                      .claimed_verdict = source.claimed_verdict});
    const ExpectationResult* in_context =
        read == nullptr ? nullptr : find_expectation(*read, expectation.id);
    if (in_context != nullptr) entry.in_context = number_of(*read, *in_context);
  }
}

void append_observations(const ClaimSource& source, const DesideratumResult& trained,
                         const DesideratumResult* read, std::vector<ClaimEvidence>& evidence) {
  for (const ObservationResult& found : trained.observations) {
    const Observation& observation = found.observation;
    if (!observation.id.starts_with(source.beginning)) continue;
    ClaimEvidence& entry = evidence.emplace_back(
        ClaimEvidence{.id = absl::StrCat(source.desideratum, ".", observation.id),
                      .what = observation.claim,
                      .unit = observation.unit,
                      .by_fine_tuning = number_of(trained, found)});
    const ObservationResult* in_context =
        read == nullptr ? nullptr : find_observation(*read, observation.id);
    if (in_context != nullptr) entry.in_context = number_of(*read, *in_context);
  }
}

}  // namespace

std::vector<ReproducedClaim> claims_on(Modality modality, const ModelResults& results,
                                       const MatrixStore& store) {
  std::vector<ReproducedClaim> claims;
  for (const PaperClaim& claim : paper_claims(modality)) {
    ReproducedClaim& reproduced =
        claims.emplace_back(ReproducedClaim{claim.id, claim.section, claim.claim});
    for (const ClaimSource& source : claim.sources) {
      const DesideratumResult* trained = results.find(source.desideratum, Condition::kFineTuning);
      if (trained == nullptr) continue;
      const DesideratumResult* read =
          find_condition(results.run(), *trained, Condition::kInContext);
      if (source.kind == SourceKind::kExpectations) {
        append_expectations(source, *trained, read, reproduced.evidence);
      } else {
        append_observations(source, *trained, read, reproduced.evidence);
      }
    }
    for (ClaimEvidence& entry : matrix_evidence(claim.id, store)) {
      reproduced.evidence.push_back(std::move(entry));
    }
  }
  return claims;
}

}  // namespace eif
