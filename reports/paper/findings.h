// What a figure shows, in a few words for its title. Empty where there is no number to say.
#pragma once

#include <string>
#include <vector>

#include "eif/matrix.h"

namespace eif {

// Of the same samples as rows and columns, under a condition in words: "by fine-tuning".
struct FoundMatrix {
  std::string condition;
  const Matrix* matrix;
  double self_scale;  // not a number: there is none
};

// "asymmetry 0.12 by fine-tuning, 0.85 in context (0: symmetric)"
std::string asymmetry_found(const std::vector<FoundMatrix>& shown);

// "97 % of the cells off the diagonal count by fine-tuning, 80 % in context": those that are occupied
// (domains/density.h).
std::string density_found(const std::vector<FoundMatrix>& shown);

// "0.62 to 1 by fine-tuning": the least and the most of some shares.
std::string range_found(const std::vector<double>& shares, const std::string& condition);

// "an image helps others of its digit by 0.012 nats, those of other digits by -0.00034"
std::string blocks_found(double within, double between);

// "digit 4 helps digit 9 most": the largest cell off the diagonal.
std::string closest_found(const Matrix& matrix);

// "at σ = 1 a noisy one teaches 0.8 times what a clean one does"
std::string kept_found(double of_noisy, double of_clean, double sigma);

// "62 % of the cells are above 0"
std::string sign_found(const std::vector<double>& cells);

// The parts that there are, behind the subject: "Influence between digits: a; b".
std::string with_findings(const std::string& subject, std::vector<std::string> findings);

}  // namespace eif
