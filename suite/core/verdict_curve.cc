#include "suite/core/verdict_curve.h"

#include <utility>

#include "suite/core/statistics.h"

namespace eif {
namespace {

// As it was judged, but for the smallest effect and what depends on it.
Evidence evidence_of(const ExpectationResult& one) {
  Evidence evidence{one.expectation.kind, one.expectation.primary, one.per_seed};
  const ExpectationVerdict& outcome = one.outcome;
  if (outcome.verdict == Verdict::kDecidedByRegime) evidence.decided_by_regime = outcome.reason;
  if (outcome.verdict == Verdict::kNotMeasured) evidence.not_measured = outcome.reason;
  if (one.expectation.kind == ExpectationKind::kDirection) evidence.known_p = outcome.p;
  return evidence;
}

// The same with each row after the passes that it needs itself, where it was learned.
Evidence own_evidence_of(const ExpectationResult& one, const Evidence& evidence) {
  Evidence own = evidence;
  if (!one.learned) return own;
  own.per_seed = one.learned->own_per_seed;
  own.known_p = std::nullopt;
  const bool is_open = own.decided_by_regime.empty() && own.not_measured.empty();
  if (is_open && own.kind == ExpectationKind::kDirection) own.known_p = sign_flip_p(own.per_seed);
  return own;
}

}  // namespace

std::vector<CurvePoint> verdict_curve(const DesideratumResult& result) {
  std::vector<CurvePoint> curve;
  if (result.seeds.empty()) return curve;
  std::vector<Evidence> evidence, own;
  bool was_learned = false;
  for (const ExpectationResult& one : result.expectations) {
    evidence.push_back(evidence_of(one));
    own.push_back(own_evidence_of(one, evidence.back()));
    was_learned = was_learned || one.learned;
  }
  for (const double smallest_effect : kCurveEffects) {
    std::vector<Evidence> disputed = evidence;
    if (was_learned) {
      const DesideratumVerdict at_equal = judge(evidence, smallest_effect, Detail::kVerdicts);
      const DesideratumVerdict at_own = judge(own, smallest_effect, Detail::kVerdicts);
      for (size_t i = 0; i < evidence.size(); ++i) {
        const bool agree = at_equal.expectations[i].verdict == at_own.expectations[i].verdict;
        if (!agree && result.expectations[i].learned) disputed[i].disputed = "it depends on how passes are counted";
      }
    }
    const DesideratumVerdict verdict = judge(disputed, smallest_effect, Detail::kVerdicts);
    CurvePoint& point = curve.emplace_back(CurvePoint{smallest_effect, verdict.verdict, {}});
    for (const ExpectationVerdict& one : verdict.expectations) {
      point.expectations.push_back(one.verdict);
    }
  }
  return curve;
}

}  // namespace eif
