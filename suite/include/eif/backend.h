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
//     return eif::label_losses(logits, images);
//   }
//
// Letters of the shapes in this file: R rows, one per fine-tuned copy of the model (1: the same for
// every row, to be broadcast); B statements; C channels, H height, W width; I in, O out.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/version.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/domain.h"
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

// What the scored tokens of each statement cost, float32 or wider.
struct Losses {
  at::Tensor nll;     // (R, B) nats: sum of −log p over the scored tokens, or of the label
  at::Tensor scored;  // (R, B) int64: how many tokens were scored; 1 for an image
};

// log softmax over the last dimension in float32, or in float64 for float64 logits.
inline at::Tensor log_probabilities(const at::Tensor& logits) {
  return at::log_softmax(logits, -1,
                         logits.scalar_type() == at::kDouble ? at::kDouble : at::kFloat);
}

// logits: (R, B, classes)
inline Losses label_losses(const at::Tensor& logits, const ImageBatch& batch) {
  const at::Tensor labels = batch.labels.expand({logits.size(0), logits.size(1)});
  const at::Tensor log_p = log_probabilities(logits).gather(-1, labels.unsqueeze(-1)).squeeze(-1);
  return {-log_p, at::ones_like(batch.labels)};
}

// Sums what belongs to each prediction by statement. values: (R, P, …) → (R, B, …)
inline at::Tensor sum_by_statement(const at::Tensor& values, const TokenBatch& batch) {
  // Padding is summed into one statement too many, which is then cut off.
  at::Tensor owners = at::where(batch.statements < 0, batch.statement_count, batch.statements);
  while (owners.dim() < values.dim()) owners = owners.unsqueeze(-1);
  std::vector<int64_t> shape = values.sizes().vec();
  shape[1] = batch.statement_count + 1;
  return at::zeros(shape, values.options())
      .scatter_add(1, owners.expand(values.sizes()), values)
      .narrow(1, 0, batch.statement_count);
}

// log p of the predictions made at scored nodes first, first + 1, … of the batch, whose logits
// these are: (R, s, V) → (R, P), 0 for predictions made elsewhere
inline at::Tensor prediction_log_probabilities(const at::Tensor& logits, int64_t first,
                                               const TokenBatch& batch) {
  const int64_t rows = std::max(logits.size(0), batch.slots.size(0)), nodes = logits.size(1);
  const at::Tensor log_p = log_probabilities(logits).flatten(1).expand({rows, -1});  // (R, s·V)
  const at::Tensor slots = batch.slots - first;
  const at::Tensor cells = slots.clamp(0, nodes - 1) * logits.size(2) + batch.targets;
  return at::where(slots.ge(0).logical_and(slots.lt(nodes)),
                   log_p.gather(1, cells.expand({rows, -1})), 0.0);
}

// From log p of each prediction: (R, P)
inline Losses prediction_losses(const at::Tensor& log_p, const TokenBatch& batch) {
  return {sum_by_statement(-log_p, batch), sum_by_statement(at::ones_like(batch.slots), batch)};
}

// logits: (R, S, V), those of batch.scored_nodes
inline Losses token_losses(const at::Tensor& logits, const TokenBatch& batch) {
  return prediction_losses(prediction_log_probabilities(logits, 0, batch), batch);
}

// The same from what the head reads, x: (R, S, D). head: (R, s, D) → (R, s, vocabulary). Logits are
// the largest thing in a forward pass by far: where no gradient is asked for, there are only so
// many at a time as a processor works well with.
template <typename Head>
Losses token_losses(const at::Tensor& x, int64_t vocabulary, Head&& head, const TokenBatch& batch) {
  const int64_t logits_at_once = x.is_cpu() ? int64_t{1} << 24 : int64_t{1} << 28;
  const int64_t nodes = x.size(1);
  const int64_t part = at::GradMode::is_enabled()
                           ? nodes
                           : std::max<int64_t>(1, logits_at_once / (x.size(0) * vocabulary));
  at::Tensor log_p;
  for (int64_t first = 0; first < nodes; first += part) {
    const int64_t count = std::min(part, nodes - first);
    const at::Tensor of_part =
        prediction_log_probabilities(head(x.narrow(1, first, count)), first, batch);
    log_p = log_p.defined() ? log_p + of_part : of_part;
  }
  return prediction_losses(log_p, batch);
}

// The mean over the nodes that predict of each statement. x: (R, N, F), what a model makes of each
// node → (R, B, F), float32 or wider
inline at::Tensor mean_by_statement(const at::Tensor& x, const TokenBatch& batch) {
  const at::Tensor wide = x.to(x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat);
  const at::Tensor nodes = batch.scored_nodes.gather(1, batch.slots);  // (R, P)
  const at::Tensor picked = wide.gather(
      1, nodes.expand({x.size(0), -1}).unsqueeze(-1).expand({-1, -1, x.size(2)}));  // (R, P, F)
  return sum_by_statement(picked, batch) / sum_by_statement(at::ones_like(picked), batch);
}

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
  // One line for a person, now and then, while a long step is under way.
  std::function<void(const std::string&)> progress = [](const std::string&) {};
  // True once the user wants to stop: give up soon with absl::CancelledError.
  std::function<bool()> stopping = [] { return false; };
};

struct ModelInfo {
  std::string name;
  Modality modality = Modality::kImage;
  std::string fingerprint;  // hex hash of architecture and parameters: what was measured
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

// Turns text into token ids as a model reads it.
class TextTokenizer {
 public:
  virtual ~TextTokenizer() = default;
  // kInvalidArgument: not UTF-8.
  virtual absl::StatusOr<std::vector<int64_t>> ids(const std::string& text) const = 0;
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

#define EIF_MODEL_PLUGIN(Class, id, version, description)    \
  static constexpr ::eif::PluginRecord eif_record = {        \
      ::eif::kPluginAbi,                                     \
      sizeof(::eif::PluginRecord),                           \
      ::eif::kBuildFingerprint,                              \
      TORCH_VERSION,                                         \
      id,                                                    \
      version,                                               \
      description,                                           \
      nullptr,                                               \
      []() -> ::eif::ModelBackend* { return new Class(); }}; \
  EIF_PLUGIN_ENTRY_(eif_record)
