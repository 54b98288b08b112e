// What a run was asked for: everything that decides a number. It is made once, from the command
// line, passed down, and written into run.json as it is; there is no other copy of these choices.
//
//   RunRequest request{.models = {"smollm2"}, .desiderata = {"ontology"}, .seeds = {0, 1}};
//   visit_fields(request, [](const char* name, FieldRole role, const auto& value) { … });
//
// visit_fields() is the one list of its fields. run.json is written and read by it, a run that goes
// on compares itself with what is there by it, and `compare` takes its policy from it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "suite/core/mask.h"
#include "suite/core/training_options.h"

namespace eif {

struct RunRequest {
  std::vector<std::string> models;  // aliases, or folders with a checkpoint
  std::string weights;              // folder that overrides where an alias looks; may be empty
  std::string beginning_of_sequence = "auto";
  std::string data_folder;           // of data sets; empty: the usual places
  std::vector<std::string> plugins;  // files named beside those that are found by themselves

  bool all = false;  // every desideratum that applies; `desiderata` then has those that were there
  std::vector<std::string> desiderata;  // by id
  std::vector<uint64_t> seeds;
  std::string claims_file, claims_digest;          // the user's own claims; empty: the built-in
  std::string dictionary_file, dictionary_digest;  // words that are not made up; empty: none
  bool large = false;                              // large matrices where there is a choice
  std::string control = "none";                    // or "random-weights", "shuffled-names"
  // A control that is measured as well, with a verdict beside that of the model: "none",
  // "random-weights", or "holds", which is random weights beside the desiderata that hold.
  std::string beside = "none";
  Mask mask = Mask::kBoth;                         // where prompts are read and not scored
  // What reading a sample is compared with: "neutral", reading another text of as many tokens, or
  // "nothing", as in the paper.
  std::string context_base = "neutral";
  bool explain = false;  // say of each influence which parameters and tokens it is of

  std::string learning_rate = "auto";  // as it was given: "auto", or a number
  TrainingOptions training;            // its learning_rate is 0 where it is to be found
  std::vector<std::string> doses = {"plateau"};  // how much is learned (suite/core/dose.h)
  int max_passes = 32;  // over a sample, while a share of its loss is learned

  std::string engine = "replay";
  std::string dtype = "float32";
  std::string precision = "exact";  // of the products in replay; "mixed": of texts, in 16 bits
  std::string device = "cpu";
  int threads = 0;             // 0: as many as libtorch likes
  uint64_t memory_bytes = 0;   // that engines may take; 0: half of what is free
  bool deterministic = false;  // the same bits at every run

  bool finds_learning_rate() const { return learning_rate == "auto"; }
  bool is_control() const { return control != "none"; }
  bool has_beside() const { return beside != "none"; }
  // Whether just the desiderata that hold have something beside them.
  bool has_beside_what_holds() const { return beside == "holds"; }
  // What is measured beside the model, as `control` calls it.
  std::string beside_control() const { return has_beside() ? "random-weights" : "none"; }
  bool has_neutral_base() const { return context_base == "neutral"; }
};

// What it means for two runs that they differ in a field.
enum class FieldRole {
  kSubject,      // what is measured: models and their weights. `compare` compares just these
  kSelection,    // how much is measured: seeds, desiderata, explanations. What both have can be compared
  kEstimand,     // what an effect is. Runs that differ here measured different things
  kComputation,  // how an effect is computed. The numbers agree to rounding
};

// Calls visit(name, role, field) for each field, `request` being a RunRequest or a const one. Names
// are those of the command line's options, with "_" for "-"; a digest belongs to the file named in
// front of it.
template <typename Request, typename Visit>
void visit_fields(Request& request, Visit&& visit) {
  visit("model", FieldRole::kSubject, request.models);
  visit("weights", FieldRole::kSubject, request.weights);
  visit("bos", FieldRole::kEstimand, request.beginning_of_sequence);
  visit("data", FieldRole::kComputation, request.data_folder);
  visit("plugin", FieldRole::kComputation, request.plugins);
  visit("all", FieldRole::kSelection, request.all);
  visit("desideratum", FieldRole::kSelection, request.desiderata);
  visit("seeds", FieldRole::kSelection, request.seeds);
  // The same file may lie elsewhere: what it says is what counts.
  visit("claims", FieldRole::kComputation, request.claims_file);
  visit("claims_digest", FieldRole::kEstimand, request.claims_digest);
  visit("reject_dictionary", FieldRole::kComputation, request.dictionary_file);
  visit("reject_dictionary_digest", FieldRole::kEstimand, request.dictionary_digest);
  visit("large", FieldRole::kEstimand, request.large);
  visit("control", FieldRole::kEstimand, request.control);
  visit("beside", FieldRole::kSelection, request.beside);
  visit("mask", FieldRole::kEstimand, request.mask);
  visit("context_base", FieldRole::kEstimand, request.context_base);
  visit("explain", FieldRole::kSelection, request.explain);
  visit("lr", FieldRole::kEstimand, request.learning_rate);
  // Each dose has results of its own, and those that two runs have in common can be compared.
  visit("dose", FieldRole::kSelection, request.doses);
  visit("max_passes", FieldRole::kEstimand, request.max_passes);
  visit("optimizer", FieldRole::kEstimand, request.training.optimizer);
  visit("momentum", FieldRole::kEstimand, request.training.momentum);
  visit("weight_decay", FieldRole::kEstimand, request.training.weight_decay);
  visit("max_grad_norm", FieldRole::kEstimand, request.training.max_gradient_norm);
  visit("epochs", FieldRole::kEstimand, request.training.epochs);
  visit("train_only", FieldRole::kEstimand, request.training.train_only);
  visit("freeze", FieldRole::kEstimand, request.training.freeze);
  visit("adapter", FieldRole::kEstimand, request.training.adapter);
  visit("lora_rank", FieldRole::kEstimand, request.training.lora.rank);
  visit("lora_alpha", FieldRole::kEstimand, request.training.lora.alpha);
  visit("lora_targets", FieldRole::kEstimand, request.training.lora.targets);
  visit("lora_seed", FieldRole::kEstimand, request.training.lora.seed);
  visit("engine", FieldRole::kComputation, request.engine);
  visit("dtype", FieldRole::kComputation, request.dtype);
  visit("precision", FieldRole::kComputation, request.precision);
  visit("device", FieldRole::kComputation, request.device);
  visit("threads", FieldRole::kComputation, request.threads);
  visit("memory", FieldRole::kComputation, request.memory_bytes);
  visit("deterministic", FieldRole::kComputation, request.deterministic);
}

// "dtype=float32": each field that may change a number, be it in its rounding. Without those whose
// part a model's fingerprint and the samples have, and without what engines may take of the
// machine.
std::vector<std::string> deciding_fields(const RunRequest& request);

// A field that two requests do not have in common, its values as text.
struct FieldDifference {
  std::string name;
  FieldRole role = FieldRole::kEstimand;
  std::string before, after;
};

std::vector<FieldDifference> differences_between(const RunRequest& before, const RunRequest& after);

// "momentum was 0, is 0.9"
std::string difference_text(const FieldDifference& difference);

}  // namespace eif
