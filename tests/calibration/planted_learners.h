// Learners for calibration: their influence is a few numbers, one for each group of cells, drawn
// anew for each seed. Everything else is 0, and each sample does 1 for itself, so that the self
// scale is 1.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "eif/desideratum.h"
#include "suite/core/run_result.h"

namespace eif {

// What the planted effect of a learner is about.
enum class Planted {
  kDirections,   // every primary direction has the effect; invariances hold
  kInvariances,  // some invariance has the effect as its magnitude; all else is as it should be
};

struct PlantedLearner {
  std::string desideratum;
  std::string name;
  Modality modality;
  Planted planted;
  // The group a cell belongs to; empty for one that is 0.
  std::function<std::string(const Request&, const Sample& trained, const Sample& evaluated)> group;
  // Influence in the cells of a group whose effect was drawn as `effect`.
  std::function<double(const std::string& group, double effect)> influence;
  // How often ten seeds must find that there is no effect. Less where the spread of an effect is
  // not the one that is planted.
  double power_against = 0.95;
};

// How far apart two samples are, from 0 to 1: the same for all learners and seeds. Images of one
// digit are nearer to each other than to any other.
double planted_distance(const Sample& a, const Sample& b);

// At least one for each desideratum and modality, by what should be found.
std::vector<PlantedLearner> planted_learners();

}  // namespace eif
