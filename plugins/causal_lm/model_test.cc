#include "plugins/causal_lm/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "plugins/causal_lm/test_models.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using Json = nlohmann::json;

// Ids of tiny_tokenizer(): a is 3, b is 4, …; a space is 29 and a newline 30.
class CausalLmTest : public ::testing::Test {
 protected:
  void write(const Json& config, bool adds_beginning_of_sequence = false) {
    write_model(temporary_.path() / "tiny", config, adds_beginning_of_sequence);
  }

  absl::StatusOr<std::unique_ptr<Model>> load(
      BeginningOfSequence policy = BeginningOfSequence::kAsTokenizerSays) const {
    return load_folder("tiny", policy);
  }

  absl::StatusOr<std::unique_ptr<Model>> load_folder(
      const std::string& name,
      BeginningOfSequence policy = BeginningOfSequence::kAsTokenizerSays) const {
    const auto folder = open_model_folder(temporary_.path() / name);
    if (!folder.ok()) return folder.status();
    return load_causal_lm(*folder, {.name = "tiny model",
                                    .dtype = at::kDouble,
                                    .beginning_of_sequence = policy,
                                    .monitor = &monitor_});
  }

  TextExample encode(const Model& model, const std::string& text,
                     const std::vector<Statement>& context = {}) const {
    const auto example = model.encode(text, context);
    EXPECT_TRUE(example.ok()) << example.status();
    return example.ok() ? std::get<TextExample>(*example) : TextExample();
  }

  TemporaryFolder temporary_;
  mutable MonitorForTest monitor_;
  const std::vector<std::string>& notes_ = monitor_.announcements;
};

TEST_F(CausalLmTest, SaysWhatItIs) {
  write(tiny_config("llama"));
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  const ModelInfo& info = (*model)->info();
  EXPECT_EQ(info.name, "tiny model");
  EXPECT_EQ(info.modality, Modality::kText);
  EXPECT_EQ(info.fingerprint.size(), 32u);
  constexpr int kAttention = 24 * 24 + 2 * 12 * 24 + 24 * 24, kMlp = 3 * 20 * 24, kNorm = 24;
  constexpr int kParameters = 40 * 24 + 2 * (kAttention + kMlp + 2 * kNorm) + kNorm;
  EXPECT_THAT(info.facts, Contains(Pair("parameters", std::to_string(kParameters))));
  EXPECT_THAT(info.facts, Contains(Pair("architecture", "llama")));
  EXPECT_THAT(info.facts, Contains(Pair("beginning of sequence", "none, as the tokenizer says")));
  EXPECT_THAT(info.facts, Contains(Pair("weights", "tiny")));
}

TEST_F(CausalLmTest, SaysHowItsWeightsCameAboutWhereThatIsWrittenBesideThem) {
  write(tiny_config("llama"));
  const auto origin = [&](const std::string& provenance) {
    temporary_.file("tiny/provenance.json", provenance);
    const auto model = load();
    EXPECT_TRUE(model.ok()) << model.status();
    for (const auto& [name, value] : (*model)->info().facts) {
      if (name == "origin") return value;
    }
    return std::string();
  };
  EXPECT_EQ(origin(R"({"weights": "dequantised to float32 from 4-bit (Q4_1) blocks"})"),
            "dequantised to float32 from 4-bit (Q4_1) blocks");
  for (const char* other : {"", "[]", "{}", R"({"weights": 4})"})
    EXPECT_EQ(origin(other), "") << other;
}

TEST_F(CausalLmTest, FingerprintChangesWithWhatIsMeasured) {
  const auto fingerprint = [&](BeginningOfSequence policy) {
    const auto model = load(policy);
    EXPECT_TRUE(model.ok()) << model.status();
    return model.ok() ? (*model)->info().fingerprint : "";
  };
  write(tiny_config("llama"));
  const std::string first = fingerprint(BeginningOfSequence::kAsTokenizerSays);
  EXPECT_EQ(fingerprint(BeginningOfSequence::kAsTokenizerSays), first);
  EXPECT_EQ(fingerprint(BeginningOfSequence::kNever), first);  // this tokenizer adds none
  EXPECT_NE(fingerprint(BeginningOfSequence::kAlways), first);
  Json config = tiny_config("llama");
  config["rms_norm_eps"] = 1e-6;
  write(config);
  EXPECT_NE(fingerprint(BeginningOfSequence::kAsTokenizerSays), first);
}

TEST_F(CausalLmTest, LossIsThatOfTheDecoder) {
  write(tiny_config("phi3"));
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  const TokenBatch batch = chain(encode(**model, "a klarbu").ids);
  PlainWeights loaded((*model)->parameters());
  const auto losses = (*model)->loss(loaded, batch);
  ASSERT_TRUE(losses.ok()) << losses.status();
  const Decoder decoder = decoder_of(tiny_config("phi3"));
  const std::vector<Parameter> parameters = random_parameters(decoder);
  PlainWeights weights(parameters);
  EXPECT_TRUE(losses->nll.equal(decoder.loss(weights, batch).nll));
}

TEST_F(CausalLmTest, FeaturesAreThoseOfTheDecoder) {
  write(tiny_config("llama"));
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  const TokenBatch batch = chain(encode(**model, "a klarbu").ids);
  PlainWeights loaded((*model)->parameters());
  const auto features = (*model)->features(loaded, batch);
  ASSERT_TRUE(features.ok()) << features.status();
  const Decoder decoder = decoder_of(tiny_config("llama"));
  const std::vector<Parameter> parameters = random_parameters(decoder);
  PlainWeights weights(parameters);
  EXPECT_TRUE(features->equal(decoder.features(weights, batch)));
  EXPECT_EQ((*model)->features(loaded, ImageBatch()).status(),
            absl::InvalidArgumentError("the batch has images; tiny model reads text"));
}

// ---- Tied heads --------------------------------------------------------------------------------

// The tiny llama's head is tied. Its file gets a head all the same: the embedding plus `change`.
class TiedHeadTest : public CausalLmTest {
 protected:
  void write_head(double change, int64_t rows = 40) {
    const Decoder decoder = decoder_of(tiny_config("llama"));
    std::vector<Parameter> parameters = random_parameters(decoder);
    const at::Tensor& embedding = parameters[decoder.parts().embedding].value;
    parameters.push_back({"lm_head.weight", (embedding * (1 + change)).narrow(0, 0, rows).contiguous()});
    write(tiny_config("llama"));
    ASSERT_TRUE(write_safetensors(temporary_.path() / "tiny/model.safetensors", views_of(parameters))
                    .ok());
  }

  double loss_of(Model& model) const {
    PlainWeights weights(model.parameters());
    return model.loss(weights, chain(encode(model, "a klarbu").ids))->nll.item<double>();
  }
};

TEST_F(TiedHeadTest, EqualValuesInTheFileAreTheSameModel) {
  write(tiny_config("llama"));
  const auto tied = load();
  ASSERT_TRUE(tied.ok()) << tied.status();
  write_head(0);
  const auto saved = load();
  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_EQ((*saved)->parameters().size(), (*tied)->parameters().size());
  EXPECT_EQ((*saved)->info().fingerprint, (*tied)->info().fingerprint);
}

// As transformers reads such a file.
TEST_F(TiedHeadTest, OtherValuesAreAHeadOfTheirOwn) {
  write(tiny_config("llama"));
  const auto tied = load();
  ASSERT_TRUE(tied.ok()) << tied.status();
  write_head(0.5);
  const auto untied = load();
  ASSERT_TRUE(untied.ok()) << untied.status();
  EXPECT_EQ((*untied)->parameters().size(), (*tied)->parameters().size() + 1);
  Json config = tiny_config("llama");
  config["tie_word_embeddings"] = false;
  temporary_.file("tiny/config.json", config.dump());
  const auto as_if_said = load();
  ASSERT_TRUE(as_if_said.ok()) << as_if_said.status();
  EXPECT_EQ(loss_of(**untied), loss_of(**as_if_said));
  EXPECT_NE(loss_of(**untied), loss_of(**tied));
  EXPECT_THAT(notes_, ElementsAre("lm_head.weight of tiny model differs from the embedding, so the "
                                  "two are not tied, as in transformers, whatever "
                                  "tie_word_embeddings says"));
}

TEST_F(TiedHeadTest, AnotherShapeIsRefused) {
  write_head(0, 39);
  EXPECT_THAT(message_of(load()),
              HasSubstr("lm_head.weight has shape (39, 24); config.json asks for (40, 24)"));
}

// ---- Adapters ----------------------------------------------------------------------------------

class AdaptedModelTest : public TiedHeadTest {
 protected:
  // Of the tiny llama, which is the base.
  void write_adapter(const TensorViews& tensors) {
    write_file(temporary_.path() / "lora/adapter_config.json",
               Json({{"peft_type", "LORA"},
                     {"r", 1},
                     {"base_model_name_or_path", (temporary_.path() / "tiny").string()}})
                   .dump());
    TensorViews named;
    for (const auto& [name, view] : tensors) named["base_model.model." + name] = view;
    ASSERT_TRUE(
        write_safetensors(temporary_.path() / "lora/adapter_model.safetensors", named).ok());
  }
  absl::StatusOr<std::unique_ptr<Model>> load_adapted() { return load_folder("lora"); }

  const at::Tensor head_ = at::ones({40, 24}, at::kDouble);
  const at::Tensor a_ = at::ones({1, 24}, at::kDouble), b_ = at::ones({24, 1}, at::kDouble);
};

TEST_F(AdaptedModelTest, ItSaysOfWhatItIsMade) {
  write(tiny_config("llama"));
  const auto base = load();
  write_adapter({{"model.layers.1.self_attn.q_proj.lora_A.weight", view_of(a_, DType::kF64)},
                 {"model.layers.1.self_attn.q_proj.lora_B.weight", view_of(b_, DType::kF64)}});
  const auto adapted = load_adapted();
  ASSERT_TRUE(adapted.ok()) << adapted.status();
  EXPECT_THAT((*adapted)->info().facts, Contains(Pair("weights", "tiny")));
  EXPECT_THAT((*adapted)->info().facts, Contains(Pair("adapter", "lora (LoRA, merged)")));
  EXPECT_NE((*adapted)->info().fingerprint, (*base)->info().fingerprint);
  EXPECT_NE(loss_of(**adapted), loss_of(**base));
}

TEST_F(AdaptedModelTest, AHeadThatWasTrainedByItselfIsNotTied) {
  write(tiny_config("llama"));
  write_adapter({{"lm_head.weight", view_of(head_, DType::kF64)}});
  const auto untied = load_adapted();
  ASSERT_TRUE(untied.ok()) << untied.status();
  EXPECT_TRUE((*untied)->parameters().back().value.equal(head_));
  EXPECT_FALSE((*untied)->parameters().front().value.equal(head_));
  EXPECT_THAT(notes_, ElementsAre("the adapter of tiny model changes the embedding or the head and "
                                  "not both alike, so the two are not tied"));
}

TEST_F(AdaptedModelTest, AHeadAndAnEmbeddingThatChangedAlikeStayTied) {
  write(tiny_config("llama"));
  const size_t count = (*load())->parameters().size();
  write_adapter({{"lm_head.weight", view_of(head_, DType::kF64)},
                 {"model.embed_tokens.weight", view_of(head_, DType::kF64)}});
  const auto tied = load_adapted();
  ASSERT_TRUE(tied.ok()) << tied.status();
  EXPECT_EQ((*tied)->parameters().size(), count);
  EXPECT_TRUE((*tied)->parameters().front().value.equal(head_));
}

// ---- Texts -------------------------------------------------------------------------------------

TEST_F(CausalLmTest, StatementAloneScoresAllButItsFirstToken) {
  write(tiny_config("llama"));
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  const TextExample example = encode(**model, "ab a");
  EXPECT_THAT(example.ids, ElementsAre(3, 4, 29, 3));
  EXPECT_EQ(example.first_scored, 1);
  EXPECT_EQ(example.first_of_statement, 0);
  EXPECT_EQ(example.length_class, 0);
}

TEST_F(CausalLmTest, ContextLeavesTheScoredTokensAsTheyAre) {
  write(tiny_config("llama"));
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  const TextExample example = encode(**model, "ab", {"c", "dd"});
  EXPECT_THAT(example.ids, ElementsAre(5, 30, 6, 6, 30, 3, 4));
  EXPECT_EQ(example.first_scored, 6);  // "b", as without a context
}

TEST_F(CausalLmTest, BeginningOfSequenceMakesTheFirstTokenScored) {
  write(tiny_config("llama"), /*adds_beginning_of_sequence=*/true);
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_THAT((*model)->info().facts,
              Contains(Pair("beginning of sequence", "one, as the tokenizer says")));
  const TextExample alone = encode(**model, "ab");
  EXPECT_THAT(alone.ids, ElementsAre(1, 3, 4));
  EXPECT_EQ(alone.first_scored, 1);
  const TextExample after = encode(**model, "ab", {"c"});
  EXPECT_THAT(after.ids, ElementsAre(1, 5, 30, 3, 4));
  EXPECT_EQ(after.first_scored, 3);  // "a", as without a context
  EXPECT_EQ(alone.first_of_statement, 1);
  EXPECT_EQ(after.first_of_statement, 3);
}

TEST_F(CausalLmTest, PolicyOverrulesTheTokenizer) {
  write(tiny_config("llama"));
  const auto always = load(BeginningOfSequence::kAlways);
  ASSERT_TRUE(always.ok()) << always.status();
  EXPECT_THAT(encode(**always, "a").ids, ElementsAre(1, 3));
  write(tiny_config("llama"), /*adds_beginning_of_sequence=*/true);
  const auto never = load(BeginningOfSequence::kNever);
  ASSERT_TRUE(never.ok()) << never.status();
  EXPECT_THAT(encode(**never, "a").ids, ElementsAre(3));
}

TEST_F(CausalLmTest, ATextThatHasABeginningOfItsOwnHasOne) {
  write(tiny_config("llama"));
  const auto always = load(BeginningOfSequence::kAlways);
  ASSERT_TRUE(always.ok()) << always.status();
  EXPECT_THAT(encode(**always, "<s>ab").ids, ElementsAre(1, 3, 4));
  EXPECT_EQ(encode(**always, "<s>ab").first_scored, 1);
  EXPECT_THAT(encode(**always, "<s>ab", {"<s>c"}).ids, ElementsAre(1, 5, 30, 3, 4));
  const auto prompted = (*always)->encode(PromptedText{.prompt = "<s>a", .completion = "b"}, {});
  ASSERT_TRUE(prompted.ok()) << prompted.status();
  EXPECT_THAT(std::get<TextExample>(*prompted).ids, ElementsAre(1, 3, 4));
  EXPECT_EQ(std::get<TextExample>(*prompted).first_scored, 2);
  write(tiny_config("llama"), /*adds_beginning_of_sequence=*/true);
  const auto as_tokenizer_says = load();
  ASSERT_TRUE(as_tokenizer_says.ok()) << as_tokenizer_says.status();
  EXPECT_THAT(encode(**as_tokenizer_says, "<s>ab").ids, ElementsAre(1, 3, 4));
  const auto never = load(BeginningOfSequence::kNever);
  ASSERT_TRUE(never.ok()) << never.status();
  EXPECT_THAT(encode(**never, "<s>ab").ids, ElementsAre(1, 3, 4));
}

// An alphabet without "a" and without an unknown token: "a" has no ids.
TEST_F(CausalLmTest, SpecialTokensStandWhereTheTemplateSays) {
  write(tiny_config("llama"), /*adds_beginning_of_sequence=*/true);
  Json tokenizer = tiny_tokenizer(/*adds_it=*/true);
  tokenizer["model"]["vocab"].erase("a");
  tokenizer["model"]["vocab"]["x"] = 3;
  tokenizer["model"]["vocab"]["Ā"] = 26;
  write_file(temporary_.path() / "tiny/tokenizer.json", tokenizer.dump());
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_THAT(encode(**model, "bc").ids, ElementsAre(1, 4, 5));
}

TEST_F(CausalLmTest, StatementWithoutScoredTokenIsNoError) {
  write(tiny_config("llama"));
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_THAT(encode(**model, "").ids, IsEmpty());
  EXPECT_EQ(encode(**model, "a").first_scored, 1);
}

TEST_F(CausalLmTest, OfPromptAndCompletionTheCompletionIsScored) {
  write(tiny_config("llama"));
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  const auto encode_prompted = [&](const PromptedText& text, const std::vector<Statement>& context) {
    const auto example = (*model)->encode(text, context);
    EXPECT_TRUE(example.ok()) << example.status();
    return std::get<TextExample>(*example);
  };
  const TextExample alone = encode_prompted({"ab", " c"}, {});
  EXPECT_THAT(alone.ids, ElementsAre(3, 4, 29, 5));
  EXPECT_EQ(alone.first_scored, 2);
  EXPECT_EQ(alone.first_of_statement, 0);
  // A context may be prompted, too: it is read as a whole.
  const TextExample after = encode_prompted({"ab", " c"}, {PromptedText{"d", "e"}});
  EXPECT_THAT(after.ids, ElementsAre(6, 7, 30, 3, 4, 29, 5));
  EXPECT_EQ(after.first_scored, 5);
}

TEST_F(CausalLmTest, PromptEndsWithinAToken) {
  write(tiny_config("llama"));
  nlohmann::json tokenizer = tiny_tokenizer(false);
  tokenizer["model"]["vocab"]["bc"] = 31;
  tokenizer["model"]["merges"] = {"b c"};
  temporary_.file("tiny/tokenizer.json", tokenizer.dump());
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_TRUE((*model)->encode(PromptedText{"a", "bc"}, {}).ok());
  EXPECT_THAT(message_of((*model)->encode(PromptedText{"ab", "c"}, {})),
              HasSubstr("the prompt \"ab\" does not end between two tokens of the text, which are "
                        "\"a\" \"bc\"; move"));
}

TEST_F(CausalLmTest, LengthClassCountsContextAndStatement) {
  Json config = tiny_config("phi3");
  config["original_max_position_embeddings"] = 4;
  config["rope_scaling"] = {
      {"type", "longrope"}, {"short_factor", {1.0, 1.1, 1.2}}, {"long_factor", {2.0, 3.0, 4.0}}};
  write(config);
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(encode(**model, "abcd").length_class, 0);
  EXPECT_EQ(encode(**model, "abcde").length_class, 1);
  EXPECT_EQ(encode(**model, "abc", {"d"}).length_class, 1);
}

// ---- Errors ------------------------------------------------------------------------------------

TEST_F(CausalLmTest, StatementIsAnImage) {
  write(tiny_config("llama"));
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(message_of((*model)->encode(LabelledImage(), {})),
            "the statement is an image; tiny model reads text");
  EXPECT_EQ(message_of((*model)->encode("a", {LabelledImage()})),
            "the context has an image; expected text");
}

TEST_F(CausalLmTest, ATextIsLongerThanTheModelWasMadeFor) {
  Json config = tiny_config("llama");
  config["max_position_embeddings"] = 5;
  write(config);
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(encode(**model, "abcde").ids.size(), 5u);
  EXPECT_EQ((*model)->encode("abcdef", {}).status(),
            absl::InvalidArgumentError("the text is 6 tokens long; tiny model was made for 5 "
                                       "(max_position_embeddings in its config.json)"));
  EXPECT_EQ(encode(**model, "abc", {"d"}).ids.size(), 5u);
  EXPECT_EQ((*model)->encode("abc", {"de"}).status(),
            absl::InvalidArgumentError(
                "the text is 6 tokens long with what is read before it; tiny model was made for 5 "
                "(max_position_embeddings in its config.json)"));
}

TEST_F(CausalLmTest, BatchHasImages) {
  write(tiny_config("llama"));
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  PlainWeights weights((*model)->parameters());
  EXPECT_EQ(message_of((*model)->loss(weights, ImageBatch())),
            "the batch has images; tiny model reads text");
}

TEST_F(CausalLmTest, TokenizerKnowsMoreTokensThanTheModel) {
  Json config = tiny_config("llama");
  config["vocab_size"] = 10;
  write(config);
  const auto model = load();
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_TRUE((*model)->encode("abc", {}).ok());
  EXPECT_EQ(message_of((*model)->encode("az", {})),
            "\"az\" has token 28, but tiny model knows only 10 tokens: tokenizer.json and "
            "config.json do not belong together");
}

TEST_F(CausalLmTest, TokenizerIsMissing) {
  write(tiny_config("llama"));
  std::filesystem::remove(temporary_.path() / "tiny" / "tokenizer.json");
  const auto model = load();
  EXPECT_EQ(model.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(model), HasSubstr("tokenizer.json"));
}

TEST_F(CausalLmTest, BeginningOfSequenceIsUnknown) {
  Json config = tiny_config("llama");
  config["bos_token_id"] = nullptr;
  write(config);
  const auto model = load(BeginningOfSequence::kAlways);
  EXPECT_EQ(model.status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace eif
