// Names that the paper's desiderata and the report about the paper share. A desideratum states or
// asks for something under such a name, and the report finds it there, in a run that was written
// down and knows no more of it than its name.
//
//   info.observations.push_back({.id = paper::density_of("squares"), …});    // sparsity
//   find_observation(result, paper::density_of("squares"));                  // the report
//
// domains/images/noise_requests.h has those about images.
#pragma once

#include <string>

namespace eif::paper {

// The desiderata that claims of the paper are about, by the ids of their plugins.
inline constexpr char kSymmetry[] = "symmetry";
inline constexpr char kTransitivity[] = "transitivity";
inline constexpr char kOntology[] = "ontology";
inline constexpr char kCompositionality[] = "compositionality";
inline constexpr char kCausality[] = "causality";
inline constexpr char kImplication[] = "implication";
inline constexpr char kSparsity[] = "sparsity";
inline constexpr char kRescue[] = "rescue";
inline constexpr char kNoiseInvariance[] = "noise_invariance";

// The domains whose matrices the paper shows. Each names its request.
inline constexpr const char* kMatrixDomains[] = {"belongs_to", "chain_induces", "transitivity",
                                                 "squares"};
// Claims that have nothing to do with each other: ten that the seed chooses, or all hundred. Both
// are judged under the name of the ten.
inline constexpr char kClaims[] = "random_claim";
inline constexpr char kManyClaims[] = "random_claim_100";

// What the id of an expectation ends with that compares two cells as the paper does, without a
// control. Where there is a control, the comparison with it is another expectation.
inline constexpr char kPlainEnding[] = "_plain";

// Observations of kSymmetry. Of texts, "_" and the domain stand behind the first two.
inline constexpr char kSymmetryCorrelation[] = "symmetry_correlation";
inline constexpr char kAsymmetryRatio[] = "asymmetry_ratio";
inline constexpr char kSameClassMean[] = "same_class_mean";
inline constexpr char kOtherClassMean[] = "other_class_mean";

// The observation of kSparsity that is the share of a matrix that is occupied.
inline std::string density_of(const std::string& domain) { return domain + "_density"; }

}  // namespace eif::paper
