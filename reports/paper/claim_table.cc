#include "reports/paper/claim_table.h"

#include <algorithm>

#include "domains/paper.h"

namespace eif {
namespace {

ClaimSource observed(const char* desideratum, const char* beginning = "") {
  return {desideratum, SourceKind::kObservations, beginning};
}

// The claim says that a model is as the desideratum asks for.
ClaimSource said_to_hold(const char* desideratum, const char* beginning = "") {
  return {desideratum, SourceKind::kExpectations, beginning, "holds"};
}

// The claim says that it is not.
ClaimSource said_to_be_violated(const char* desideratum, const char* beginning = "") {
  return {desideratum, SourceKind::kExpectations, beginning, "violated"};
}

const std::vector<PaperClaim>& image_claims() {
  static const std::vector<PaperClaim>& all = *new std::vector<PaperClaim>{
      {"symmetry",
       "2.1",
       "Influence between clean images is symmetric.",
       {observed(paper::kSymmetry, paper::kSymmetryCorrelation),
        observed(paper::kSymmetry, paper::kAsymmetryRatio), said_to_hold(paper::kSymmetry)}},
      {"blocks",
       "2.1",
       "Learning one digit dramatically increases the likelihood of classifying another of the "
       "same digit correctly.",
       {observed(paper::kSymmetry, paper::kSameClassMean),
        observed(paper::kSymmetry, paper::kOtherClassMean),
        said_to_hold(paper::kSparsity, "digits_related")}},
      {"confusion", "2.1", "Learning 2 influences 9, symmetrically, because they look alike."},
      {"noise",
       "2, Eq. 5, 6",
       "A model should learn less from noisy samples, and nothing from noise; instead it does not "
       "distinguish them, and a noisy sample influences a good one as much as a good one a noisy "
       "one.",
       {observed(paper::kNoiseInvariance), said_to_be_violated(paper::kNoiseInvariance)}},
      {"similar_stimuli", "4",
       "Even the simple concept of learning more strongly from more similar stimuli (e.g. the same "
       "stimulus) is often violated."}};
  return all;
}

const std::vector<PaperClaim>& text_claims() {
  static const std::vector<PaperClaim>& all = *new std::vector<PaperClaim>{
      {"asymmetry",
       "3.2",
       "Fine-tuning gives influence that is generally asymmetrical. Yet it tends to be symmetric "
       "where logic is not, and reading in context overcomes that.",
       {observed(paper::kSymmetry, paper::kSymmetryCorrelation),
        observed(paper::kSymmetry, paper::kAsymmetryRatio)}},
      {"asymmetry_is_not_logic",
       "3.2",
       "The asymmetry does not reflect the inferential asymmetry one would want.",
       {said_to_be_violated(paper::kSymmetry)}},
      {"transitivity",
       "3.2",
       "Trained on separate links, A > B and B > C, the model produces A > C and C > A equally "
       "likely.",
       {said_to_be_violated(paper::kTransitivity, "chain_")}},
      {"transitivity_combined",
       "3.2",
       "Training on both links in one sample rescues transitivity partially.",
       {said_to_hold(paper::kTransitivity, "combined_")}},
      {"ontology",
       "3.2",
       "Trained on A ∈ B and B ∈ C, the model is not more likely to produce A ∈ C than A ∉ C, nor "
       "than C ∈ A.",
       {said_to_be_violated(paper::kOntology)}},
      {"compositionality",
       "1, 3.2",
       "Nor is there a sign of compositionality: of A part of B and B part of C.",
       {said_to_be_violated(paper::kCompositionality)}},
      {"causality",
       "3.2",
       "Chained statements carry no causality: training on A causes B and B causes Z has no "
       "meaningful influence on A causes Z.",
       {said_to_be_violated(paper::kCausality)}},
      {"implication",
       "1, 4",
       "There is no sign of logical implication: of negation and of uncertainty.",
       {said_to_be_violated(paper::kImplication)}},
      {"sparsity",
       "3.2",
       "The influence functions of all domains are densely populated: irrelevant data counts as "
       "much as relevant data.",
       {observed(paper::kSparsity), said_to_be_violated(paper::kSparsity)}},
      {"rescue",
       "3.1, 3.2",
       "Reading the same text in context gets more of the desiderata right than training on it.",
       {observed(paper::kRescue), said_to_hold(paper::kRescue)}},
      {"similar_stimuli", "4",
       "Even the simple concept of learning more strongly from more similar stimuli (e.g. the same "
       "stimulus) is often violated."},
      {"words", "4",
       "There is massive variance in influence driven by irrelevant features, such as the made-up "
       "words used."}};
  return all;
}

}  // namespace

const std::vector<PaperClaim>& paper_claims(Modality modality) {
  return modality == Modality::kImage ? image_claims() : text_claims();
}

std::vector<std::string> desiderata_of_claims(std::optional<Modality> modality) {
  std::vector<std::string> names;
  const auto add = [&](const std::vector<PaperClaim>& claims) {
    for (const PaperClaim& claim : claims) {
      for (const ClaimSource& source : claim.sources) {
        if (std::find(names.begin(), names.end(), source.desideratum) == names.end()) {
          names.push_back(source.desideratum);
        }
      }
    }
  };
  if (modality != Modality::kText) add(image_claims());
  if (modality != Modality::kImage) add(text_claims());
  return names;
}

}  // namespace eif
