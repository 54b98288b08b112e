#include "plugins/causal_lm/model.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "plugins/causal_lm/family.h"
#include "plugins/shared/huggingface/adapter.h"
#include "plugins/shared/huggingface/checkpoint.h"
#include "plugins/shared/huggingface/other_formats.h"
#include "suite/formats/digest.h"
#include "suite/formats/json_text.h"
#include "suite/formats/printable.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

// Joins the texts of a context, each followed by "\n".
absl::StatusOr<std::string> joined(const std::vector<Statement>& context) {
  std::string text;
  for (const Statement& statement : context) {
    const std::optional<std::string> line = text_of(statement);
    if (!line.has_value())
      return absl::InvalidArgumentError("the context has an image; expected text");
    absl::StrAppend(&text, *line, "\n");
  }
  return text;
}

// The example of a statement that is read after `context`.
absl::StatusOr<TextExample> encode_statement(const TextEncoder& encoder, const Statement& statement,
                                             const std::string& context) {
  const auto* prompted = std::get_if<PromptedText>(&statement);
  return prompted != nullptr ? encoder.encode(*prompted, context)
                             : encoder.encode(text_of(statement).value_or(""), context);
}

int64_t parameter_count(const std::vector<Parameter>& parameters) {
  int64_t count = 0;
  for (const Parameter& parameter : parameters) count += parameter.value.numel();
  return count;
}

std::string bos_fact(BeginningOfSequence policy, const TextEncoder& encoder) {
  const char* added = encoder.prefix().empty() ? "none" : "one";
  switch (policy) {
    case BeginningOfSequence::kAlways:
      return "always";
    case BeginningOfSequence::kNever:
      return "never";
    case BeginningOfSequence::kAsTokenizerSays:
      break;
  }
  return absl::StrCat(added, ", as the tokenizer says");
}

}  // namespace

// ---- CausalLm ----------------------------------------------------------------------------------

CausalLm::CausalLm(ModelInfo info, Decoder decoder, TextEncoder encoder,
                   std::vector<Parameter> parameters)
    : info_(std::move(info)),
      decoder_(std::move(decoder)),
      encoder_(std::move(encoder)),
      parameters_(std::move(parameters)) {}

absl::StatusOr<Example> CausalLm::encode(const Statement& statement,
                                         const std::vector<Statement>& context) const {
  const std::optional<std::string> text = text_of(statement);
  if (!text.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the statement is an image; ", info_.name, " reads text"));
  }
  const absl::StatusOr<std::string> before = joined(context);
  if (!before.ok()) return before.status();
  absl::StatusOr<TextExample> example = encode_statement(encoder_, statement, *before);
  if (!example.ok()) return example.status();
  for (const int64_t id : example->ids) {
    if (id >= decoder_.parts().vocabulary) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", *text, "\" has token ", id, ", but ", info_.name, " knows only ",
                       decoder_.parts().vocabulary,
                       " tokens: tokenizer.json and config.json do not belong together"));
    }
  }
  if (!decoder_.takes_length(std::ssize(example->ids))) {
    return absl::InvalidArgumentError(
        absl::StrCat("the text is ", example->ids.size(), " tokens long",
                     context.empty() ? "" : " with what is read before it", "; ", info_.name,
                     " was made for ", decoder_.parts().most_positions,
                     " (max_position_embeddings in its config.json)"));
  }
  example->length_class = decoder_.length_class(static_cast<int64_t>(example->ids.size()));
  return Example(*std::move(example));
}

absl::StatusOr<Losses> CausalLm::loss(Weights& weights, const Batch& batch) const {
  const auto* tokens = std::get_if<TokenBatch>(&batch);
  if (tokens == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the batch has images; ", info_.name, " reads text"));
  }
  return decoder_.loss(weights, *tokens);
}

absl::StatusOr<at::Tensor> CausalLm::features(Weights& weights, const Batch& batch) const {
  const auto* tokens = std::get_if<TokenBatch>(&batch);
  if (tokens == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("the batch has images; ", info_.name, " reads text"));
  }
  return decoder_.features(weights, *tokens);
}

namespace {

class CausalLmTokenizer final : public TextTokenizer {
 public:
  explicit CausalLmTokenizer(TextEncoder encoder) : encoder_(std::move(encoder)) {}

  absl::StatusOr<std::vector<Token>> tokens(const Statement& statement) const override {
    if (!text_of(statement).has_value()) {
      return absl::InvalidArgumentError("the statement is an image; expected text");
    }
    const absl::StatusOr<TextExample> example = encode_statement(encoder_, statement, "");
    if (!example.ok()) return example.status();
    std::vector<Token> tokens;
    for (const int64_t id : example->ids) {
      tokens.push_back({id, encoder_.piece(id), std::ssize(tokens) >= example->first_scored});
    }
    return tokens;
  }

 private:
  TextEncoder encoder_;
};

// The bos_token_id of a config.json of any kind of model; unset where there is no such file or id.
absl::StatusOr<std::optional<int64_t>> beginning_of_sequence(const std::filesystem::path& file) {
  const absl::StatusOr<std::string> text = read_text_file(file, kLargestConfig);
  if (absl::IsNotFound(text.status())) return std::nullopt;
  if (!text.ok()) return text.status();
  const absl::StatusOr<nlohmann::json> config = parse_json(*text, file.string());
  if (!config.ok()) return config.status();
  if (!config->is_object()) return std::nullopt;
  const auto id = config->find("bos_token_id");
  if (id == config->end() || !id->is_number_unsigned()) return std::nullopt;
  return id->get<int64_t>();
}

// How the weights came about, where whoever converted them wrote it down beside them
// (tools/fetch_smollm2.py: from 4-bit blocks). Empty where nobody did: no model needs the file.
std::string origin_of_weights(const std::filesystem::path& folder) {
  constexpr size_t kLargestProvenance = size_t{1} << 20;
  constexpr size_t kLongestOrigin = 200;
  const std::filesystem::path file = folder / "provenance.json";
  const absl::StatusOr<std::string> text = read_text_file(file, kLargestProvenance);
  if (!text.ok()) return "";
  const absl::StatusOr<nlohmann::json> json = parse_json(*text, file.string());
  if (!json.ok() || !json->is_object()) return "";
  const auto weights = json->find("weights");
  if (weights == json->end() || !weights->is_string()) return "";
  return printable(weights->get<std::string>(), kLongestOrigin);
}

// A file may have the tied head all the same. Where its values are the embedding's, nothing is lost
// by leaving it unread; where they are others, the head is a matrix of its own, as in transformers.
absl::Status settle_tied_head(Checkpoint& checkpoint, DecoderParts& parts,
                              const ModelRequest& request) {
  if (!parts.has_tied_head()) return absl::OkStatus();
  DecoderParts untied = parts;
  untied.untie_head();
  const ParameterSpec& head_spec = untied.parameters.specs()[untied.head.weight];
  const ParameterSpec& embedding_spec = parts.parameters.specs()[parts.embedding];
  if (checkpoint.find(head_spec) == nullptr || checkpoint.find(embedding_spec) == nullptr) {
    return absl::OkStatus();
  }
  // What is wrong with either is said for the model as a whole.
  if (const absl::Status status = checkpoint.check(untied.parameters.specs()); !status.ok()) {
    return status;
  }
  const absl::StatusOr<bool> are_equal =
      checkpoint.have_equal_values(head_spec, embedding_spec);
  if (!are_equal.ok()) return are_equal.status();
  if (*are_equal) {
    checkpoint.leave_out(head_spec);
    return absl::OkStatus();
  }
  request.monitor->announce(absl::StrCat(head_spec.name, " of ", request.name,
                                     " differs from the embedding, so the two are not tied, as in "
                                     "transformers, whatever tie_word_embeddings says"));
  parts = std::move(untied);
  return absl::OkStatus();
}

// An adapter that changes the embedding or the head alone unties them, as it does in peft, where
// either is a layer of its own.
absl::Status add_adapter(const std::filesystem::path& folder, Checkpoint& checkpoint,
                         DecoderParts& parts, const ModelRequest& request) {
  absl::StatusOr<Adapter> adapter = Adapter::open(folder);
  if (!adapter.ok()) return adapter.status();
  if (!parts.has_tied_head()) {
    return checkpoint.apply(*std::move(adapter), parts.parameters.specs());
  }
  DecoderParts untied = parts;
  untied.untie_head();
  const ParameterSpec& embedding = untied.parameters.specs()[untied.embedding];
  const ParameterSpec& head = untied.parameters.specs()[untied.head.weight];
  const bool are_changed = adapter->changes(embedding.name) || adapter->changes(head.name);
  checkpoint.share(head, embedding);
  absl::Status status = checkpoint.apply(*std::move(adapter), untied.parameters.specs());
  if (status.ok()) status = checkpoint.check(untied.parameters.specs());
  if (!status.ok()) return status;
  absl::StatusOr<bool> are_equal = !are_changed;
  if (are_changed && checkpoint.low_rank(head) == nullptr &&
      checkpoint.low_rank(embedding) == nullptr) {
    are_equal = checkpoint.have_equal_values(head, embedding);
    if (!are_equal.ok()) return are_equal.status();
  }
  if (*are_equal) {
    checkpoint.leave_out(head);
    return absl::OkStatus();
  }
  request.monitor->announce(absl::StrCat(
      "the adapter of ", request.name,
      " changes the embedding or the head and not both alike, so the two are not tied"));
  parts = std::move(untied);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Tokenizer>> load_tokenizer(
    const std::filesystem::path& folder, std::optional<int64_t> beginning_of_sequence) {
  absl::StatusOr<std::unique_ptr<Tokenizer>> tokenizer =
      Tokenizer::load(folder / "tokenizer.json", beginning_of_sequence);
  const std::string other = other_tokenizer(folder);
  if (!absl::IsNotFound(tokenizer.status()) || other.empty()) return tokenizer;
  return absl::NotFoundError(other);
}

}  // namespace

absl::StatusOr<std::unique_ptr<TextTokenizer>> load_text_tokenizer(const ModelFolder& folder,
                                                                    const ModelRequest& request) {
  const absl::StatusOr<std::optional<int64_t>> bos_id =
      beginning_of_sequence(folder.path / "config.json");
  if (!bos_id.ok()) return bos_id.status();
  absl::StatusOr<std::unique_ptr<Tokenizer>> tokenizer = load_tokenizer(folder.tokenizer, *bos_id);
  if (!tokenizer.ok()) return tokenizer.status();
  absl::StatusOr<TextEncoder> encoder =
      TextEncoder::make(*std::move(tokenizer), request.beginning_of_sequence);
  if (!encoder.ok()) return encoder.status();
  return std::make_unique<CausalLmTokenizer>(*std::move(encoder));
}

absl::StatusOr<std::unique_ptr<Model>> load_causal_lm(const ModelFolder& folder,
                                                      const ModelRequest& request) {
  const std::filesystem::path config_file = folder.path / "config.json";
  const absl::StatusOr<std::string> config_text = read_text_file(config_file, kLargestConfig);
  if (!config_text.ok()) return config_text.status();
  absl::StatusOr<DecoderParts> parts = parse_config(*config_text, config_file.string());
  if (!parts.ok()) return parts.status();

  absl::StatusOr<std::unique_ptr<Tokenizer>> tokenizer =
      load_tokenizer(folder.tokenizer, parts->beginning_of_sequence);
  if (!tokenizer.ok()) return tokenizer.status();
  const std::string tokens_of_config = (*tokenizer)->tokens_of_config();
  absl::StatusOr<TextEncoder> encoder =
      TextEncoder::make(*std::move(tokenizer), request.beginning_of_sequence);
  if (!encoder.ok()) return encoder.status();
  const absl::StatusOr<std::string> tokenizer_text =
      read_text_file(folder.tokenizer / "tokenizer.json", Tokenizer::kMaxFileBytes);
  if (!tokenizer_text.ok()) return tokenizer_text.status();

  // The fingerprint is made of all that decides what a text costs, besides the dtype.
  Digest digest;
  digest.add(*config_text);
  digest.add(*tokenizer_text);
  if (!tokens_of_config.empty()) digest.add(tokens_of_config);
  for (const std::vector<int64_t>& ids : {encoder->prefix(), encoder->suffix()}) {
    digest.add(absl::StrCat(ids.size()));
    digest.add(ids.data(), ids.size() * sizeof(int64_t));
  }
  absl::StatusOr<Checkpoint> checkpoint =
      Checkpoint::open(folder.path, {parts->prefix, parts->unused_tensors});
  if (!checkpoint.ok()) return checkpoint.status();
  absl::Status status = settle_tied_head(*checkpoint, *parts, request);
  if (status.ok() && !folder.adapter.empty()) {
    status = add_adapter(folder.adapter, *checkpoint, *parts, request);
  }
  if (!status.ok()) return status;
  const Decoder decoder(*std::move(parts), request.dtype);
  absl::StatusOr<std::vector<Parameter>> parameters =
      load_parameters(*checkpoint, decoder.parameters(), request, digest);
  if (!parameters.ok()) return parameters.status();

  ModelInfo info;
  info.name = request.name;
  info.modality = Modality::kText;
  info.fingerprint = digest.hex();
  info.thread_safe = true;
  info.facts = {{"architecture", decoder.parts().architecture},
                {"parameters", absl::StrCat(parameter_count(*parameters))},
                {"beginning of sequence", bos_fact(request.beginning_of_sequence, *encoder)},
                {"weights", folder.name}};
  if (!folder.adapter.empty()) {
    info.facts.emplace_back("adapter", absl::StrCat(folder.adapter_name, " (LoRA, merged)"));
  }
  const std::string origin = origin_of_weights(folder.path);
  if (!origin.empty()) info.facts.emplace_back("origin", origin);
  return std::make_unique<CausalLm>(std::move(info), decoder, *std::move(encoder),
                                    *std::move(parameters));
}

}  // namespace eif
