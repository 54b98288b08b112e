// A desideratum: a property that the influences of a good learner have, and how to test it.
//
// It is two pure functions of a seed. plan() names the samples to train on and to evaluate; the
// harness measures; score() turns the measured matrices into one number per expectation. Files,
// threads, devices, statistics and verdicts are the harness's business. A whole plugin:
//
//   #include "eif/plugin.h"
//
//   class NegationHurts final : public eif::Desideratum {
//    public:
//     eif::DesideratumInfo info() const override {
//       return {.claim = "A statement does not make its own negation more likely.",
//               .paper_section = "1",
//               .modalities = {eif::Modality::kText},
//               .holds = "learning a fact makes its negation less likely",
//               .violated = "learning a fact makes its negation more likely",
//               .expectations = {{.id = "fact_hurts_negation",
//                                 .kind = eif::ExpectationKind::kDirection,
//                                 .claim = "-EIF(fact -> negation) > 0",
//                                 .self_scale = "klarbu"}}};
//     }
//     absl::StatusOr<std::vector<eif::Request>> plan(const eif::Draw& draw) const override {
//       absl::StatusOr<std::vector<std::string>> words = draw.words(2);
//       if (!words.ok()) return words.status();
//       const std::string& a = (*words)[0];
//       const std::string& b = (*words)[1];
//       std::vector<eif::Sample> samples = {{"fact", {"a " + a + " is a " + b}},
//                                           {"negation", {"a " + a + " is not a " + b}}};
//       return {{{.name = "klarbu", .domain = "klarbu", .trained = samples, .evaluated =
//       samples}}};
//     }
//     absl::StatusOr<eif::Scores> score(const eif::Draw&,
//                                       const eif::Answers& answers) const override {
//       return eif::Scores{.effects = {{"fact_hurts_negation",
//                                       -answers.at("klarbu").at("fact", "negation")}}};
//     }
//   };
//   EIF_DESIDERATUM_PLUGIN(NegationHurts, "negation_hurts", "1.0",
//                          "a fact must not raise its own negation")
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/domain.h"
#include "eif/matrix.h"

namespace eif {

// ---- What is claimed -------------------------------------------------------------------------

enum class ExpectationKind {
  kDirection,   // DIR: the effect is above 0
  kInvariance,  // INV: the effect is as good as 0. Score a magnitude, such as a mean |difference|,
                // so that opposite signs do not cancel.
};

// What a dose of one small step is called; the others are shares such as "0.9" (docs/doses.md).
inline constexpr char kPlateauDose[] = "plateau";

// A signed comparison between cells, one number per seed.
struct Expectation {
  std::string id;
  ExpectationKind kind = ExpectationKind::kDirection;
  bool primary = true;     // decides the verdict; a secondary expectation is only reported
  std::string claim = {};  // in words or cells, for the report
  // The domain (Request::domain) whose self scale, the median EIF(i→i), divides the effect, so that
  // it has no unit. Empty: the effect has none as it is (a share, a ratio, a correlation).
  std::string self_scale = {};
  std::optional<Modality> only_for = std::nullopt;  // unset: for every modality of the desideratum
  // Text only. The effect is what reading adds to training (§3.1): that in context less that by
  // fine-tuning, each in units of the self scale of its own condition. score() gives the effect
  // under each condition as ever, and the harness takes the difference.
  bool gain_in_context = false;
  // Text only: the dose at which the question is decided. kPlateauDose: by one small step, which
  // says how the model learns. A share, "0.9": once a sample has lost so much of its loss, which
  // says what knowing it does. Where a run did not measure this dose, what it measured decides, and
  // its reports say so. The primary expectations of a desideratum about texts state the same.
  std::string deciding_dose = kPlateauDose;
  // A dose whose verdict is a finding, too, and stands beside the other. Empty: there is none.
  std::string second_dose = {};
};

// A number reported without a verdict.
struct Observation {
  std::string id;
  std::string unit;   // "nats", "1" for a plain number, …
  std::string claim;  // what it is, for the report
  std::optional<Modality> only_for = std::nullopt;
};

struct DesideratumInfo {
  std::string claim;          // one sentence: what a good learner does
  std::string paper_section;  // "2, Eq. 5"; empty for what is not in the paper
  std::vector<Modality> modalities;
  std::string holds;     // what was found, in words, when the verdict is `holds`
  std::string violated;  // likewise when it is `violated`
  std::vector<Expectation> expectations = {};
  std::vector<Observation> observations = {};
};

// ---- One seed --------------------------------------------------------------------------------

// A stream of random numbers that is the same on every platform.
class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t below(uint64_t limit) = 0;  // uniform in [0, limit); limit ≥ 1
  virtual double normal() = 0;                 // mean 0, standard deviation 1
};

// What one seed draws. The harness makes it; plan() and score() of a seed see equal draws. The
// same call always gives the same answer, so desiderata that ask for the same thing share its
// measurement.
class Draw {
 public:
  virtual ~Draw() = default;
  virtual uint64_t seed() const = 0;
  virtual Modality modality() const = 0;  // of the model under test

  // A random stream of its own for each name, starting anew at each call.
  virtual std::unique_ptr<Random> random(const std::string& stream) const = 0;

  // Made-up words such as "klarbu", distinct within a draw; none is the beginning of another. The
  // first n words are the same whatever count is asked for. Fails where so many cannot be made.
  virtual absl::StatusOr<std::vector<std::string>> words(size_t count) const = 0;

  // Handwritten digits from the MNIST test set, `per_class` of each of the labels 0 to 9, ordered
  // by label. Fails where the model takes no images or the data is missing.
  virtual absl::StatusOr<std::vector<LabelledImage>> digits(int per_class) const = 0;

  // Claims of the user's own, which have nothing to do with each other, in the order of their file:
  // the same for every seed. Empty: the built-in ones are meant. Most want the domain random_claim
  // instead (domains/domain.h), which chooses among the claims by the seed.
  virtual const std::vector<std::string>& claims() const = 0;

  // Whether the user wants matrices that are large, and slow, where a desideratum knows a small and
  // a large one.
  virtual bool large() const = 0;
};

// ---- Questions and answers -------------------------------------------------------------------

// What the cells of a matrix are.
enum class Cells {
  kInfluence,  // EIF(i→j), or in context ICI(i→j)
  // 1 − the cosine of the base model's embeddings of i and j, in [0, 2]: how far apart they are for
  // the model before it learns or reads anything. The same under every condition. Of a text, the
  // embedding is the mean over its tokens of the last hidden states; of an image, what the last
  // layer reads.
  kDistance,
};

// One cell of a matrix, by the ids of its samples.
struct Cell {
  std::string trained;
  std::string evaluated;

  friend auto operator<=>(const Cell&, const Cell&) = default;
};

// One matrix to be measured.
struct Request {
  std::string name;  // distinct within a plan; names the matrix in files and in Answers
  std::string
      domain;  // whose self scale its diagonal cells (same sample trained and evaluated) join
  std::vector<Sample> trained;  // rows; nothing is trained for distances
  std::vector<Sample> evaluated;
  Cells cells = Cells::kInfluence;
  // Which cells are asked for, where that is not all of them: each costs a pass through the model.
  // The others stay NaN.
  std::optional<std::set<Cell>> only = std::nullopt;

  bool asks_for(const Cell& cell) const { return !only || only->contains(cell); }
};

// The measured matrix of each request, by its name.
using Answers = std::map<std::string, Matrix>;

// One raw number per expectation and observation, in the unit of the cells. NaN: not measurable.
struct Scores {
  std::map<std::string, double> effects = {};
  std::map<std::string, double> observations = {};
};

// Called on one thread at a time. Everything is const: an instance has no state between calls.
class Desideratum {
 public:
  virtual ~Desideratum() = default;
  virtual DesideratumInfo info() const = 0;
  // Once per seed, before anything is measured.
  virtual absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const = 0;
  // After all requests of a plan were measured; once per seed for images, twice for text: with the
  // matrices of fine-tuning, which decide the verdict, and with those in context, whose cells are
  // L(j after a neutral text) − L(j after i). Must have a number for each expectation and observation
  // of info() that applies to draw.modality().
  virtual absl::StatusOr<Scores> score(const Draw& draw, const Answers& answers) const = 0;
};

}  // namespace eif
