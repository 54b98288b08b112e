// Learners for the calibration of a desideratum: their influence is a few numbers, one for each
// group of cells, drawn anew for each seed. Every other cell is 0, and each sample does 1 for
// itself, so that the self scale is 1. Calibration (tests/calibration) plants effects in these
// groups and counts how often the desideratum's verdict is right.
//
// A desideratum brings its learners in desiderata/ID/planted_learners_for_test.cc, which CMake
// finds beside the plugin. There is at least one for each modality. A whole file:
//
//   #include "desiderata/shared/planted_learners_for_test.h"
//
//   namespace eif {
//   namespace {
//
//   std::vector<PlantedLearner> learners() {
//     return {planted_in_cells({.lowered = {{"fact", "negation"}}})};
//   }
//   const PlantedLearners planted("negation_hurts", learners);
//
//   }  // namespace
//   }  // namespace eif
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "desiderata/shared/contrast.h"
#include "eif/desideratum.h"

namespace eif {

// What the planted effect of a learner is about.
enum class Planted {
  kDirections,   // every primary direction has the effect; invariances hold
  kInvariances,  // some invariance has the effect as its magnitude; all else is as it should be
};

struct PlantedLearner {
  std::string name;  // distinct among the learners of one desideratum and modality
  Modality modality;
  Planted planted;
  // The group a cell belongs to; empty for one that is 0.
  std::function<std::string(const Request&, const Sample& trained, const Sample& evaluated)> group;
  // Influence in the cells of a group whose effect was drawn as `effect`.
  std::function<double(const std::string& group, double effect)> influence;
  // How often ten seeds must find that there is no effect. Less where the spread of an effect is
  // not the one that is planted, or where an invariance is one of many.
  double power_against = 0.95;
  // How often they must find what is there. Less where invariances are magnitudes of single
  // differences.
  double power_for = 0.95;
};

// ---- What belongs to which desideratum ---------------------------------------------------------

// Registers the learners of a desideratum while the program starts.
class PlantedLearners {
 public:
  using Make = std::vector<PlantedLearner> (*)();
  PlantedLearners(const std::string& desideratum, Make make);
};

// Of every desideratum whose file is part of the program, by its id.
std::map<std::string, std::vector<PlantedLearner>> planted_learners();

// ---- Ways to make one ---------------------------------------------------------------------------

// Cells by the ids of their samples: trained, evaluated.
struct PlantedCells {
  using Ids = std::set<std::pair<std::string, std::string>>;
  Ids raised = {};   // these have the effect
  Ids lowered = {};  // these have its opposite
};

// Text. Each of the cells varies by itself.
PlantedLearner planted_in_cells(PlantedCells cells, const std::string& name = "directions");

// Text: the effect is in what each primary comparison compares.
PlantedLearner planted_in_contrasts(const std::vector<ContrastExpectation>& contrasts);

// The group of such cells as a sample's on itself, which are 1 whatever is planted.
inline constexpr char kSelf[] = "self";

// Samples that are grouped by what they are; `influence` is not asked about kSelf.
PlantedLearner planted_in_groups(
    const std::string& name, Modality modality, Planted planted,
    std::function<std::string(const Sample& trained, const Sample& evaluated)> group,
    std::function<double(const std::string& group, double effect)> influence);

// The influence that is the effect itself, in whichever group.
double the_effect(const std::string& group, double effect);

// ---- Samples -----------------------------------------------------------------------------------

// The label of a sample of one image.
int label_of_image(const Sample& sample);

// A number from 0 to 1 that follows no pattern, the same for (a, b) and (b, a).
double scattered(const std::string& a, const std::string& b);

// How far apart two samples are, from 0 to 1: the same for all learners and seeds. Images of one
// label are nearer to each other than to any other.
double planted_distance(const Sample& a, const Sample& b);

}  // namespace eif
