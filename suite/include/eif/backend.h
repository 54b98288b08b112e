// A model backend: how a family of models is found, loaded, and computes its loss.
//
// The forward pass is written once, against Weights, and never touches a parameter itself. Who
// stands behind Weights decides what is computed: the parameters as they are, or those of many
// fine-tuned copies at a time of which none exists in memory. A whole linear classifier:
//
//   absl::StatusOr<eif::Losses> loss(eif::Weights& weights,
//                                    const eif::Batch& batch) const override {
//     const auto& images = std::get<eif::ImageBatch>(batch);
//     at::Tensor x = images.pixels.flatten(2);                              // (R, B, H·W)
//     at::Tensor logits = weights.bias(weights.linear(x, kWeight), kBias);  // (R, B, classes)
//     return eif::label_losses(logits, images);  // eif/losses.h
//   }
//
// Letters of the shapes in this file: R rows, one per fine-tuned copy of the model (1: the same for
// every row, to be broadcast); B statements; C channels, H height, W width; I in, O out.
#pragma once

#include <ATen/ATen.h>
#include <torch/version.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/domain.h"
#include "eif/monitor.h"
#include "eif/plugin.h"

namespace eif {

// ---- Parameters and their use ----------------------------------------------------------------

// Index into Model::parameters().
using ParameterId = size_t;

struct Parameter {
  std::string name;
  at::Tensor value;
  bool trainable = true;  // false: a buffer, which fine-tuning leaves alone
};

// The uses of parameters a forward pass is made of. Arguments with R = 1 are shared by all rows;
// results have as many rows as the parameters or the arguments have. One parameter may be used
// several times (a tied embedding, say). Called on the thread that called Model::loss.
//
// Whoever records gradients keeps what a use was given and what it returned, so neither is changed
// in place afterwards: y = at::relu(y), and not at::relu_(y). Recording such a model is an error.
class Weights {
 public:
  static constexpr int64_t kNoPadding = -1;

  virtual ~Weights() = default;
  // x: (R, …, I), weight: (O, I) → x · weightᵀ: (R, …, O)
  virtual at::Tensor linear(const at::Tensor& x, ParameterId weight) = 0;
  // ids: (R, N) int64 < V, weight: (V, D) → (R, N, D). The row of the id `padding` is read like any
  // other, but learns nothing here.
  virtual at::Tensor embedding(const at::Tensor& ids, ParameterId weight,
                               int64_t padding = kNoPadding) = 0;
  // x: (R, B, C, H, W), weight: (O, C, h, w), stride 1 → (R, B, O, H', W')
  virtual at::Tensor conv2d(const at::Tensor& x, ParameterId weight, int64_t padding) = 0;
  // x: (R, …, D) times gain: (D)
  virtual at::Tensor gain(const at::Tensor& x, ParameterId gain) = 0;
  // Adds bias: (D) along `dimension` of x, counted from the end.
  virtual at::Tensor bias(const at::Tensor& x, ParameterId bias, int64_t dimension = -1) = 0;
};

// ---- Statements as a model sees them ---------------------------------------------------------

struct ImageExample {
  at::Tensor pixels;  // (C, H, W), in the dtype of the model, on the CPU
  int64_t label = 0;
};

struct TextExample {
  std::vector<int64_t> ids;
  // ids[first_scored] and all after it are scored: 1, or more when a context stands in front.
  int64_t first_scored = 1;
  // Examples of different classes are never batched together. For models whose positions are
  // encoded differently in long sequences.
  int64_t length_class = 0;
  // ids in front of it are special tokens or a context, and not the statement's own.
  int64_t first_of_statement = 0;
};

using Example = std::variant<ImageExample, TextExample>;

// ---- Batches ---------------------------------------------------------------------------------

// Labelled images, in the dtype and on the device of the model.
struct ImageBatch {
  at::Tensor pixels;  // (R, B, C, H, W)
  at::Tensor labels;  // (R, B) int64
};

// Token sequences as a forest: statements that begin alike share the nodes of what they have in
// common, which a causal model needs only once. N nodes, of which S are scored: their next token
// counts, in one statement or in several; P predictions. On the device of the model. Padding nodes
// see themselves only; padding predictions belong to statement −1.
struct TokenBatch {
  at::Tensor ids;               // (R, N) int64: the token at each node
  at::Tensor positions;         // (R, N) int64: how many tokens of its sequence stand before it
  at::Tensor visible;           // (R, N, N) bool: [r, q, k]: k is q or one of its ancestors
  at::Tensor scored_nodes;      // (R, S) int64 in [0, N), each once: the only ones to need logits
  at::Tensor slots;             // (R, P) int64 in [0, S): the scored node a prediction is made at
  at::Tensor targets;           // (R, P) int64: the token that comes next
  at::Tensor statements;        // (R, P) int64: statement in [0, B) whose loss it joins, or −1
  int64_t statement_count = 0;  // B
  int64_t length_class = 0;     // of all its examples
};

using Batch = std::variant<ImageBatch, TokenBatch>;

// What the scored tokens of each statement cost, float32 or wider. eif/losses.h makes them of logits.
struct Losses {
  at::Tensor nll;     // (R, B) nats: sum of −log p over the scored tokens, or of the label
  at::Tensor scored;  // (R, B) int64: how many tokens were scored; 1 for an image
};

// ---- Models ----------------------------------------------------------------------------------

// Whether a beginning-of-sequence token stands in front of a text.
enum class BeginningOfSequence { kAsTokenizerSays, kAlways, kNever };

// What to load and how.
struct ModelRequest {
  std::string name;         // an alias ("cnn"), or a folder with a checkpoint
  std::string weights;      // folder that overrides where the alias looks; may be empty
  std::string data_folder;  // searched before the usual places; may be empty
  at::ScalarType dtype = at::kFloat;
  at::Device device = at::kCPU;
  BeginningOfSequence beginning_of_sequence = BeginningOfSequence::kAsTokenizerSays;
  // Told of long steps, and asked whether to go on. Outlives load().
  Monitor* monitor = &unwatched();
};

struct ModelInfo {
  std::string name;
  Modality modality = Modality::kImage;
  std::string fingerprint;  // hex hash of architecture and parameters: what was measured
  // Whether loss() may be called on several threads at once, with other weights on each. Then
  // threads take rows of their own, which is faster than that all of them share every product.
  bool thread_safe = false;
  // Facts for the report's context, such as {"test accuracy", "0.91"}.
  std::vector<std::pair<std::string, std::string>> facts;
};

// A loaded model. The engine owns its parameters while it works: it may change them in place, and
// leaves them as they were, to the bit.
class Model {
 public:
  virtual ~Model() = default;
  virtual const ModelInfo& info() const = 0;
  // Always the same tensors, in the same order. Every one is a leaf without gradient history.
  virtual std::vector<Parameter>& parameters() = 0;
  // A statement, read after the statements of `context` (text only; each is followed by "\n" and
  // none of their tokens is scored). kInvalidArgument where the statement is not of the model's
  // modality or shape. A text with no scored token is not an error here.
  virtual absl::StatusOr<Example> encode(const Statement& statement,
                                         const std::vector<Statement>& context) const = 0;
  // In evaluation mode: no dropout, and no statement's loss depends on its neighbours.
  virtual absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const = 0;
  // (R, B, F): what the model makes of each statement before it answers, the point where it lies in
  // the model's own space of meanings. Text: the mean of what the head reads, after the last norm,
  // at the nodes that predict; the harness makes them all tokens of the statement, and what they
  // predict does not matter. Images: what the last layer reads. kUnimplemented: the model has none.
  virtual absl::StatusOr<at::Tensor> features(Weights& weights, const Batch& batch) const {
    return absl::UnimplementedError(info().name + " has no embeddings of its samples");
  }
};

struct ModelAlias {
  std::string name;         // what --model takes
  std::string description;  // one line
  // Empty when the model can be loaded now; otherwise what is missing and how to get it.
  std::string missing;
};

// A token of a text, as a model reads it.
struct Token {
  int64_t id = 0;
  std::string piece;    // how the vocabulary spells it
  bool scored = false;  // whether a loss counts it
};

// Turns text into tokens.
class TextTokenizer {
 public:
  virtual ~TextTokenizer() = default;
  // All that Model::encode() would have the model read of the statement, special tokens included.
  // kInvalidArgument: no text, not UTF-8, or a prompt that does not end between two tokens.
  virtual absl::StatusOr<std::vector<Token>> tokens(const Statement& statement) const = 0;
};

// Makes models. All calls come from the main thread. Exceptions are caught and reported as the
// failure of this model.
class ModelBackend {
 public:
  virtual ~ModelBackend() = default;
  virtual std::vector<ModelAlias> aliases(const std::string& data_folder) const = 0;
  // What all its models take, where that is certain before one is loaded. The harness then checks
  // that the data for it is there before it waits for load().
  virtual std::optional<Modality> modality() const { return std::nullopt; }
  // The model_types, in a folder's config.json, of the models that load() knows: for messages.
  virtual std::vector<std::string> model_types() const { return {}; }
  // Whether load() would know what to do with this folder. Reads at most its config file.
  virtual bool accepts_folder(const std::string& folder) const { return false; }
  // kNotFound: files are missing; the message says how to get them. kInvalidArgument: they are
  // there but wrong. kCancelled: the user stopped.
  virtual absl::StatusOr<std::unique_ptr<Model>> load(const ModelRequest& request) const = 0;
  // The tokenizer alone, without the weights. Errors as those of load().
  virtual absl::StatusOr<std::unique_ptr<TextTokenizer>> load_tokenizer(
      const ModelRequest& request) const {
    return absl::InvalidArgumentError(request.name + " takes images and has no tokenizer");
  }
};

}  // namespace eif

#define EIF_MODEL_PLUGIN(Class, id, version, description)                     \
  EIF_PLUGIN_(EIF_BUILD " torch=" TORCH_VERSION, id, version, description, nullptr, \
              []() -> ::eif::ModelBackend* { return new Class(); })
